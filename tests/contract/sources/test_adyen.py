"""Adyen under its contract, over its documented payloads and over every real one at hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Hook, Stated, Trust
from twofifty.intake.signature import AdyenJoined, Hashed
from twofifty.order.amend import amended
from twofifty.order.events import Amendment, Ignored, News, OrderEvent
from twofifty.order.model import Order
from twofifty.testing.contracts.source import NOW, SIGNING_KEY, STATED, URL, SourceContract

CORPUS = Path("../shared/corpora/orders/adyen")
ADYEN = registry.source("adyen")
PAYMENTS = Stated("shop", "de-AT", "Europe/Vienna", {"orders_from": "payments"})

ITEM: dict[str, Any] = {
    "pspReference": "PSP1",
    "merchantReference": "2026-0042",
    "merchantAccountCode": "ExampleShop",
    "eventCode": "AUTHORISATION",
    "eventDate": "2026-01-31T10:00:00+01:00",
    "success": "true",
    "paymentMethod": "visa",
    "amount": {"currency": "EUR", "value": 2760},
    "additionalData": {
        "shopperEmail": "alex@example.com",
        "shopperName": "[first name=Alex, infix=null, last name=Example, gender=null]",
        "shopperReference": "customer-7",
        "shopperLocale": "nl_NL",
        "deliveryAddress.street": "Main St",
        "deliveryAddress.houseNumberOrName": "1",
        "deliveryAddress.city": "Utrecht",
        "deliveryAddress.postalCode": "3511",
        "deliveryAddress.country": "NL",
    },
}


def batch(*items: dict[str, Any], live: object = "true") -> dict[str, Any]:
    return {
        "live": live,
        "notificationItems": [{"NotificationRequestItem": each} for each in items],
    }


def modification(code: str, **changes: Any) -> dict[str, Any]:
    item = {"eventCode": code, "pspReference": "MOD1", "originalReference": "PSP1"}
    return {**ITEM, **item, **changes}


def told(document: object, stated: Stated = STATED) -> tuple[News, ...] | Ignored:
    return ADYEN.read("", json.dumps(document).encode(), stated)


def amendment(item: dict[str, Any]) -> Amendment:
    news = told(batch(item))
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    assert isinstance(only, Amendment)
    return only


def ignored(document: object, stated: Stated = STATED) -> str:
    read = told(document, stated)
    assert isinstance(read, Ignored)
    return read.reason


def order(live: object = "true", **changes: Any) -> Order:
    news = told(batch({**ITEM, **changes}, live=live), PAYMENTS)
    assert not isinstance(news, Ignored), news.reason
    (only,) = news
    assert isinstance(only, OrderEvent)
    return only.order


class TestAdyen(SourceContract):
    source = ADYEN
    body = json.dumps(batch(ITEM)).encode()
    signs = False

    def events(self, body: bytes) -> tuple[OrderEvent, ...]:
        """Orders come of payments only where the settings say so."""
        read = self.source.read(self.topic, body, PAYMENTS)
        assert not isinstance(read, Ignored), read.reason
        return tuple(news for news in read if isinstance(news, OrderEvent))


def test_every_item_of_a_batch_is_signed_inside() -> None:
    body = AdyenJoined().inside(
        json.dumps(batch(ITEM, modification("CAPTURE"))).encode(), SIGNING_KEY
    )
    hook, trust = Hook({}, body, URL, NOW), Trust((SIGNING_KEY,))
    assert ADYEN.signature.verified(hook, trust) is True
    forged = body.replace(b"2760", b"2761", 1)
    assert ADYEN.signature.verified(Hook({}, forged, URL, NOW), trust) is False
    news = ADYEN.read("", body, STATED)
    assert not isinstance(news, Ignored)
    assert [each.type for each in news] == ["payment.authorized", "payment.paid"]


def test_newer_webhooks_are_signed_over_their_body_in_a_header() -> None:
    body = b'{"type": "balancePlatform.transfer.created", "data": {"id": "1"}}'
    scheme = Hashed(header="hmacsignature", secret_form="hex")
    hook = Hook(scheme.signed(body, SIGNING_KEY, url=URL, at=NOW), body, URL, NOW)
    assert ADYEN.signature.verified(hook, Trust((SIGNING_KEY,))) is True
    assert ADYEN.signature.verified(hook, Trust((SIGNING_KEY[::-1],))) is False


def test_a_payment_is_no_order_of_itself() -> None:
    news = amendment(ITEM)
    assert (news.order_id, news.reference, news.payment) == ("2026-0042", "PSP1", "authorized")


def test_an_authorised_payment_may_be_an_order() -> None:
    read = order()
    assert (read.id, read.number, read.currency) == ("2026-0042", "2026-0042", "EUR")
    assert (read.totals.total, read.state.payment, read.test) == (
        Decimal("27.60"),
        "authorized",
        False,
    )
    assert (read.customer.email, read.customer.name) == ("alex@example.com", "Alex Example")
    assert read.locale == "nl-NL"
    assert read.shipping_address is not None
    assert (read.shipping_address.line1, read.shipping_address.city) == ("Main St 1", "Utrecht")
    assert [(each.method, each.reference) for each in read.payments] == [("card", "PSP1")]


@pytest.mark.parametrize("live", ["false", False])
def test_the_test_platform_says_so_in_a_string_or_a_boolean(live: object) -> None:
    assert order(live).test


def test_a_verified_card_is_no_order() -> None:
    item = {**ITEM, "amount": {"currency": "EUR", "value": 0}}
    for stated in (PAYMENTS, STATED):
        assert "nothing to pay" in ignored(batch(item), stated)


@pytest.mark.parametrize(
    ("currency", "value", "total"),
    [
        ("EUR", 2760, "27.60"),
        ("JPY", 2760, "2760"),
        ("KWD", 2760, "2.760"),
        ("CLP", 2760, "27.60"),
        ("ISK", 2760, "27.60"),
        ("IDR", 2760, "2760"),
        ("CVE", 2760, "2760"),
    ],
)
def test_minor_units_are_adyens_own(currency: str, value: int, total: str) -> None:
    assert str(order(amount={"currency": currency, "value": value}).totals.total) == total


@pytest.mark.parametrize(
    ("code", "payment"),
    [
        ("CAPTURE", "paid"),
        ("CAPTURE_FAILED", "failed"),
        ("CANCELLATION", "voided"),
        ("TECHNICAL_CANCEL", "voided"),
        ("EXPIRE", "voided"),
    ],
)
def test_a_modification_names_the_payment_that_it_changes(code: str, payment: str) -> None:
    news = amendment(modification(code))
    assert (news.reference, news.payment) == ("PSP1", payment)


@pytest.mark.parametrize("success", ["false", False])
def test_a_refused_attempt_leaves_the_order_waiting_for_another(success: object) -> None:
    assert "waits" in ignored(batch({**ITEM, "success": success}))
    assert "waits" in ignored(batch({**ITEM, "success": success}), PAYMENTS)


def test_a_pending_payment_says_so() -> None:
    assert amendment({**ITEM, "eventCode": "PENDING"}).payment == "pending"


def test_a_refund_is_laid_over_the_order_of_its_payment() -> None:
    item = modification("REFUND", amount={"currency": "EUR", "value": 500})
    news = amendment(item)
    assert news.reference == "PSP1"
    after = amended(order(), [news, news])
    assert [(each.id, str(each.amount)) for each in after.refunds] == [("MOD1", "5.00")]
    assert after.totals.refunded == Decimal(5)


def test_cancel_or_refund_is_what_its_action_says() -> None:
    def action(word: str) -> Amendment:
        return amendment(
            modification("CANCEL_OR_REFUND", additionalData={"modification.action": word})
        )

    assert action("cancel").payment == "voided"
    assert (action("refund").payment, len(action("refund").refunds)) == (None, 1)


@pytest.mark.parametrize("code", ["CAPTURE", "REFUND", "CANCELLATION", "CANCEL_OR_REFUND"])
def test_a_modification_that_failed_changes_nothing(code: str) -> None:
    assert ignored(batch(modification(code, success="false")))


@pytest.mark.parametrize("code", ["REFUND_FAILED", "POSTPONED_REFUND", "VOID_PENDING_REFUND"])
def test_a_refund_that_did_not_go_through_is_none(code: str) -> None:
    assert "refund" in ignored(batch(modification(code)))


def test_an_order_in_parts_is_paid_when_it_is_closed() -> None:
    parts = {
        "order-1-pspReference": "PART1",
        "order-1-paymentMethod": "giftcard",
        "order-2-pspReference": "PART2",
        "order-2-paymentMethod": "visa",
    }
    closed = {**ITEM, "eventCode": "ORDER_CLOSED", "additionalData": parts}
    assert amendment(closed).payment == "authorized"
    assert amendment({**closed, "success": "false"}).payment == "voided"
    read = order(eventCode="ORDER_CLOSED", additionalData=parts)
    assert [each.reference for each in read.payments] == ["PART1", "PART2", "PSP1"]
    assert read.payments[0].method == "gift_card"


def test_one_item_of_a_batch_does_not_hide_another() -> None:
    news = told(batch(modification("CHARGEBACK"), ITEM))
    assert not isinstance(news, Ignored)
    assert len(news) == 1


def test_an_item_may_stand_alone() -> None:
    for document in (ITEM, {"NotificationRequestItem": ITEM}):
        news = told(document)
        assert not isinstance(news, Ignored)
        assert len(news) == 1


def test_an_answer_of_a_payment_is_news_of_it() -> None:
    answer = {"pspReference": "PSP1", "resultCode": "Authorised", "merchantReference": "2026-0042"}
    news = told(answer)
    assert not isinstance(news, Ignored)
    assert [type(each) for each in news] == [Amendment]
    assert ignored({**answer, "resultCode": "Refused"})


def test_an_event_that_names_nothing_is_refused() -> None:
    bare = {"eventCode": "AUTHORISATION", "success": "true"}
    with pytest.raises(BadInput) as refused:
        told(batch(bare))
    assert refused.value.status == 422


def test_a_form_is_told_apart_from_nonsense() -> None:
    form = b"live=false&eventCode=AUTHORISATION&pspReference=PSP1&success=true"
    read = ADYEN.read("", form, STATED)
    assert isinstance(read, Ignored)
    assert "JSON" in read.reason


# The whole corpus by a part of its file's name; the first that is in it decides.
OUTCOMES = {
    "authorisation-true": "8313842560770001",
    "capture-true": "00000001",
    "capture-false": "CAPTURE that failed",
    "CAPTURE-capture": "9913140798220028",
    "CAPTURE_FAILED": "9913140798220028",
    "cancellation-true": "8313547924770610",
    "CANCELLATION-": "9913140798220028",
    "CANCEL_OR_REFUND": "9913140798220028",
    "REFUND_WITH_DATA": "9913140798220028",
    "ORDER_CLOSED": "QFQTPCQ8HXSKGK82",
    "ORDER_OPENED": "a partial payment",
    "POSTPONED_REFUND": "a refund",
    "REFUND_FAILED": "a refund",
    "VOID_PENDING_REFUND": "a refund",
    "CHARGEBACK": "a dispute",
    "chargeback": "a dispute",
    "DISPUTE": "a dispute",
    "INFORMATION": "a dispute",
    "ISSUER": "a dispute",
    "PREARBITRATION": "a dispute",
    "RECURRING_CONTRACT": "a saved payment method",
    "AUTHORISATION_ADJUSTMENT": "an authorised amount that changed",
    "AUTORESCUE": "a payment that is tried again",
    "PAIDOUT": "a payout",
    "PAYOUT": "a payout",
    "NOTIFICATION": "a webhook of Adyen's platform",
    "balancePlatform": "a webhook of Adyen's platform",
    "management-webhook": "a webhook of Adyen's platform",
    "tokenization": "a webhook of Adyen's platform",
    "event-": "a terminal's message",
    "-error-": "an error",
    "py__orders-success": "a partial payment's",
    "balance-success": "a partial payment's",
    "py__orders-cancel": "an answer",
    "paymentscancel": "a request",
    "session": "a session",
}


def corpus() -> dict[str, bytes]:
    if not CORPUS.is_dir():
        pytest.skip(f"no payloads at {CORPUS}")
    return {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}


def test_every_payload_at_hand_is_a_payments_or_says_what_else_it_is() -> None:
    seen: Counter[str] = Counter()
    for name, body in corpus().items():
        expected = next(OUTCOMES[part] for part in OUTCOMES if part in name)
        read = ADYEN.read("", body, STATED)
        if isinstance(read, Ignored):
            assert read.reason.startswith(expected), name
            seen["ignored"] += 1
            continue
        (news,) = read
        assert isinstance(news, Amendment)
        assert expected in (news.order_id, news.reference), name
        seen["amendments"] += 1
    assert seen == {"amendments": 10, "ignored": 42}


def test_with_orders_from_payments_the_authorised_ones_are_orders() -> None:
    found = 0
    for name, body in corpus().items():
        read = ADYEN.read("", body, PAYMENTS)
        for news in () if isinstance(read, Ignored) else read:
            if isinstance(news, OrderEvent):
                (item,) = json.loads(body)["notificationItems"]
                raw = item["NotificationRequestItem"]
                assert news.order.id == raw["merchantReference"], name
                assert news.order.totals.total * 100 == raw["amount"]["value"]
                assert (news.order.currency, news.order.test) == ("EUR", True)
                found += 1
    assert found == 2
