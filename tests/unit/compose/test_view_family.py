"""Every kind of mail, in every direction and script, says its news, and says it in both parts."""

import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.unit.compose.family import FOLLOW_UPS, KINDS, PAGE, ROOT, letters, pageless
from tests.unit.compose.orders import BRAND, SEED, german, japanese, minimal
from tests.unit.compose.reading import Page, message
from twofifty.compose.bidi import balanced, plain
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.mustache import HTML, TEXT, faults, shape_of
from twofifty.compose.pack import builtin
from twofifty.compose.tongue import Tongues
from twofifty.compose.view import view
from twofifty.order.model import Customer, Line, Order

COMPOSER = Composer(BRAND)
TONGUES = Tongues("en")
NAMES = sorted(letters())
LOCALES = ("en-IE", "de", "ja", "ar", "he", "fa", "ur")
ODD = re.compile(r"\{\{|\}\}|None|\[\]")


def composed(name: str, locale: str = "en-IE") -> Composed:
    return COMPOSER.compose(letters(locale)[name], SEED)


def seen(letter: Letter) -> dict[str, Any]:
    return dict(view(letter, BRAND, TONGUES.speak(letter.order.locale)))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_composed_in_every_direction(name: str, locale: str) -> None:
    mail = composed(name, locale)
    assert mail.degraded == ""
    page = Page(mail.html)
    direction = "rtl" if locale in ("ar", "he", "fa", "ur") else "ltr"
    assert f'dir="{direction}"' in mail.html[:200]
    assert not ODD.search(page.shown())
    assert not ODD.search(mail.text)
    assert balanced(mail.html)
    assert balanced(mail.text)
    assert [tag for tag, _ in page.skeleton].count("h1") == 1
    assert max(map(len, mail.html.splitlines())) <= 998
    assert not re.search(r"\n{4,}", mail.text)


@pytest.mark.parametrize("name", NAMES)
def test_both_parts_of_every_kind_say_the_same_figures_and_links(name: str) -> None:
    mail = composed(name)
    shown = plain(Page(mail.html).shown())
    links = Page(mail.html).links
    for figure in re.findall(r"€[\d.,]+\d", mail.text):
        assert figure in shown
    for link in links:
        if "cdn.example.com" not in link and (name, "/p/" in link) != ("compact", True):
            assert link.removeprefix("mailto:") in mail.text


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_well_formed(name: str) -> None:
    html = re.sub(r"<!--\[if mso\]>.*?<!\[endif\]-->", "", composed(name).html, flags=re.DOTALL)
    page = Page(html)
    opened: list[str] = []
    for tag, _ in page.skeleton:
        if tag.startswith("/"):
            assert opened.pop() == tag[1:]
        elif tag not in ("meta", "img", "br", "link"):
            opened.append(tag)
    assert opened == []
    assert all("role" in names for tag, names in page.skeleton if tag == "table")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("written", ["html", "txt"])
def test_no_template_asks_for_what_its_view_model_lacks(kind: str, written: str) -> None:
    pack, dialect = builtin(), HTML if written == "html" else TEXT
    told = [each for each in letters().values() if each.kind == kind]
    told += [msgspec.structs.replace(told[0], order=german())]
    shape = shape_of(*(seen(each) for each in told))
    partials = pack.partials("html" if written == "html" else "txt")
    for path in (f"{kind}.full.{written}.mustache", f"{kind}.compact.{written}.mustache"):
        if path in pack.files:
            assert faults(pack.files[path], shape, partials, dialect, path) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_layout_in_full_and_falls_back_to_it(kind: str) -> None:
    letter = letters()[kind]
    wanted = msgspec.structs.replace(letter, layout="compact" if kind != "confirmation" else "odd")
    assert COMPOSER.compose(wanted, SEED).html == COMPOSER.compose(letter, SEED).html


def test_the_compact_receipt_is_short_and_has_no_pictures() -> None:
    short, whole = composed("compact"), composed("confirmation")
    assert "<img" not in short.html
    assert len(short.text) < len(whole.text)
    for line in letters()["compact"].order.lines:
        assert line.title in Page(short.html).shown()
    assert "€221.95" in short.text


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_a_follow_up_stays_in_its_thread(kind: str) -> None:
    headers = message(composed(kind).mime)
    assert headers["Subject"] == f"Re: {ROOT}"
    assert headers["Thread-Topic"] == ROOT


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_the_preview_of_a_follow_up_begins_with_its_news(kind: str) -> None:
    letter = letters()[kind]
    news = TONGUES.speak("en-IE").texts.say(f"subject_{kind}", number="#1001")
    assert str(seen(letter)["preheader"]).startswith(news)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_s_page_is_ours_and_else_the_shop_s_own(kind: str) -> None:
    letter = msgspec.structs.replace(letters()[kind], page_url=PAGE)
    assert PAGE in COMPOSER.compose(letter, SEED).text
    theirs = msgspec.structs.replace(letter, page_url=None)
    assert str(letter.order.links.status) in COMPOSER.compose(theirs, SEED).text
    none = msgspec.structs.replace(theirs, order=pageless(letter.order))
    assert "View your order" not in COMPOSER.compose(none, SEED).text


ODD_ORDERS = {
    "nothing": msgspec.structs.replace(minimal(), lines=()),
    "minimal": minimal(),
    "many": msgspec.structs.replace(
        german(),
        lines=tuple(msgspec.structs.replace(german().lines[0], id=str(n)) for n in range(500)),
    ),
    "long": msgspec.structs.replace(
        minimal(), lines=(Line(id="1", title="wörd " * 1_000, quantity=Decimal("0.5")),)
    ),
    "unbroken": msgspec.structs.replace(
        minimal(), lines=(Line(id="1", title="w" * 5_000, quantity=Decimal(1)),)
    ),
    "nameless": msgspec.structs.replace(
        japanese(), customer=Customer(), lines=(Line(id="1", title=" ", quantity=Decimal(2)),)
    ),
    "other way": msgspec.structs.replace(german(), customer=Customer(name="محمد عبد الله")),
}


@pytest.mark.parametrize("name", ODD_ORDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_order_still_makes_a_mail_of_every_kind(kind: str, name: str) -> None:
    order: Order = ODD_ORDERS[name]
    letter = msgspec.structs.replace(letters()[kind], order=order, facts="parcel:gone")
    mail = COMPOSER.compose(letter, SEED)
    assert mail.degraded == ""
    assert len(mail.html.encode()) <= 102_400
    assert not ODD.search(Page(mail.html).shown())
    back = msgspec.structs.replace(letters()[kind], before=order)
    assert COMPOSER.compose(back, SEED).degraded == ""


def test_a_name_of_the_other_direction_cannot_disturb_its_sentence() -> None:
    order = msgspec.structs.replace(german(), customer=Customer(name="محمد"))
    mail = COMPOSER.compose(Letter(kind="confirmation", order=order), SEED)
    assert "\u2068محمد\u2069" in mail.text
    assert "\u2068" not in composed("confirmation").text


def test_what_was_found_of_stock_outweighs_what_the_order_says() -> None:
    order = german()
    stated = order.lines[6].stock
    assert stated is not None
    found = {"7": msgspec.structs.replace(stated, status="in_stock")}
    letter = Letter(kind="confirmation", order=order)
    known = msgspec.structs.replace(letter, stock=found)
    assert "Nachbestellt" in COMPOSER.compose(letter, SEED).text
    assert "Nachbestellt" not in COMPOSER.compose(known, SEED).text


def test_a_confirmation_shows_the_parcels_that_already_left() -> None:
    page = Page(composed("confirmation_sent").html)
    assert "https://track.example.com/LX123456785IE" in page.links
    assert "09-445-1" not in page.shown()
    assert "On its way" in page.shown()


def test_every_mail_says_why_it_came() -> None:
    for name in NAMES:
        assert "because of your order at Northlight" in composed(name).text


def test_an_agent_s_words_are_text_and_stand_before_the_facts() -> None:
    letter = msgspec.structs.replace(letters()["agent"], words="<b>1 < 2</b>\n{{t.help}}\n\nBye")
    mail = COMPOSER.compose(letter, SEED)
    shown = Page(mail.html).shown()
    assert "<b>1 < 2</b> {{t.help}}".replace(" {{", "{{") in shown.replace("</b> {{", "</b>{{")
    assert shown.index("Bye") < shown.index("Merino crew neck sweater")
    assert "<b>1 < 2</b>\n{{t.help}}\n\nBye" in mail.text
