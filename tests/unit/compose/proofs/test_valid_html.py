"""The HTML of every mail is HTML as its standard says, parsed strictly, whatever the language."""

import functools
import re
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from babel import Locale

from tests.unit.compose.orders import BRAND, SEED, english, full, german, minimal
from tests.unit.compose.proofs.fields import every_field
from tests.unit.compose.proofs.occasions import occasions
from tests.unit.compose.proofs.seen import Seen
from twofifty.compose.composer import Composer

HTML5 = import_module("html5lib") if find_spec("html5lib") else None
needs_parser = pytest.mark.skipif(HTML5 is None, reason="html5lib, the strict parser, is not here")

LOCALES = ("en", "de", "ar", "ja", "hi-IN", "pl")
NAMES = tuple(occasions(english()))
ORDERS = {"english": english(), "german": german(), "all": every_field(), "minimal": minimal()}
ORDERS["plain"] = full()

# What a mail needs although the standard frowns on it. `xmlns` on the root, which html5lib does not
# mind, is what Outlook's own elements in conditional comments are named by; the rest are attributes
# of HTML 4 that Outlook's engine reads in place of styles.
OLD_ATTRIBUTES = frozenset({"width", "height", "align", "valign", "cellpadding", "cellspacing"})
OLD_ATTRIBUTES |= {"border", "bgcolor"}
KNOWN = frozenset(
    "html head meta title style script link body div table tr td h1 h2 h3 p a b span img bdi br"
    " ins del small strong".split()
)
VOID = frozenset({"meta", "img", "br", "link"})


@functools.cache
def composer() -> Composer:
    return Composer(BRAND)


@functools.cache
def pages(name: str, tag: str) -> tuple[str, ...]:
    """The HTML of an occasion for each order."""
    made = []
    for order in ORDERS.values():
        letter = occasions(msgspec.structs.replace(order, locale=tag)).get(name)
        if letter is not None:
            mail = composer().compose(letter, SEED)
            assert mail.degraded == ""
            made.append(mail.html)
    return tuple(made)


def parsed(html: str) -> tuple[Any, list[str]]:
    """The tree of a page, and what the parser had to say against it."""
    assert HTML5 is not None
    parser = HTML5.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = [f"{place}: {code} {said}" for place, code, said in parser.errors]
    return tree, found


@needs_parser
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tag", LOCALES)
def test_a_strict_parser_finds_no_error(name: str, tag: str) -> None:
    for html in pages(name, tag):
        tree, found = parsed(html)
        assert found == []
        assert judged(tree) == []


@needs_parser
@pytest.mark.parametrize("name", NAMES)
def test_what_outlook_alone_reads_is_whole_too(name: str) -> None:
    for html in pages(name, "en"):
        shown = re.sub(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", r"\1", html, flags=re.DOTALL)
        shown = re.sub(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", shown, flags=re.DOTALL)
        tree, found = parsed(re.sub(r"<noscript>.*?</noscript>", "", shown, flags=re.DOTALL))
        assert [each for each in found if "unexpected-end-tag-implies" in each] == []
        opened = Counter(re.findall(r"<(table|tr|td|div)\b", shown))
        assert opened == Counter(re.findall(r"</(table|tr|td|div)>", shown))
        assert tree.find(".//table/tbody/tr/td") is not None


def judged(tree: Any) -> list[str]:
    """What a tree has that a mail may not have."""
    found: list[str] = []
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    ids = Counter(each.get("id") for each in elements if each.get("id"))
    found += [f"id {name} {count} times" for name, count in ids.items() if count > 1]
    found += [f"<{each.tag}>" for each in elements if each.tag not in KNOWN | {"tbody"}]
    for each in elements:
        found += _element(each)
        if each.get("dir") not in (None, "ltr", "rtl", "auto"):
            found.append(f"dir {each.get('dir')}")
    found += [f"{tag} {len(tree.findall(f'.//{tag}'))} times" for tag in ("title", "h1", "body")
              if len(tree.findall(f".//{tag}")) != 1]  # fmt: skip
    return found


def _element(each: Any) -> list[str]:
    found = []
    children = {child.tag for child in each}
    if each.tag == "table":
        found += [] if each.get("role") == "presentation" else ["a table for its layout says so"]
        found += [] if children <= {"tbody"} else [f"a table of {children}"]
    if each.tag == "tbody" and children - {"tr"}:
        found.append(f"rows of {children}")
    if each.tag == "tr" and children - {"td"}:
        found.append(f"cells of {children}")
    if each.tag in ("p", "h1", "h2") and children & {"p", "div", "table", "h1", "h2"}:
        found.append(f"<{each.tag}> holds {children}")
    if each.tag == "a" and each.find(".//a") is not None:
        found.append("a link in a link")
    if each.tag == "img" and (each.get("alt") is None or not each.get("src")):
        found.append("a picture without its words or address")
    old = {name for name in each.attrib if name in OLD_ATTRIBUTES}
    if old and each.tag not in ("table", "td", "img"):
        found.append(f"<{each.tag}> with {old}")
    if each.get("lang") is not None:
        try:
            Locale.parse(each.get("lang"), sep="-")
        except ValueError:
            found.append(f"lang {each.get('lang')}")
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tag", LOCALES)
def test_every_attribute_is_quoted_and_every_element_closed(name: str, tag: str) -> None:
    for html in pages(name, tag):
        outside = re.sub(r"<style>.*?</style>|<script.*?</script>|<!--.*?-->", "", html, flags=re.S)
        for markup in re.findall(r"<[a-z][^>]*>", outside):
            bare = re.sub(r'\s[a-zA-Z:-]+="[^"]*"', "", markup)
            assert re.fullmatch(r"<[a-z0-9]+\s*>", bare), markup
        skeleton = [tag for tag, _ in Seen(html).skeleton if tag not in VOID]
        opened: list[str] = []
        for each in skeleton:
            if each.startswith("/"):
                assert opened.pop() == each[1:]
            else:
                opened.append(each)
        assert opened == []


@pytest.mark.parametrize("tag", LOCALES)
def test_headings_go_down_one_by_one(tag: str) -> None:
    for name in NAMES:
        for html in pages(name, tag):
            levels = [int(each[1]) for each, _ in Seen(html).skeleton if each in ("h1", "h2", "h3")]
            assert levels[0] == 1
            assert all(later <= one + 1 for one, later in pairwise(levels))
