"""Shopify's filters, in the reader's language."""

from datetime import UTC, datetime

import pytest

from tests.unit.compose.liquid.sample import rich, shown, view
from twofifty.compose.liquid import Occasion, compile_liquid, render_plain

AT = datetime(2026, 3, 7, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y-%m-%d", "2026-03-07"),
        ("%b %d, %Y", "Mar 07, 2026"),
        ("%B %e", "March  7"),
        ("%-d.%-m.%y", "7.3.26"),
        ("%l:%M %P", " 4:04 pm"),
        ("%A %^a %j %u", "Saturday SAT 066 6"),
        ("%H:%M:%S %%", "16:04:05 %"),
        ("%F %T", "2026-03-07 16:04:05"),
        ("%Q", "%Q"),
    ],
)
def test_a_date_is_written_by_its_pattern_in_the_customers_time_zone(
    pattern: str, text: str
) -> None:
    assert shown("{{ at | date: p }}", at=AT, p=pattern) == text


def test_months_are_named_in_the_readers_language() -> None:
    names = view(rich(), "de", Occasion(more={"at": AT}))
    assert compile_liquid("{{ at | date: '%d. %B' }}").render(names) == "07. März"


def test_now_is_the_moment_of_the_mail_and_of_no_clock() -> None:
    names = view(rich(), occasion=Occasion(at=AT))
    assert (
        compile_liquid("{{ 'now' | date: '%Y' }}{{ now | date: '%m' }}").render(names) == "202603"
    )


def test_what_is_no_date_stays_as_it_is() -> None:
    assert shown("{{ 'soon' | date: '%Y' }}") == "soon"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ line_items.first | img_url: 'small' }}", "https://cdn.example.test/products/1.jpg"),
        ("{{ line_items.first.image.src }}", "https://cdn.example.test/products/1.jpg"),
        ("{{ 'x.png' | asset_url }}", ""),
        ("{{ 'a' | link_to: 'javascript:x' }}", "a"),
        ("{{ 2 | pluralize: 'item', 'items' }}{{ 1 | pluralize: 'a', 'b' }}", "itemsa"),
        ("{{ '100% M & Ms' | handleize }}", "100-m-ms"),
        ("{{ 'notifications.order_number' | t }}", "Order number"),
        ("{{ 'aé' | base64_encode | base64_decode }}", "aé"),
        ("{{ 300 | unit_price_with_measurement: '100 g' }}", "€3.00 / 100 g"),
        ("{{ text | newline_to_br }}", "a<br />\nb&lt;"),
        ("{{ '<p>a</p><script>x</script>b' | strip_html }}", "ab"),
        ("{{ shop.email }} {{ shop.domain }}", "help@example.com shop.example.test"),
        ("{{ customer.first_name }}|{{ customer.last_name }}", "Alex|Example"),
        ("{% if nothing == blank %}y{% endif %}{% if x != blank %}n{% endif %}", "y"),
    ],
)
def test_a_filter_writes_so(source: str, text: str) -> None:
    assert shown(source, text="a\nb<") == text


def test_an_address_is_written_as_its_country_does() -> None:
    assert shown("{{ shipping_address | format_address }}") == (
        "<p>Alex Example<br>1 Sample Street<br>10115 Berlin<br>Germany</p>"
    )


def test_the_plain_language_escapes_nothing() -> None:
    assert render_plain("{{ x }}", {"x": "<b>"}, {}) == "<b>"


def test_a_partial_writes_money_and_dates_for_the_same_reader() -> None:
    source = "{% render 'sum', at: at %}{% include 'sum' %}"
    partials = {"sum": "{{ 1250 | money }} {{ at | date: '%H' }};"}
    names = view(rich(), "de", Occasion(more={"at": AT}))
    assert compile_liquid(source, partials).render(names) == "12,50\xa0€ 16;" * 2
