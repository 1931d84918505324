"""How all mails of a pack look, stated in its `theme.toml`; what it leaves out stays as it is.

logo = "https://cdn.example.com/logo.png"   an https image, instead of the settings' own
logo_height = 40                            pixels, 16 to 120
layout = "full"                             or "compact", of kinds that have it
subjects = "thread"                         or "telling": each says its news, as a thread of its own
font = "Inter"                              before the fonts of each script; "system" for none
font_url = "https://fonts.example.com/i.css"    a style sheet that brings it
radius = 16                                 of the card's corners, pixels, 0 to 32
footer = ["Shop Ltd, 1 Harbour Road", "VAT GB 000"]

[light]                                     colours as #rrggbb
accent = "#0f766e"                          buttons and links
text = "#18181b"
background = "#f4f4f5"
card = "#ffffff"

[dark]                                      the same where a reader prefers dark
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal

import msgspec

from twofifty.compose import clean
from twofifty.compose.colour import is_colour, legible, readable
from twofifty.compose.context.error import TemplateProblem, refused
from twofifty.compose.context.place import Place

FILE: Final = "theme.toml"
SYSTEM: Final = "system"
_FAMILY = re.compile(r"[A-Za-z][A-Za-z0-9 -]{0,58}[A-Za-z0-9]")
_MOST_LINES: Final = 8
_SCHEMES: Final = ("light", "dark")


class Colours(msgspec.Struct, frozen=True):
    """What a scheme's other colours are made of. `accent` None: the brand's own."""

    accent: str | None
    text: str
    background: str
    card: str


LIGHT: Final = Colours(None, "#18181b", "#f4f4f5", "#ffffff")
DARK: Final = Colours(None, "#f4f4f5", "#0f0f11", "#1c1c1f")


class Theme(msgspec.Struct, frozen=True):
    """What is None is the brand's own, from the settings."""

    logo: str | None = None
    logo_height: int = 40
    layout: Literal["full", "compact"] = "full"
    subjects: Literal["thread", "telling"] = "thread"
    font: str = SYSTEM
    font_url: str | None = None
    radius: int = 16
    footer: tuple[str, ...] | None = None
    light: Colours = LIGHT
    dark: Colours = DARK


class Parsed(msgspec.Struct, frozen=True):
    """A theme, legible whatever was stated, and what had to be mended in it."""

    theme: Theme
    warnings: tuple[TemplateProblem, ...] = ()


PLAIN: Final = Theme()


@lru_cache(maxsize=64)
def parse(text: str) -> Parsed:
    """The theme that the text of a `theme.toml` states.

    Raises `TemplateError` with all that is wrong: a text that is no TOML, an unknown key with the
    nearest known one, a value that is none.
    """
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise refused((_no_toml(str(fault)),)) from None
    problems = tuple(_problems(stated, text))
    if problems:
        raise refused(problems)
    return _mended(stated, text)


def _no_toml(said: str) -> TemplateProblem:
    """A parser's `Expected '=' (at line 3, column 5)` as a problem."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", said)
    place = Place(FILE, int(found[1]), int(found[2])) if found else Place(FILE, 1, 1)
    return TemplateProblem(place, f"this is no TOML: {said.partition(' (at')[0]}")


# What each key takes


def _url(value: object) -> str:
    good = isinstance(value, str) and value.startswith("https://") and clean.url(value) == value
    return "" if good else "must be a URL that begins with https://"


def _one_of(*words: str) -> Callable[[object], str]:
    return lambda value: "" if value in words else f"must be one of {', '.join(words)}"


def _pixels(least: int, most: int) -> Callable[[object], str]:
    def wrong(value: object) -> str:
        good = type(value) is int and least <= value <= most
        return "" if good else f"must be a whole number from {least} to {most}"

    return wrong


def _family(value: object) -> str:
    good = isinstance(value, str) and _FAMILY.fullmatch(value)
    return "" if good else "must be the name of one font, of letters, digits and spaces"


def _rows(value: object) -> str:
    good = isinstance(value, list) and all(isinstance(row, str) for row in value)
    small = good and isinstance(value, list) and len(value) <= _MOST_LINES
    return "" if small else f"must be a list of at most {_MOST_LINES} texts"


def _colour(value: object) -> str:
    good = isinstance(value, str) and is_colour(value)
    return "" if good else 'must be a colour such as "#0f766e"'


_RULES: Final[Mapping[str, Callable[[object], str]]] = {
    "logo": _url,
    "logo_height": _pixels(16, 120),
    "layout": _one_of("full", "compact"),
    "subjects": _one_of("thread", "telling"),
    "font": _family,
    "font_url": _url,
    "radius": _pixels(0, 32),
    "footer": _rows,
}
_COLOURS: Final = Colours.__struct_fields__


def _problems(stated: Mapping[str, object], text: str) -> Iterator[TemplateProblem]:
    for key, value in stated.items():
        if key in _SCHEMES:
            yield from _scheme_problems(key, value, text)
        elif key not in _RULES:
            yield _unknown(key, (*_RULES, *_SCHEMES), _place(text, key))
        elif wrong := _RULES[key](value):
            yield TemplateProblem(_place(text, key), f"{key} {wrong}")


def _scheme_problems(scheme: str, value: object, text: str) -> Iterator[TemplateProblem]:
    if not isinstance(value, dict):
        place = _place(text, scheme)
        yield TemplateProblem(place, f"{scheme} must be a table of colours: [{scheme}]")
        return
    for key, colour in value.items():
        place = _place(text, key, scheme)
        if key not in _COLOURS:
            yield _unknown(key, _COLOURS, place)
        elif wrong := _colour(colour):
            yield TemplateProblem(place, f"{scheme}.{key} {wrong}")


def _unknown(key: str, known: tuple[str, ...], place: Place) -> TemplateProblem:
    nearest = next(iter(difflib.get_close_matches(key, known, n=1)), None)
    hint = f"did you mean {nearest!r}?" if nearest else f"known are {', '.join(known)}"
    return TemplateProblem(place, f"nothing is called {key!r}; {hint}", nearest)


def _place(text: str, key: str, table: str = "") -> Place:
    """Where a key stands; where it is written in an unusual way, where its table begins."""
    within = table == ""
    start = 1
    for number, row in enumerate(text.splitlines(), 1):
        bare = row.strip()
        if bare.startswith("["):
            within = bare.strip("[] ") == table
            start = number if within else start
        if within and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", bare):
            return Place(FILE, number, row.index(bare[0]) + 1)
        if bare.strip("[] ") == key and bare.startswith("["):
            return Place(FILE, number, 1)
    return Place(FILE, start, 1)


# Legible, whatever was stated


def _mended(stated: Mapping[str, object], text: str) -> Parsed:
    plain = {key: value for key, value in stated.items() if key not in _SCHEMES}
    theme = msgspec.convert(plain, Theme)
    light, light_said = _scheme("light", stated.get("light"), LIGHT, text)
    dark, dark_said = _scheme("dark", stated.get("dark"), DARK, text)
    whole = msgspec.structs.replace(theme, light=light, dark=dark)
    return Parsed(whole, (*light_said, *dark_said))


def _scheme(
    name: str, stated: object, default: Colours, text: str
) -> tuple[Colours, tuple[TemplateProblem, ...]]:
    """A scheme's colours with readable text, and what was said of mending it."""
    own = stated.items() if isinstance(stated, dict) else ()
    colours = msgspec.structs.replace(default, **{key: str(value).lower() for key, value in own})
    if readable(colours.text, colours.card, colours.background):
        return colours, ()
    better = legible(colours.text, colours.card, colours.background)
    place = _place(text, "text", name)
    message = f"{name}.text {colours.text} is hard to read on its ground; {better} is used"
    return msgspec.structs.replace(colours, text=better), (TemplateProblem(place, message, better),)
