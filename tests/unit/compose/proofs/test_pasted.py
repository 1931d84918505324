"""A notification template pasted from Shopify, and the order's page, hold against attacks too."""

from pathlib import Path

import msgspec
import pytest

from tests.unit.compose.liquid.sample import view
from tests.unit.compose.orders import BRAND, SEED
from tests.unit.compose.proofs.attacks import attacks
from tests.unit.compose.proofs.fields import every_field, planted
from tests.unit.compose.proofs.seen import CONTROLS, Seen, faults
from tests.unit.compose.proofs.test_injection import LOCALES, Square
from tests.unit.web.orderpage.case import drawn
from tests.unit.web.orderpage.reading import Sheet
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter
from twofifty.compose.liquid import compile_liquid
from twofifty.compose.pack import pack
from twofifty.order.model import Order

FOLDER = Path("../shared/corpora/templates")
FILES = sorted(FOLDER.glob("shopify-notifications-*/*.liquid"))
CONFIRMATIONS = [path for path in FILES if "order-confirmation" in path.name]


def both(turn: int) -> tuple[Order, Order]:
    """An order with an attack in each field, and the same with harmless texts."""
    square, locale = Square(attacks(), turn), LOCALES[turn % len(LOCALES)]
    made = [planted(every_field(), give) for give in (square.hostile, square.calm)]
    bad, calm = (msgspec.structs.replace(order, locale=locale) for order in made)
    return bad, calm


def pasted_faults(path: Path, turns: range) -> list[str]:
    """What attacks do to a mail that a shop pasted from elsewhere."""
    composer = Composer(BRAND, own=pack({"confirmation.html.liquid": path.read_text()}))
    found: list[str] = []
    for turn in turns:
        mails = [
            composer.compose(Letter(kind="confirmation", order=order), SEED) for order in both(turn)
        ]
        bad, calm = (Seen(mail.html) for mail in mails)
        if bad.skeleton != calm.skeleton:
            found.append(f"{turn}: other bones")
        # its own links may lead nowhere and its comments are its author's
        own = ("odd markup", "link '#'", "link ''")
        found += [f"{turn}: {each}" for each in faults(mails[0]) if not each.startswith(own)]
        found += [f"{turn}: {link}" for link in bad.links if "script:" in link.lower()]
    return found


@pytest.mark.skipif(not FILES, reason=f"no notification templates in {FOLDER}")
@pytest.mark.parametrize("path", CONFIRMATIONS, ids=lambda path: path.stem)
def test_a_pasted_confirmation_holds(path: Path) -> None:
    assert pasted_faults(path, range(0, len(attacks()), 40)) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pasted_template_holds_against_every_attack(path: Path) -> None:
    assert pasted_faults(path, range(0, len(attacks()), 3)) == []


def page_faults(turn: int) -> list[str]:
    """What attacks do to the order's page."""
    bad, calm = both(turn)
    tag = bad.locale or "en"
    pages = [Sheet(drawn(order, tag)) for order in (bad, calm)]
    found = [*pages[0].faults]
    if pages[0].skeleton() != pages[1].skeleton():
        found.append("other bones")
    schemes = ("https://", "http://", "mailto:", "tel:", "#content", "x?lang=", "x/", "data:,")
    found += [link for link in pages[0].links() if not link.startswith(schemes)]
    if tag.startswith(("en", "ja", "de")):
        found += CONTROLS.findall(drawn(bad, tag).replace("\n", ""))
    return [f"{turn} {tag}: {each}" for each in found]


def test_the_order_s_page_holds_with_an_attack_in_every_field() -> None:
    found = [page_faults(turn) for turn in range(0, len(attacks()), 13)]
    assert [each for each in found if each] == []


@pytest.mark.slow
def test_the_order_s_page_holds_against_every_attack_in_every_field() -> None:
    found = [page_faults(turn) for turn in range(len(attacks()))]
    assert [each for each in found if each] == []


BUILT = (
    "{{ '<img src=' | append: name | append: '>' }}",
    "{{ '<a href=\"' | append: name | append: '\">x</a>' }}",
    "{{ name | split: ' ' | join: '<img ' }}",
    "{{ name | replace: 'q', '<img ' }}",
    "{{ name | escape | replace: '&lt;', '<' }}",
    "{{ name | escape | replace: 'lt', '<' | replace: '&', '' }}",
    "{{ '<p title=\"' | append: name | append: '\">' | replace: '&quot;', '\"' }}",
    "{{ '<img ' }}{{ name }}",
    "{% echo '<img ' %}{{ name }}",
    "{% cycle '<img ', 'b' %}{{ name }}",
    "{% assign open = '<img ' %}{{ open }}{{ name }}",
    "{% capture both %}{{ '<img ' }}{{ name }}{% endcapture %}{{ both }}",
    "{{ '<script>' | append: name | append: '</script>' }}",
    "{{ '<p onclick=\"' | append: name }}",
    "{{ '<style>' }}{{ name }}",
    "{{ '<!--' | append: name }}",
)


@pytest.mark.parametrize("source", BUILT)
def test_a_tag_that_filters_build_cannot_be_written_by_a_value(source: str) -> None:
    template = compile_liquid("{% assign name = note %}" + source)
    for name in ("<img src=x onerror=alert(1) ", "q onerror=alert(1) x", "javascript:alert(1)"):
        order = msgspec.structs.replace(every_field(), note=name)
        shown = Seen(template.render(view(order)) + "</p>")
        assert not [
            each
            for _, names in shown.skeleton
            for each in names
            if each.startswith("on") or each in ("q", "x")
        ]
        assert not [link for link in shown.links if "script:" in link]
        assert shown.script == ""
