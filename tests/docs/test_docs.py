"""The documents are complete: every setting, every verb, every link."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from tools.structure import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)


def _without_code(page: Path) -> str:
    return _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))


def _links(page: Path) -> list[str]:
    found = _LINK.findall(_without_code(page))
    return [link for link in found if not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual Markdown renderers make them."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _links(page):
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in _anchors(target)
        ):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    seen: set[Path] = set()
    waiting = [index]
    while waiting:
        page = waiting.pop().resolve()
        if page.suffix == ".md" and page.exists() and page not in seen:
            seen.add(page)
            waiting.extend(page.parent / unquote(link).partition("#")[0] for link in _links(page))
    assert not [
        str(page.relative_to(ROOT)) for page in PAGES if _in_docs(page) and page not in seen
    ]


def _in_docs(page: Path) -> bool:
    return page.is_relative_to(ROOT / "docs")


def test_every_setting_is_in_the_reference() -> None:
    names = _module("twofifty.settings").names()
    page = _page("docs/reference/settings.md")
    assert names
    said = {word.upper().removeprefix("TWOFIFTY_") for word in re.findall(r"`(\w+)`", page)}
    assert not set(names) - said


def test_the_settings_page_says_what_the_schema_says() -> None:
    _module("twofifty.settings")
    assert _module("tools.settings_page").page() == _page("docs/reference/settings.md")


def test_every_verb_is_in_the_reference() -> None:
    verbs = _verbs(_module("typer.main").get_command(_module("twofifty.cli.main").app))
    page = _page("docs/reference/cli.md")
    assert verbs
    assert not [verb for verb in verbs if not re.search(rf"`twofifty {verb}\b", page)]


def _verbs(command: object, above: str = "") -> list[str]:
    """Every command of a click group, those of groups inside with their group's name before."""
    below: dict[str, object] = getattr(command, "commands", {})
    return [
        verb
        for name, inside in below.items()
        for verb in (_verbs(inside, f"{above}{name} ") or [f"{above}{name}"])
    ]


def _module(name: str) -> ModuleType:
    try:
        found = find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        pytest.skip(f"{name} does not exist yet")
    return import_module(name)


def _page(path: str) -> str:
    page = ROOT / path
    assert page.exists(), f"{path} is missing"
    return page.read_text(encoding="utf-8")
