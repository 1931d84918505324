"""The view model says what the order says, in its own figures, and nothing else."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.compose.orders import (
    BRAND,
    american,
    english,
    full,
    german,
    japanese,
    letter,
    minimal,
    samples,
)
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.compose.view_subject import order_number, subject
from twofifty.order.model import Line, Order, PaymentPart, Shipping, State, Totals, Window

TONGUES = Tongues("en")


def seen(order: Order) -> dict[str, Any]:
    return dict(view(letter(order), BRAND, TONGUES.speak(order.locale)))


def cells(order: Order) -> dict[str, list[str]]:
    facts = seen(order)["facts"]
    return (
        {cell["heading"]: [*cell["rows"], *cell["asks"]] for cell in facts["cells"]}
        if facts
        else {}
    )


def rows(order: Order, place: str = "rows") -> list[tuple[str, str]]:
    return [(row["label"], row["value"]) for row in seen(order)["totals"][place]]


def with_totals(order: Order, **totals: Any) -> Order:
    changed = msgspec.structs.replace(order.totals, **totals)
    return msgspec.structs.replace(order, totals=changed)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("#1001", "#1001"),
        ("1001", "#1001"),
        ("SO-7", "SO-7"),
        ("# 12", "#12"),
        (None, "#9"),
        ("##5", "#5"),
    ],
)
def test_an_order_number_has_one_hash_or_none(number: str | None, shown: str) -> None:
    assert order_number(msgspec.structs.replace(minimal(), number=number)) == shown


def test_subjects() -> None:
    assert subject(letter(english()), TONGUES.speak("en")) == "Your order #1001"
    assert subject(letter(english()), TONGUES.speak("de")) == "Ihre Bestellung #1001"
    assert subject(letter(full()), TONGUES.speak("en")).startswith("[Test] ")


def test_the_preview_line_tells_what_how_much_and_when() -> None:
    assert (
        seen(english())["preheader"]
        == "Confirmed · 3 items · €221.95 · arrives Wed 25 – Fri 27 Nov"
    )
    assert seen(minimal())["preheader"] == "Confirmed · 1 item · €9.90"


def test_what_an_order_does_not_say_is_absent() -> None:
    shown = seen(minimal())
    assert shown["facts"] is None
    assert shown["note"] is None
    assert shown["button"] is None
    assert shown["placed_on"] == ""
    assert shown["images"] is False
    assert rows(minimal()) == []
    assert rows(minimal(), "after") == []


def test_rows_stand_in_the_order_of_the_arithmetic() -> None:
    assert rows(english()) == [
        ("Subtotal", "€200.50"),
        ("Discount (WELCOME10)", "-€20.05"),
        ("Shipping", "Free"),
        ("VAT (23%)", "€41.50"),
    ]
    assert [label for label, _ in rows(german())] == [
        "Zwischensumme",
        "Rabatt (HERBST50)",
        "Rabatt (Treuerabatt)",
        "Versand",
        "Geschenkverpackung",
        "Rundung",
    ]
    assert rows(german(), "remarks")[0] == ("inkl. MwSt. (19\xa0%)", "90,00\xa0€")
    assert rows(german(), "after") == [("Noch zu zahlen", "598,50\xa0€")]


def test_a_sum_that_does_not_add_up_shows_its_difference() -> None:
    assert rows(american())[-1] == ("Other adjustments", "$0.0152")
    off = with_totals(german(), total=Decimal("590.00"))
    assert rows(off)[-1] == ("Sonstige Anpassungen", "-8,50\xa0€")
    assert all(label != "Other adjustments" for label, _ in rows(english()))


def test_parts_that_do_not_make_up_their_sum_are_shown_as_the_sum() -> None:
    order = with_totals(english(), discount=Decimal("21.05"), tax=Decimal("42.50"))
    assert ("Discount (WELCOME10)", "-€21.05") in rows(order)
    assert ("Tax", "€42.50") in rows(order)


def test_a_discount_already_in_the_prices_is_only_remarked() -> None:
    order = with_totals(english(), subtotal=Decimal("180.45"), discount=None)
    assert ("Discount already in the prices (WELCOME10)", "-€20.05") in rows(order, "remarks")
    assert not any("WELCOME10" in label for label, _ in rows(order))


MONEY = st.none() | st.decimals(0, 10_000, places=2)


@given(
    st.builds(
        Totals,
        total=st.decimals(0, 10_000, places=2),
        subtotal=st.decimals(0, 10_000, places=2),
        discount=MONEY,
        shipping=MONEY,
        fees=MONEY,
        tax=MONEY,
        tax_included=st.sampled_from([None, True, False]),
        duties=MONEY,
        tip=MONEY,
        gift_card=MONEY,
        rounding=MONEY,
    )
)
def test_the_rows_above_the_total_always_add_up_to_it(totals: Totals) -> None:
    order = msgspec.structs.replace(english(), totals=totals, currency="USD", locale="en")
    shown = [value for _, value in rows(order) if value != "Free"]
    added = sum(Decimal(value.replace("$", "").replace(",", "")) for value in shown)
    assert added == totals.total


@given(st.integers(1, 3), st.decimals(0, 99_999, places=4))
def test_amounts_are_the_order_s_own_digits(quantity: int, amount: Decimal) -> None:
    line = Line(id="1", title="x", quantity=Decimal(quantity), total=amount)
    order = msgspec.structs.replace(minimal(), lines=(line,), currency="USD")
    shown = seen(order)["items"]["lines"][0]["total"]
    assert Decimal(shown.replace("$", "").replace(",", "")) == amount


def test_a_line_says_what_was_bought() -> None:
    sweater = seen(english())["items"]["lines"][0]
    assert sweater["title"] == "Merino crew neck sweater"
    assert sweater["quantity"] == "2"
    assert sweater["total"] == "€118.00"
    assert sweater["details"] == ["Forest green / M", "€59.00 each"]
    lines = seen(german())["items"]["lines"]
    assert "Nachbestellt, voraussichtlich Mi., 9. Dez." in lines[6]["details"]
    assert "Digitaler Artikel" in lines[7]["details"]
    assert "Rabatt: -7,50\xa0€" in lines[5]["details"]


def test_parts_of_a_bundle_stand_below_it() -> None:
    order = german()
    mixed = msgspec.structs.replace(
        order, lines=(order.lines[2], *order.lines[:2], *order.lines[3:])
    )
    lines = seen(mixed)["items"]["lines"]
    at = [line["title"] for line in lines].index("Frühstücksset „Morgenlicht“")
    assert [line["part"] for line in lines[at : at + 4]] == [False, True, True, False]
    assert lines[at + 1]["total"] == ""


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.none() | st.sampled_from("abcdex")), max_size=12
    )
)
def test_every_line_is_shown_once_whatever_the_parents(pairs: list[tuple[str, str | None]]) -> None:
    lines = tuple(
        Line(id=key, title=f"t{place}", quantity=Decimal(1), parent_id=parent)
        for place, (key, parent) in enumerate(pairs)
    )
    items = seen(msgspec.structs.replace(minimal(), lines=lines))["items"]
    titles = [line["title"] for line in items["lines"]] if items else []
    assert sorted(titles) == sorted(line.title for line in lines)


def test_a_very_long_order_shows_the_first_hundred_lines_and_counts_the_rest() -> None:
    lines = tuple(Line(id=str(n), title=f"t{n}", quantity=Decimal(1)) for n in range(1_000))
    items = seen(msgspec.structs.replace(minimal(), lines=lines))["items"]
    assert len(items["lines"]) == 100
    assert items["more"] == "and 900 more items"


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("cash_on_delivery", "Please pay when your order is delivered."),
        (
            "bank_transfer",
            "Please transfer the amount and give your order number as the reference.",
        ),
        ("invoice", "Please pay the invoice once you have received it."),
        ("card", None),
        ("Sofortkasse", None),
    ],
)
def test_an_unpaid_order_says_how_to_pay(method: str, asked: str | None) -> None:
    unpaid = msgspec.structs.replace(minimal(), payments=(PaymentPart(method=method),))
    assert cells(unpaid)["Payment"][1:] == ([asked] if asked else [])
    paid = msgspec.structs.replace(unpaid, state=State(payment="paid"))
    assert len(cells(paid)["Payment"]) == 1


@pytest.mark.parametrize(
    ("part", "locale", "title"),
    [
        (PaymentPart(method="card", title="Visa •••• 4242"), "de", "Visa •••• 4242"),
        (PaymentPart(method="card", title="Credit card"), "de", "Karte"),
        (PaymentPart(method="invoice", title="Buy on account"), "de", "Rechnung"),
        (PaymentPart(method="Sofortkasse"), "de", "Sofortkasse"),
        (PaymentPart(method="sofort", title="Sofortüberweisung"), "de", "Sofortüberweisung"),
        (PaymentPart(method="paypal", title="PayPal Express"), "en", "PayPal"),
    ],
)
def test_ways_of_paying_are_named_in_the_reader_s_language(
    part: PaymentPart, locale: str, title: str
) -> None:
    order = msgspec.structs.replace(minimal(), payments=(part,), locale=locale)
    assert [rows[0] for rows in cells(order).values()] == [title]


def test_a_failed_payment_is_not_a_way_of_paying() -> None:
    parts = (PaymentPart(method="card", status="failed"), PaymentPart(method="paypal"))
    assert cells(msgspec.structs.replace(minimal(), payments=parts))["Payment"] == ["PayPal"]


def test_delivery_is_said_with_its_window() -> None:
    assert cells(english())["Delivery"] == [
        "Standard delivery (An Post)",
        "Expected Wed 25 – Fri 27 Nov",
    ]
    assert cells(american())["Delivery"] == ["UPS Ground", "Expected by Mon, Nov 30"]
    assert cells(japanese())["Delivery"] == [
        "ゆうパック",
        "Expected Wed, Nov 25, 2:00 – 4:00\xa0PM",
    ]
    vague = Shipping(title="Post", estimate=Window(earliest="soon"))
    assert cells(msgspec.structs.replace(minimal(), shipping=(vague,)))["Delivery"] == ["Post"]


def test_addresses_end_with_the_country_in_the_mail_s_language() -> None:
    assert cells(german())["Rechnungsadresse"][-1] == "Österreich"
    assert cells(english())["Shipping and billing address"][-1] == "Ireland"
    home = msgspec.structs.replace(BRAND, country="IE")
    shown: Any = view(letter(english()), home, TONGUES.speak("en"))["facts"]
    assert "Ireland" not in shown["cells"][-1]["rows"]


def test_a_shop_s_own_notes_are_not_shown() -> None:
    assert "Weitere Angaben" not in cells(german())
    assert "Geschenk" not in str(cells(german()))


def test_support_is_the_order_s_own_before_the_shop_s() -> None:
    assert seen(full())["support"]["url"] == "https://shop.example.com/help"
    assert seen(english())["support"]["text"] == "help@example.com"
    unsafe = msgspec.structs.replace(BRAND, support_url="javascript:alert(1)")
    assert view(letter(english()), unsafe, TONGUES.default)["support"] is None


@pytest.mark.parametrize("name", samples())
def test_every_line_of_plain_text_keeps_to_its_columns(name: str) -> None:
    shown = seen(samples()[name])
    texts = [line["text"] for line in shown["items"]["lines"]]
    texts += [row["text"] for row in shown["totals"]["rows"]]
    assert all(len(row) <= 72 for text in texts for row in text.splitlines())
