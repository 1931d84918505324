"""Every query there is, by what is promised of its plan: a new one belongs to `FLAT` unasked."""

from importlib.resources import files
from itertools import product

from twofifty import sql
from twofifty.notice.model import Kind, Status
from twofifty.track.model import MessageQuery, OrderQuery, Page

NO_QUERIES = frozenset({"schema"})
NEWEST_FIRST = {("archive", name) for name in ("order_columns", "message_columns", "events")}
"""Beginnings of lists, which are tested as they are asked."""
COUNTS = {("audit", name) for name in sql.load("audit")} | {
    ("archive", name)
    for name in (
        *("count_events", "count_messages", "count_orders"),
        *("orders_without_word", "notices_with_two_lives"),
    )
}
"""They count all there is, for a small share of the time (`counts.Kept`, `flow.audit.SHARE`)."""
BY_TESTS = {("archive", "doubts")}
"""Asked by tests alone."""
SORTED = {
    ("archive", "engagement"),
    ("archive", "order_message_events"),
    ("archive", "orders_called"),
    ("shelf", "packs"),
}
"""They sort the few rows of one order or message, or of what people published."""

ALL = [
    (name, query)
    for name in sorted(file.name.removesuffix(".sql") for file in files(sql.__name__).iterdir())
    if files(sql.__name__).joinpath(f"{name}.sql").is_file() and name not in NO_QUERIES
    for query in sql.load(name)
]
FLAT = [place for place in ALL if place not in NEWEST_FIRST | COUNTS | BY_TESTS]
"""They find what they want at once, however long the history is."""

ORDER = """
INSERT INTO orders (id, source, source_order_id, number, email, currency, total, received_at,
                    updated_at, facts, plan)
VALUES (1, 'shop', 'o', '#1', 'ann@example.com', 'EUR', '1', 0, 0, x'00', 'wait')"""
PAGES = (Page(), Page(50, 999))
ORDERS = [
    OrderQuery(text, source, page)
    for text, source, page in product(
        (None, "o", "1", "ann@example.com", "unknown"), (None, "shop"), PAGES
    )
]
STATUSES: tuple[Status | None, ...] = (None, "sent", "failed", "held", "in_doubt")
KINDS: tuple[Kind | None, ...] = (None, "refund")
MESSAGES = [
    MessageQuery(order, recipient, status, kind, page, channel, code)
    for order, recipient, status, kind, page in product(
        (None, "o"), (None, "ann@example.com"), STATUSES, KINDS, PAGES
    )
    for channel, code in product((None, "email", "sms"), (None, "given_up"))
]
"""Looks at the store that a person or a program may take, in all their combinations."""
