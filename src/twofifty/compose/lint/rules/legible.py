"""Text that can be read, by day and by night: WCAG 2.2, 1.4.3, level AA."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from twofifty.compose.lint.cascade import Mode
from twofifty.compose.lint.colour import Colour, colour, contrast
from twofifty.compose.lint.finding import Finding
from twofifty.compose.lint.mail import Mail
from twofifty.compose.lint.page import Element, Piece

_WHITE: Final = Colour(255, 255, 255)
_BLACK: Final = Colour(0, 0, 0)
_NIGHT: Final = Colour(28, 28, 30)
_LINK: Final = Colour(0, 0, 238)
_NORMAL, _LARGE = 4.5, 3.0
_LETTER = re.compile(r"[^\W_]")
_IMAGE = re.compile(r"url\(|gradient\(", re.IGNORECASE)
_SIZES: Final = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "small": 13.0}
_BOLD: Final = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "th"))


_HIDING: Final = (
    ("display", ("none",)),
    ("visibility", ("hidden",)),
    ("max-height", ("0", "0px")),
    ("opacity", ("0", "0.0")),
)


class _Seen(msgspec.Struct, frozen=True):
    """What an element's text looks like. `ground`: None behind an image that we do not know."""

    ink: Colour
    ground: Colour | None
    size: float = 16.0
    bold: bool = False
    shown: bool = True


_LIGHT: Final = _Seen(_BLACK, _WHITE)
_DARK: Final = _Seen(_WHITE, _NIGHT)


def legible(mail: Mail) -> Iterator[Finding]:
    """One finding for each pair of colours that is too close, at its first text."""
    told: set[tuple[str, str, bool]] = set()
    yield from _in(mail, "light", told)
    if mail.cascade.has_dark:
        yield from _in(mail, "dark", told)


def _in(mail: Mail, mode: Mode, told: set[tuple[str, str, bool]]) -> Iterator[Finding]:
    seen = _looks(mail, mode)
    for piece in filter(_has_letters, mail.page.texts):
        look = seen[piece.parent]
        if look.ground is None or not look.shown or _reads(look):
            continue
        ink = look.ink.over(look.ground)
        pair = (str(ink), str(look.ground), look.bold)
        if pair not in told:
            told.add(pair)
            element = mail.page.elements[piece.parent]
            message = _contrast(look, look.ground, mode)
            words = " ".join(piece.text.split())[:30]
            yield mail.at("warning", "contrast", f"{message}: {words}", piece.start, element)


def _has_letters(piece: Piece) -> bool:
    return piece.parent >= 0 and bool(_LETTER.search(piece.text))


def _contrast(look: _Seen, ground: Colour, mode: Mode) -> str:
    ink = look.ink.over(ground)
    ratio = contrast(ink, ground)
    return (
        f"{ink} on {ground} has a contrast of {ratio:.1f} in {mode} mode and needs {_ratio(look)}"
    )


def _looks(mail: Mail, mode: Mode) -> list[_Seen]:
    root = _DARK if mode == "dark" and _declares_dark(mail) else _LIGHT
    seen: list[_Seen] = []
    for element in mail.page.elements:
        parent = seen[element.parent] if element.parent >= 0 else root
        seen.append(_look(element, parent, mail.cascade.style(element, mode)))
    return seen


def _declares_dark(mail: Mail) -> bool:
    """Whether the mail says that it is made for dark mode too."""
    return any(
        one.get("name").lower() == "color-scheme" and "dark" in one.get("content")
        for one in mail.page.named("meta")
    )


def _look(element: Element, parent: _Seen, style: dict[str, str]) -> _Seen:
    return _Seen(
        _ink(element, parent, style),
        _ground(element, parent, style),
        _size(style.get("font-size", ""), parent.size, element.name),
        _is_bold(element, parent, style.get("font-weight", "")),
        parent.shown and not _is_hidden(element, style),
    )


def _ink(element: Element, parent: _Seen, style: dict[str, str]) -> Colour:
    found = colour(style.get("color", "")) or colour(element.get("color"))
    return found or (_LINK if _is_plain_link(element, style) else parent.ink)


def _is_plain_link(element: Element, style: dict[str, str]) -> bool:
    return element.name == "a" and bool(element.get("href")) and "color" not in style


def _is_bold(element: Element, parent: _Seen, weight: str) -> bool:
    if weight:
        return weight in ("bold", "bolder") or _number(weight) >= 700
    return element.name in _BOLD or parent.bold


def _number(weight: str) -> int:
    return int(weight[:5]) if weight.isdecimal() else 0


def _is_hidden(element: Element, style: dict[str, str]) -> bool:
    hiding = any(style.get(name) in values for name, values in _HIDING)
    return hiding or element.get("aria-hidden") == "true"


def _ground(element: Element, parent: _Seen, style: dict[str, str]) -> Colour | None:
    said = style.get("background", "")
    found = colour(said or element.get("bgcolor"))
    if found is None:
        return None if _has_image(element, style) else parent.ground
    if found.alpha >= 1:
        return found
    return found.over(parent.ground) if parent.ground else None


def _has_image(element: Element, style: dict[str, str]) -> bool:
    said = style.get("background", "") + style.get("background-image", "")
    return bool(_IMAGE.search(said) or element.get("background"))


def _size(value: str, parent: float, name: str) -> float:
    found = re.match(r"([\d.]+)(px|pt|em|rem|%)", value)
    if not found or found[1].count(".") > 1 or found[1] == ".":
        return _SIZES.get(name, parent)
    number = float(found[1])
    each = {"px": 1.0, "pt": 4 / 3, "em": parent, "rem": 16.0, "%": parent / 100}
    return number * each[found[2]]


def _ratio(look: _Seen) -> float:
    """The contrast that its text needs."""
    is_large = look.size >= 24 or (look.bold and look.size >= 18.66)
    return _LARGE if is_large else _NORMAL


def _reads(look: _Seen) -> bool:
    if look.ground is None or look.size < 1.5:
        return True
    # A hundredth less is the same to the eye, and to the two ways of rounding.
    return contrast(look.ink.over(look.ground), look.ground) >= _ratio(look) - 0.01
