"""Which declarations of a mail's style sheets and styles an element gets, by day and by night.

Enough of the cascade for colours and sizes: type, class, id and attribute selectors, descendants
and children, importance and specificity. A selector with more in it matches nothing here.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, Literal

import msgspec

from twofifty.compose.lint.page import Element, Page
from twofifty.compose.mjml.sheet import Declaration, Rule, declarations, rules

Mode = Literal["light", "dark"]
_MODES: Final[tuple[Mode, ...]] = ("light", "dark")
READ: Final = frozenset(
    "background background-color background-image color display font-size font-weight max-height "
    "opacity visibility".split()
)
MAX_RULES: Final = 2000
# Comparisons of elements and selectors for one mail; a real one needs a tenth of it.
MAX_STEPS: Final = 400_000
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.IGNORECASE)
_LIGHT = re.compile(r"prefers-color-scheme\s*:\s*light", re.IGNORECASE)
_EVERYWHERE = re.compile(r"@media\s*(?:only\s+)?(?:all|screen)\s*", re.IGNORECASE)
_COMPOUND = re.compile(r"\s*(>|\s|^)\s*((?:[\w*.#-]|\[[^\]]*\])+)")
_SIMPLE = re.compile(r"([.#]?)([\w-]+)|\[\s*([\w-]+)[^\]]*\]|\*")


class Compound(msgspec.Struct, frozen=True):
    """`a.b#c[d]`. `child`: directly in the one before it."""

    kind: str
    classes: frozenset[str]
    id: str
    attributes: frozenset[str]
    child: bool

    def fits(self, element: Element, classes: frozenset[str]) -> bool:
        """Whether it describes the element, which has these classes."""
        return (
            self.kind in ("", element.name)
            and self.classes <= classes
            and self.id in ("", element.get("id"))
            and self.attributes <= element.attributes.keys()
        )


class _Ranked(msgspec.Struct, frozen=True):
    selector: tuple[Compound, ...]
    said: tuple[Declaration, ...]
    modes: tuple[Mode, ...]
    rank: tuple[int, ...]


class Cascade:
    """The styles of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._classes = [frozenset(one.get("class").split()) for one in page.elements]
        self._by_key: dict[str, list[_Ranked]] = {}
        self._steps = 0
        self.has_dark = False
        for ranked in _ranked(page):
            self.has_dark = self.has_dark or ranked.modes == ("dark",)
            self._by_key.setdefault(_key(ranked.selector[-1]), []).append(ranked)

    def style(self, element: Element, mode: Mode) -> dict[str, str]:
        """What the element's own declarations come to, of the properties in `READ`."""
        won: dict[str, tuple[tuple[int, ...], str]] = {}
        for ranked in self._matching(element, mode):
            _note(won, ranked.said, ranked.rank)
        inline = declarations(element.get("style"))
        _note(won, inline, (1, 0, 0, 0, 0))
        return {name: value for name, (_, value) in won.items()}

    def _matching(self, element: Element, mode: Mode) -> Iterator[_Ranked]:
        for ranked in self._near(element):
            self._steps += 1
            if self._steps > MAX_STEPS:
                return
            if mode in ranked.modes and self._fits(ranked.selector, element):
                yield ranked

    def _near(self, element: Element) -> Iterator[_Ranked]:
        """What may be about the element, by the last compound of its selector."""
        classes = self._classes[element.index]
        keys = [element.name, "*", *(f".{name}" for name in classes), f"#{element.get('id')}"]
        return chain.from_iterable(self._by_key.get(key, ()) for key in keys)

    def _fits(self, selector: tuple[Compound, ...], element: Element) -> bool:
        if not selector[-1].fits(element, self._classes[element.index]):
            return False
        wanted = len(selector) - 2
        child = selector[-1].child
        at = element.parent
        while wanted >= 0 and at >= 0:
            parent = self._page.elements[at]
            self._steps += 1
            if selector[wanted].fits(parent, self._classes[at]):
                child = selector[wanted].child
                wanted -= 1
            elif child:
                return False
            at = parent.parent
        return wanted < 0


def _note(
    won: dict[str, tuple[tuple[int, ...], str]],
    said: tuple[Declaration, ...],
    rank: tuple[int, ...],
) -> None:
    for one in said:
        if one.name in READ:
            name = "background" if one.name == "background-color" else one.name
            weight = (int(one.important), *rank)
            if name not in won or won[name][0] <= weight:
                won[name] = (weight, one.value)


def _ranked(page: Page) -> Iterator[_Ranked]:
    """The first `MAX_RULES` selectors of all style sheets, those that we can follow."""
    for count, (written, said, modes) in enumerate(islice(_said(page), MAX_RULES), 1):
        selector = _selector(written)
        if selector:
            yield _Ranked(selector, said, modes, (0, *_specificity(selector), count))


def _said(page: Page) -> Iterator[tuple[str, tuple[Declaration, ...], tuple[Mode, ...]]]:
    """Each selector, what its rule says, and when."""
    for rule, modes in _in_force(page):
        said = tuple(one for one in rule.declarations if one.name in READ)
        for written in rule.prelude.split(",") if said else ():
            yield written, said, modes


def _in_force(page: Page) -> Iterator[tuple[Rule, tuple[Mode, ...]]]:
    for owner, piece in page.raw_of("style"):
        outer = (f"@media {owner.get('media')}",) if owner.get("media") else ()
        for rule in rules(piece.text):
            modes = _modes((*outer, *rule.within))
            if modes and not rule.at:
                yield rule, modes


def _modes(within: tuple[str, ...]) -> tuple[Mode, ...]:
    """When rules within these at-rules hold; never for those about widths or printing."""
    return tuple(mode for mode in _MODES if all(mode in _held(at) for at in within))


def _held(at: str) -> tuple[Mode, ...]:
    if _DARK.search(at):
        return ("dark",)
    if _LIGHT.search(at):
        return ("light",)
    return _MODES if _EVERYWHERE.fullmatch(at) else ()


def _selector(written: str) -> tuple[Compound, ...]:
    """The compounds of a selector; none for one that we cannot follow."""
    written = written.strip()
    found = list(_COMPOUND.finditer(written))
    if "".join(one[0] for one in found) != written:
        return ()
    return tuple(_compound(one[2], one[1] == ">") for one in found)


def _compound(written: str, child: bool) -> Compound:
    kind, id_ = "", ""
    classes: list[str] = []
    attributes: list[str] = []
    for simple in _SIMPLE.finditer(written):
        sign, name, attribute = simple.groups()
        if attribute:
            attributes.append(attribute.lower())
        elif sign == ".":
            classes.append(name)
        elif sign == "#":
            id_ = name
        elif name:
            kind = name.lower()
    return Compound(kind, frozenset(classes), id_, frozenset(attributes), child)


def _key(last: Compound) -> str:
    if last.id:
        return f"#{last.id}"
    if last.classes:
        return f".{min(last.classes)}"
    return last.kind or "*"


def _specificity(selector: tuple[Compound, ...]) -> tuple[int, int, int]:
    return (
        sum(bool(one.id) for one in selector),
        sum(len(one.classes) + len(one.attributes) for one in selector),
        sum(bool(one.kind) for one in selector),
    )
