"""An order that changes while a shop's list is read hides no other, whatever the list can do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twofifty.adapters.bigcommerce.shop import BigCommerceShop
from twofifty.adapters.ebay.shop import EbayShop
from twofifty.adapters.magento.shop import MagentoShop
from twofifty.adapters.medusa.shop import MedusaShop
from twofifty.adapters.paypal.shop import PayPalShop
from twofifty.adapters.prestashop.shop import PrestaShopShop
from twofifty.adapters.salesforce_commerce.shop import SalesforceCommerceShop
from twofifty.adapters.spree.shop import SpreeShop
from twofifty.adapters.square.shop import SquareShop
from twofifty.adapters.sylius.shop import SyliusShop
from twofifty.intake.shop import Access, Ask, Reply, Shop
from twofifty.testing.contracts.shop import SINCE
from twofifty.testing.dialogue import held

MOST_ASKS = 100  # of the 200 that a question may take
CLOCK = "%Y-%m-%d %H:%M:%S"
CHANGES = 9
MOST_PAGES = 120
Rows = list[tuple[datetime, int]]
Lists = Callable[[Rows, Ask], Any]


def query(ask: Ask) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(ask.url).query))


def read(moment: str) -> datetime:
    found = datetime.fromisoformat(moment)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def magento(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    prefix = "searchCriteria[filter_groups]"
    start = read(asked[f"{prefix}[0][filters][0][value]"])
    last = int(asked[f"{prefix}[1][filters][1][value]"])
    met = [each for each in rows if each[0] > start or (each[0] == start and each[1] > last)]
    items = [{"entity_id": at, "updated_at": f"{when:{CLOCK}}"} for when, at in met]
    return {"items": items[: int(asked["searchCriteria[pageSize]"])], "total_count": len(items)}


def prestashop(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    start, end = map(read, asked["filter[date_upd]"].strip("[]").split(","))
    last = int(asked.get("filter[id]", ">[0]").strip(">[]"))
    met = [each for each in rows if start <= each[0] <= end and each[1] > last]
    before, most = map(int, asked["limit"].split(","))
    return {
        "orders": [
            {"id": at, "date_upd": f"{when:{CLOCK}}"} for when, at in met[before : before + most]
        ]
    }


def bigcommerce(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    met = [each for each in rows if each[0] >= read(asked["min_date_modified"])]
    most = int(asked["limit"])
    before = most * (int(asked["page"]) - 1)
    return [
        {"id": at, "date_modified": format_datetime(when)}
        for when, at in met[before : before + most]
    ]


def spree(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    met = [each for each in rows if each[0] >= read(asked["q[updated_at_gteq]"])]
    most = int(asked["limit"])
    before = most * (int(asked["page"]) - 1)
    data = [{"id": at, "updated_at": when.isoformat()} for when, at in met[before : before + most]]
    return {"data": data, "meta": {"pages": -(-len(met) // most)}}


def medusa(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    met = [each for each in rows if each[0] >= read(asked["updated_at[$gte]"])]
    before = int(asked["offset"])
    found = met[before : before + int(asked["limit"])]
    orders = [{"id": at, "updated_at": when.isoformat()} for when, at in found]
    return {"orders": orders, "count": len(met)}


def ocapi(rows: Rows, ask: Ask) -> Any:
    asked = json.loads(ask.body)
    start = read(asked["query"]["filtered_query"]["filter"]["range_filter"]["from"])
    met = [each for each in rows if each[0] >= start]
    found = met[asked["start"] : asked["start"] + asked["count"]]
    return {"hits": [{"data": {"id": at, "last_modified": when.isoformat()}} for when, at in found]}


def ebay(rows: Rows, ask: Ask) -> Any:
    asked = query(ask)
    begin, _, end = asked["filter"].partition("[")[2].strip("]").partition("..")
    latest = read(end) if end else datetime.max.replace(tzinfo=UTC)
    met = [each for each in rows if read(begin) <= each[0] <= latest]
    before = int(asked["offset"])
    found = met[before : before + int(asked["limit"])]
    orders = [{"id": at, "lastModifiedDate": when.isoformat()} for when, at in found]
    return {"orders": orders, "total": len(met)}


class Busy:
    """A shop of many orders; the one that changed first changes after each list that was read."""

    def __init__(self, seconds: list[int], lists: Lists, newest_first: bool) -> None:
        self.times = {at: SINCE + timedelta(seconds=s) for at, s in enumerate(seconds, start=1)}
        self.lists = lists
        self.newest_first = newest_first
        self.changes = 0

    def __call__(self, ask: Ask) -> Reply:
        if "token" in ask.url:
            return Reply(200, {}, b'{"access_token": "t"}')
        if not urlsplit(ask.url).path.endswith(("/orders", "/order", "/order_search")):
            return Reply(404, {}, b"{}")
        rows = sorted((when, at) for at, when in self.times.items())
        found = self.lists(rows[::-1] if self.newest_first else rows, ask)
        self.changes += 1
        if self.changes <= CHANGES:
            self.times[rows[0][1]] = SINCE + timedelta(seconds=1_000 + self.changes)
        return Reply(200, {}, json.dumps(found).encode())


def ids(document: bytes) -> set[int]:
    said = json.loads(document)
    whole = said.get("order", said)
    listed = whole["data"] if isinstance(whole.get("data"), list) else [whole]
    return {each.get("id") or each["entity_id"] for each in listed}


def everything(shop: Shop, busy: Busy) -> set[int]:
    access = Access(options={"api": "ocapi"} if busy.lists is ocapi else {})
    seen: set[int] = set()
    cursor = ""
    for _ in range(MOST_PAGES):
        page = held(shop.changed(access, SINCE, cursor), busy)
        seen |= {one for body in page.documents for one in ids(body)}
        if page.cursor is None:
            return seen
        cursor = page.cursor
    raise AssertionError("the listing has no end")


KINDS: list[tuple[Shop, Lists, bool]] = [
    (MagentoShop(), magento, False),
    (PrestaShopShop(), prestashop, False),
    (BigCommerceShop(), bigcommerce, False),
    (SpreeShop(), spree, False),
    (MedusaShop(), medusa, False),
    (SalesforceCommerceShop(), ocapi, False),
    (EbayShop(), ebay, False),
    (EbayShop(), ebay, True),
]
NAMES = [f"{lists.__name__}{'-newest-first' * turned}" for _, lists, turned in KINDS]
every_kind = pytest.mark.parametrize(("shop", "lists", "newest_first"), KINDS, ids=NAMES)
EXACT = [each for each in KINDS if each[1] in (magento, prestashop, medusa, ocapi)]


@every_kind
@given(st.lists(st.integers(0, 200), min_size=1, max_size=160, unique=True))
@example(list(range(160)))
def test_an_order_that_changes_while_the_list_is_read_hides_no_other(
    shop: Shop, lists: Lists, newest_first: bool, seconds: list[int]
) -> None:
    busy = Busy(seconds, lists, newest_first)
    assert everything(shop, busy) == set(busy.times)


@pytest.mark.parametrize(("shop", "lists", "newest_first"), EXACT)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=80))
@example([7] * 80)
def test_not_even_one_that_changed_in_the_same_second(
    shop: Shop, lists: Lists, newest_first: bool, seconds: list[int]
) -> None:
    busy = Busy(seconds, lists, newest_first)
    assert everything(shop, busy) == set(busy.times)


@every_kind
@given(st.lists(st.integers(0, 3), min_size=1, max_size=160))
@example([7] * 160)
def test_orders_that_all_changed_at_once_are_listed_to_the_last(
    shop: Shop, lists: Lists, newest_first: bool, seconds: list[int]
) -> None:
    busy = Busy(seconds, lists, newest_first)
    busy.changes = CHANGES
    assert everything(shop, busy) == set(busy.times)


def sylius(ask: Ask) -> Any:
    """Each order has a customer; its payments and shipments are lists of their own."""
    last = urlsplit(ask.url).path.rpartition("/")[2]
    if last in ("token", "authentication-token"):
        return {"token": "t"}
    if last == "orders":
        most = int(query(ask)["itemsPerPage"])
        return {
            "hydra:member": [{"tokenValue": f"o{at}"} for at in range(most)],
            "hydra:totalItems": 1_000,
        }
    if last in ("payments", "shipments"):
        return {"hydra:member": [{"id": 1}]}
    return {"tokenValue": last, "customer": "/api/v2/admin/customers/7"}


def paypal(ask: Ask) -> Any:
    """Each transaction is a capture of its own order, each order has many parcels."""
    *_, above, last = urlsplit(ask.url).path.split("/")
    if last == "transactions":
        most = int(query(ask)["page_size"])
        captures = [{"transaction_info": {"transaction_id": f"c{at}"}} for at in range(most)]
        return {"transaction_details": captures, "total_pages": 9}
    if above == "captures":
        return {"supplementary_data": {"related_ids": {"order_id": f"of-{last}"}}}
    if above == "orders":
        trackers = [{"id": f"{last}-{at}"} for at in range(100)]
        return {"id": last, "purchase_units": [{"shipping": {"trackers": trackers}}]}
    return {"access_token": "t"}


def square(ask: Ask) -> Any:
    """Each order was paid in many parts, and each of them was refunded in many."""
    *_, above, last = urlsplit(ask.url).path.split("/")
    many = [str(at) for at in range(20)]
    if last == "search":
        tenders = [{"payment_id": at} for at in many]
        order = {"version": 1, "customer_id": "c", "tenders": tenders}
        return {"orders": [order] * json.loads(ask.body)["limit"], "cursor": "next"}
    if last == "locations":
        return {"locations": [{"id": "l"}]}
    if above == "payments":
        return {"payment": {"id": last, "refund_ids": many}}
    return {above.removesuffix("s"): {"id": last}}


@pytest.mark.parametrize(
    ("shop", "answers"),
    [(SyliusShop(), sylius), (PayPalShop(), paypal), (SquareShop(), square)],
    ids=["sylius", "paypal", "square"],
)
def test_a_full_page_of_rich_orders_stays_well_under_what_one_question_may_take(
    shop: Shop, answers: Callable[[Ask], Any]
) -> None:
    asked: list[Ask] = []

    def answer(ask: Ask) -> Reply:
        asked.append(ask)
        return Reply(200, {}, json.dumps(answers(ask)).encode())

    page = held(shop.changed(Access(key="k", secret="s"), SINCE, ""), answer)
    assert len(page.documents) > 4
    assert page.cursor
    assert len(page.documents) * 4 < len(asked) < MOST_ASKS
