"""Is a confirmation owed? Facts decide, never the name of an event: a pure function of the order.

order is ...                                        decision
of a source whose customers are not mailed          absent
cancelled, draft, a test, refunded, voided          hold, with the reason
older than the age guard                            hold
of less than nothing in total                       hold
without an e-mail address                           absent
with an unusable e-mail address                     fail
paid, authorised, nothing to pay                    owe
pending, by a method that is confirmed unpaid       owe
pending otherwise, failed, partly paid, unstated    wait
(where asked for) stock not allocated yet           wait

A canary order, known by its address, is confirmed although it is a test, and needs no stock: nobody
ever gets its mail.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from twofifty.notice.model import Kind
from twofifty.notice.owed import FOLLOW_UPS, NO_FOLLOW_UPS, Terms
from twofifty.notice.recipient import is_canary, unusable
from twofifty.order.model import Order


class Rules(msgspec.Struct, frozen=True):
    """What a shop may set. `unpaid_methods` are payment words confirmed before they are paid;
    `silent` are sources whose customers are not mailed. `mails`: what follows a confirmation, by
    source, '' for any other. `quiet`: how long an update waits for the shop to be done."""

    confirm_test: bool = False
    max_age: timedelta = timedelta(hours=48)
    need_stock: bool = False
    unpaid_methods: frozenset[str] = frozenset(
        {"cash_on_delivery", "bank_transfer", "invoice", "cheque", "pay_later"}
    )
    silent: frozenset[str] = frozenset()
    mails: Mapping[str, frozenset[Kind]] = {}
    quiet: timedelta = timedelta(minutes=5)


class Owe(msgspec.Struct, frozen=True, tag="owe"):
    """A confirmation is owed to `recipient` now."""

    recipient: str


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """A confirmation would be owed, but a person should say so first."""

    recipient: str
    code: str
    reason: str


class Fail(msgspec.Struct, frozen=True, tag="fail"):
    """A confirmation is owed and can never be sent as it stands."""

    recipient: str
    code: str
    reason: str


class Wait(msgspec.Struct, frozen=True, tag="wait"):
    """Nothing is owed yet; a later event may change that."""

    code: str
    reason: str


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """Nothing can be owed: nobody to write to."""

    code: str
    reason: str


# A shop that edits without end still tells its customer in the end.
_AT_MOST = 6

Decision = Owe | Hold | Fail | Wait | Absent

_PAYMENT_WAITS = {
    "pending": ("awaiting_payment", "the payment is pending"),
    "partially_paid": ("awaiting_payment", "only a part is paid"),
    "failed": ("payment_failed", "the payment failed"),
    None: ("payment_unstated", "the order does not say how it stands with the payment"),
}


def decide(order: Order, rules: Rules, now: datetime) -> Decision:
    """What is owed for `order` at `now`, and why."""
    if order.source in rules.silent and not is_canary(order.customer.email or ""):
        return Absent("silent_source", "customers of this source are not mailed")
    if waiting := _payment_wait(order, rules) or _stock_wait(order, rules):
        stopped = _stopped(order)
        return _held(order, stopped) if stopped else waiting
    if reason := _stopped(order) or _guarded(order, rules, now):
        return _held(order, reason)
    return _owed(order)


def terms(order: Order, rules: Rules, now: datetime) -> Terms:
    """On what terms anything follows the order's confirmation. A canary's story ends with it."""
    if order.source in rules.silent or is_canary(order.customer.email or ""):
        return NO_FOLLOW_UPS
    return Terms(
        kinds=rules.mails.get(order.source, rules.mails.get("", FOLLOW_UPS)),
        now=now,
        oldest=now - rules.max_age,
        quiet=rules.quiet,
        most=_AT_MOST * rules.quiet,
    )


def said(decision: Decision) -> tuple[str, str | None, str | None]:
    """The decision in one word, with its code and its reason where it has them."""
    word = type(decision).__name__.lower()
    if isinstance(decision, Owe):
        return word, None, None
    return word, decision.code, decision.reason


def _owed(order: Order) -> Decision:
    email = (order.customer.email or "").strip()
    if not email:
        return Absent("no_recipient", "the order carries no e-mail address")
    if fault := unusable(email):
        return Fail(email[:320], "unusable_recipient", fault)
    return Owe(email)


def _held(order: Order, reason: tuple[str, str]) -> Decision:
    owed = _owed(order)
    return Hold(owed.recipient, *reason) if isinstance(owed, Owe) else owed


def _stopped(order: Order) -> tuple[str, str] | None:
    if order.state.cancelled_at is not None:
        return "cancelled", f"the order was cancelled at {order.state.cancelled_at.isoformat()}"
    if order.state.draft:
        return "draft", "the order is a draft, it is not placed yet"
    if order.state.payment in ("refunded", "voided"):
        return f"payment_{order.state.payment}", f"the payment was {order.state.payment}"
    return None


def _guarded(order: Order, rules: Rules, now: datetime) -> tuple[str, str] | None:
    if order.test and not rules.confirm_test and not is_canary(order.customer.email or ""):
        return "test_order", "the order is marked as a test"
    if order.totals.total < 0:
        return "negative_total", f"the total is {order.totals.total}"
    if order.placed_at is not None and now - order.placed_at > rules.max_age:
        hours = rules.max_age.total_seconds() / 3600
        return "too_old", f"placed {order.placed_at.isoformat()}, more than {hours:g} h ago"
    return None


def _payment_wait(order: Order, rules: Rules) -> Wait | None:
    if order.state.payment in ("paid", "authorized", "partially_refunded", "refunded", "voided"):
        return None
    if order.totals.total == 0 and order.state.payment != "failed":
        return None
    methods = {part.method for part in order.payments}
    if order.state.payment == "pending" and methods & rules.unpaid_methods:
        return None
    return Wait(*_PAYMENT_WAITS[order.state.payment])


def _stock_wait(order: Order, rules: Rules) -> Wait | None:
    if not rules.need_stock or is_canary(order.customer.email or ""):
        return None
    for line in order.lines:
        if not line.digital and (line.stock is None or line.stock.status != "allocated"):
            return Wait("awaiting_stock", f"stock is not allocated yet for line {line.id}")
    return None
