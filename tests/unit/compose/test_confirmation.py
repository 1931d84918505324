"""An order becomes a mail: always, and always the same."""

import re

import msgspec
import pytest

from tests.unit.compose.orders import BRAND, SEED, english, full, letter, minimal, samples
from tests.unit.compose.reading import Page, markup, message, part
from twofifty.compose import mime
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Seed
from twofifty.compose.mustache import TemplateError
from twofifty.compose.pack import Pack, pack
from twofifty.compose.texts import load
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.order.model import Line, Order

COMPOSER = Composer(BRAND)
NAMES = sorted(samples())


HTML_PART = "confirmation.full.html.mustache"
TEXT_PART = "confirmation.full.txt.mustache"


def own(html: str, text: str) -> Pack:
    return pack({HTML_PART: html, TEXT_PART: text})


def lines_of(text: str) -> list[str]:
    return text.strip().splitlines()


def composed(name: str) -> Composed:
    return COMPOSER.compose(letter(samples()[name]), SEED)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_order_gives_the_same_bytes(name: str) -> None:
    again = Composer(BRAND).compose(letter(samples()[name]), SEED)
    assert composed(name) == again
    assert again.degraded == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_hold_what_was_composed(name: str) -> None:
    mail = composed(name)
    assert message(mail.mime)["Subject"] == mail.subject
    assert lines_of(part(mail.mime, "html")) == lines_of(mail.html)
    assert lines_of(part(mail.mime, "plain")) == lines_of(mail.text)


def test_headers_name_the_message_and_its_thread() -> None:
    seed = msgspec.structs.replace(SEED, references=("root@example.com", "last@example.com"))
    headers = message(COMPOSER.compose(letter(english()), seed).mime)
    assert headers["Message-ID"] == "<m_2x@example.com>"
    assert headers["References"].split() == ["<root@example.com>", "<last@example.com>"]
    assert headers["In-Reply-To"] == "<last@example.com>"
    assert headers["X-Twofifty-ID"] == "m_2x"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Entity-Ref-ID"] is None


def test_a_customer_is_written_to_in_their_language() -> None:
    assert composed("german").locale == "de-DE"
    assert composed("german").subject == "Ihre Bestellung #2026-10437"
    page = Page(composed("german").html)
    assert page.skeleton[0] == ("html", ("lang", "dir", "xmlns", "xmlns:v", "xmlns:o"))
    assert 'lang="de-DE" dir="ltr"' in composed("german").html
    assert "Gesamtsumme" in page.shown()
    elsewhere = msgspec.structs.replace(english(), locale="tlh-AQ")
    assert Composer(BRAND, "de").compose(letter(elsewhere), SEED).locale == "de"


@pytest.mark.parametrize("name", NAMES)
def test_both_parts_say_every_figure_and_link(name: str) -> None:
    mail = composed(name)
    order = samples()[name]
    shown = view(letter(order), BRAND, Tongues("en").speak(order.locale))
    page = Page(mail.html)
    figures = re.findall(r"\d[\d.,]+\d", mail.text)
    assert figures
    for figure in figures:
        assert figure in page.shown() or any(figure in link for link in page.links)
    assert str(shown["headline"]) in mail.text
    for link in page.links:
        if "cdn.example.com" not in link:
            assert link in mail.text or link.removeprefix("mailto:") in mail.text


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_small_and_its_lines_are_short(name: str) -> None:
    mail = composed(name)
    assert len(mail.html.encode()) <= 40_000
    assert max(map(len, mail.html.splitlines())) <= 998
    assert max(map(len, mail.text.splitlines())) <= 100
    assert not re.search(r"\n{4,}", mail.text)


def test_a_thousand_lines_with_long_titles_still_fit() -> None:
    lines = tuple(
        Line(id=str(n), title="<é>" * 400, quantity=english().lines[0].quantity)
        for n in range(1_000)
    )
    mail = COMPOSER.compose(letter(msgspec.structs.replace(english(), lines=lines)), SEED)
    assert mail.degraded == ""
    assert len(mail.html.encode()) <= 102_400
    assert "more items" in mail.text
    assert "221.95" in mail.text


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_well_formed_and_accessible(name: str) -> None:
    html = re.sub(r"<!--\[if mso\]>.*?<!\[endif\]-->", "", composed(name).html, flags=re.DOTALL)
    page = Page(html)
    opened: list[str] = []
    for tag, _ in page.skeleton:
        if tag.startswith("/"):
            assert opened.pop() == tag[1:]
        elif tag not in ("meta", "img", "br"):
            opened.append(tag)
    assert opened == []
    assert all("role" in names for tag, names in page.skeleton if tag == "table")
    assert all(
        {"alt", "width", "height"} <= set(names) or names[1] == "alt"
        for tag, names in page.skeleton
        if tag == "img"
    )
    assert [tag for tag, _ in page.skeleton].count("h1") == 1


def test_ghost_tables_of_outlook_are_balanced() -> None:
    hidden = "".join(
        re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", composed("german").html, re.DOTALL)
    )
    for tag in ("table", "tr", "td", "v:roundrect", "center"):
        assert len(re.findall(rf"<{tag}\b", hidden)) == hidden.count(f"</{tag}>"), tag


def test_an_empty_heading_is_never_shown() -> None:
    shown = Page(composed("minimal").html).shown()
    for name in (
        "delivery",
        "payment",
        "shipping_address",
        "note",
        "view_order",
        "subtotal",
    ):
        assert load("en")[name] not in shown
        assert load("en")[name] not in composed("minimal").text


def test_the_markup_has_the_fields_that_mail_programs_require() -> None:
    node = markup(Page(composed("english").html))
    assert node["@type"] == "Order"
    assert node["merchant"] == {"@type": "Organization", "name": "Northlight"}
    assert (node["orderNumber"], node["price"], node["priceCurrency"]) == ("1001", "221.95", "EUR")
    assert node["orderStatus"] == "http://schema.org/OrderProcessing"
    offers = node["acceptedOffer"]
    assert isinstance(offers, list)
    assert len(offers) == 3
    assert offers[0]["itemOffered"]["name"] == "Merino crew neck sweater"
    assert (offers[0]["price"], offers[0]["priceCurrency"]) == ("59.00", "EUR")
    assert offers[0]["eligibleQuantity"]["value"] == "2"
    action = node["potentialAction"]
    assert isinstance(action, dict)
    assert action["url"] == node["url"] == english().links.status
    assert "url" not in markup(Page(composed("minimal").html))


def test_a_template_that_is_none_is_refused_when_it_is_published() -> None:
    with pytest.raises(TemplateError):
        Composer(BRAND, own=own("{{#open}}", "x"))


def test_a_template_that_outgrows_a_mail_degrades() -> None:
    mail = Composer(BRAND, own=own("x" * 200_000, "x")).compose(letter(english()), SEED)
    assert "does not fit" in mail.degraded
    assert "Merino crew neck sweater" in mail.text


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_while_rendering_still_sends_a_plain_receipt(name: str) -> None:
    order = samples()[name]
    # The time zone is read by the view model alone: a fault there is a fault of rendering.
    faulty = msgspec.structs.replace(order, time_zone=[])
    mail = COMPOSER.compose(letter(faulty), SEED)
    assert mail.degraded
    assert f"{order.totals.total:f} {order.currency}" in mail.text
    for line in order.lines:
        assert line.title[:150] in mail.text
    assert message(mail.mime)["Subject"] == mail.subject
    assert "<script" not in mail.html


def test_the_plain_receipt_is_harmless_too() -> None:
    order = msgspec.structs.replace(
        full(),
        lines=(
            msgspec.structs.replace(full().lines[0], title="<script>alert(1)</script>\r\nBcc: x"),
        ),
        time_zone=[],
    )
    mail = COMPOSER.compose(letter(order), SEED)
    assert mail.degraded
    assert "<script" not in mail.html
    assert "\r" not in mail.text


def test_the_version_names_the_templates() -> None:
    plain = Composer(BRAND, own=own("<p>{{subject}}</p>", "{{subject}}"))
    other = plain.compose(letter(minimal()), SEED)
    assert other.template_version != composed("minimal").template_version
    assert re.fullmatch("[0-9a-f]{12}", composed("english").template_version)


def seen(order: Order) -> dict[str, object]:
    return dict(view(letter(order), BRAND, Tongues("en").default))


def test_a_reply_goes_where_the_seed_says() -> None:
    seed: Seed = msgspec.structs.replace(SEED, reply_to=mime.Mailbox(None, "care@example.com"))
    assert message(COMPOSER.compose(letter(minimal()), seed).mime)["Reply-To"] == "care@example.com"


def test_a_brand_s_unsafe_links_are_dropped() -> None:
    brand = msgspec.structs.replace(
        BRAND, shop_url="javascript:x", logo_url="data:x", legal_footer="<b>{{x}}"
    )
    mail = Composer(brand).compose(letter(minimal()), SEED)
    assert "javascript" not in mail.html
    assert "data:x" not in mail.html
    assert "&lt;b&gt;{{x}}" in mail.html


def order_of(count: int) -> Order:
    return msgspec.structs.replace(english(), lines=english().lines * count)


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_any_number_of_lines_makes_a_mail(count: int) -> None:
    mail = COMPOSER.compose(letter(order_of(count)), SEED)
    assert mail.degraded == ""
    assert mail.text.count("Ceramic pour-over set") == count
