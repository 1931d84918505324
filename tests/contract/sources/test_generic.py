"""The generic source under the contract, and the table that it is configured with."""

import json
from decimal import Decimal
from typing import Any

import pytest

from twofifty.adapters import registry
from twofifty.adapters.generic.source import Generic
from twofifty.errors import BadInput, SettingsError
from twofifty.intake.ports import Hook, Stated
from twofifty.order.events import Ignored, OrderEvent
from twofifty.order.model import Order
from twofifty.testing.contracts.source import SourceContract

MAP: dict[str, Any] = {
    "orders": "data.order",
    "only": "!contains(['cart', 'quote'], kind || '')",
    "id": "ref",
    "number": "no",
    "currency": "money",
    "updated_at": "changed",
    "placed_at": "made",
    "locale": "lang",
    "test": "sandbox",
    "attributes": "extra",
    "customer": {"email": "buyer.mail", "name": "buyer.name"},
    "state": {"payment": "paid_state", "cancelled_at": "off"},
    "shipping_address": {"line1": "to.street", "country": "to.land"},
    "totals": {"total": "sum", "subtotal": "goods", "shipping": "post", "tax": "vat"},
    "lines": {
        "from": "items[?count > `0`]",
        "title": "name",
        "quantity": "count",
        "unit_price": "each",
        "digital": "file",
        "attributes": "chosen",
    },
    "words": {"Complete": "paid", "open": "pending"},
}
BODY: dict[str, Any] = {
    "kind": "order",
    "data": {
        "order": {
            "ref": 7,
            "no": "W-7",
            "money": "eur",
            "changed": "2026-01-31T10:00:00+01:00",
            "made": "2026-01-31 09:59:00",
            "buyer": {"mail": "alex@example.com", "name": "Alex Example"},
            "paid_state": "complete",
            "to": {"street": "Gasse 1", "land": "AT"},
            "items": [
                {"name": "Tea", "count": 2, "each": "9.50", "chosen": {"size": "L"}},
                {"name": "Left out", "count": 0, "each": "1.00"},
            ],
            "goods": "19.00",
            "post": 3.5,
            "vat": "0",
            "sum": "22.50",
        }
    },
}


def told(changes: dict[str, Any], **table: Any) -> Order:
    body = json.dumps({**BODY, "data": {"order": {**BODY["data"]["order"], **changes}}}).encode()
    read = Generic({"map": {**MAP, **table}}).read("", body, Stated("s", time_zone="Europe/Vienna"))
    assert not isinstance(read, Ignored)
    (news,) = read
    assert isinstance(news, OrderEvent)
    return news.order


class TestGeneric(SourceContract):
    source = Generic({"map": MAP})
    body = json.dumps(BODY).encode()


def test_the_table_says_where_everything_stands() -> None:
    order = told({})
    assert (order.id, order.number, order.currency) == ("7", "W-7", "EUR")
    assert order.customer.email == "alex@example.com"
    assert order.state.payment == "paid"
    assert order.shipping_address is not None
    assert order.shipping_address.country == "AT"
    assert [(line.title, line.quantity, line.attributes) for line in order.lines] == [
        ("Tea", Decimal(2), {"size": "L"})
    ]
    assert order.totals.shipping == Decimal("3.5")
    assert order.placed_at is not None
    assert order.placed_at.isoformat() == "2026-01-31T09:59:00+01:00"
    assert order.revision == 1_769_850_000_000


def test_amounts_in_minor_units_become_the_currencys_own() -> None:
    assert told({"sum": 2250}, money="minor").totals.total == Decimal("22.50")
    assert told({"sum": 2250, "money": "JPY"}, money="minor").totals.total == Decimal(2250)
    assert told({"sum": 2250, "money": "KWD"}, money="minor").totals.total == Decimal("2.250")


def test_a_word_that_is_in_no_table_says_nothing() -> None:
    assert told({"paid_state": "strange"}).state.payment is None
    assert told({"paid_state": "OPEN"}).state.payment == "pending"


def test_what_only_excludes_is_ignored() -> None:
    body = json.dumps({**BODY, "kind": "cart"}).encode()
    assert isinstance(Generic({"map": MAP}).read("", body, Stated("s")), Ignored)


def test_a_list_of_orders_is_read_whole() -> None:
    body = json.dumps({"all": [BODY["data"]["order"], {**BODY["data"]["order"], "ref": 8}]})
    read = Generic({"map": {**MAP, "orders": "all"}}).read("", body.encode(), Stated("s"))
    assert not isinstance(read, Ignored)
    assert [each.order.id for each in read if isinstance(each, OrderEvent)] == ["7", "8"]


@pytest.mark.parametrize("said", ["05.01.2020 10:15", "yesterday", "2026-13-45", {"a": 1}])
def test_a_time_that_is_mapped_and_cannot_be_read_is_refused(said: object) -> None:
    with pytest.raises(BadInput) as refused:
        told({"made": said})
    assert refused.value.status == 422


@pytest.mark.parametrize("missing", ["ref", "sum"])
def test_an_order_without_what_it_needs_is_refused_by_name(missing: str) -> None:
    with pytest.raises(BadInput) as refused:
        told({missing: None})
    assert refused.value.status == 422
    assert refused.value.problems


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"nmber": "no"}, "did you mean number"),
        ({"id": "a..b"}, "map.id"),
        ({"id": 7}, "map.id"),
        ({"lines": {"title": "x"}}, "map.lines: from is missing"),
        ({"lines": {"from": "x", "titel": "x"}}, "did you mean title"),
        ({"words": {"done": "payed"}}, "did you mean paid"),
        ({"totals": {"tax": "x"}}, "total is missing"),
        ({"customer": "x"}, "map.customer"),
        ({"money": "cents"}, "minor"),
    ],
)
def test_a_wrong_table_is_named_with_the_nearest_key(table: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Generic({"map": {**MAP, **table}})


def test_a_table_without_an_id_or_a_currency_is_refused() -> None:
    for name in ("id", "currency", "totals"):
        with pytest.raises(SettingsError, match="missing"):
            Generic({"map": {key: value for key, value in MAP.items() if key != name}})


def test_without_a_table_everything_is_ignored_with_the_way_to_mend_it() -> None:
    read = registry.source("generic").read("", b"{}", Stated("s"))
    assert isinstance(read, Ignored)
    assert "map" in read.reason


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"signature": "token", "signature_header": "X-Key"}, {"x-key": "s3cret"}),
        ({"topic_header": "X-Topic", "id_header": "X-Id"}, {"x-topic": "paid", "x-id": "e1"}),
    ],
)
def test_headers_are_named_in_the_settings(
    options: dict[str, str], headers: dict[str, str]
) -> None:
    source = Generic({"map": MAP, **options})
    hook = Hook(headers, b"{}")
    assert source.topic(hook) == headers.get("x-topic", "")
    assert source.event_id(hook) == headers.get("x-id")


def test_an_unknown_way_of_signing_is_refused() -> None:
    with pytest.raises(SettingsError, match="standard-webhooks"):
        Generic({"map": MAP, "signature": "rot13"})
    with pytest.raises(SettingsError, match="base64"):
        Generic({"map": MAP, "signature_form": "octal"})
