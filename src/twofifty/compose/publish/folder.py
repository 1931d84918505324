"""A pack as a folder of files: read with its limits, and begun with one to change."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from twofifty.compose.context.error import TemplateError, TemplateProblem, refused
from twofifty.compose.context.place import Place
from twofifty.compose.pack import KINDS, Pack, builtin, pack, part_of
from twofifty.compose.theme import FILE

MAX_FILES: Final = 200
MAX_FILE: Final = 512 * 1024
MAX_PACK: Final = 5 * 1024 * 1024

_PARTIAL_ENDS: Final = tuple(
    f".{slot}.{engine}" for slot in ("html", "txt") for engine in ("mustache", "liquid")
)


def read_folder(folder: Path) -> Pack:
    """The pack of a folder's files; what begins with a dot, and `README.md`, is no part of it.

    Raises `TemplateError` with every file that is too large, no UTF-8, a link to outside, or too
    many, and for a folder that is none.
    """
    if not folder.is_dir():
        raise TemplateError(f"{folder}: there is no such folder")
    found: dict[str, str] = {}
    problems: list[TemplateProblem] = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = _text(path, folder.resolve(), name)
        except TemplateError as fault:
            problems += fault.problems
    problems += too_large(found)
    if problems:
        raise refused(tuple(problems))
    return pack(found)


def too_large(files: Mapping[str, str]) -> Iterator[TemplateProblem]:
    """What a pack has too much of."""
    if len(files) > MAX_FILES:
        said = f"{len(files)} files, and a pack has {MAX_FILES} at most"
        yield _problem(next(iter(files)), said)
    size = sum(len(text.encode()) for text in files.values())
    if size > MAX_PACK:
        said = f"{size:,} bytes in all, and a pack has {MAX_PACK:,} at most"
        yield _problem(next(iter(files)), said)
    for name, text in files.items():
        if len(text) * 4 > MAX_FILE and len(text.encode()) > MAX_FILE:
            yield _problem(name, _too_long(len(text.encode())))


def misnamed(files: Mapping[str, str]) -> Iterator[TemplateProblem]:
    """Every file whose name says nothing to us, with the nearest name that does, and every part
    that is there twice."""
    places: dict[tuple[str, str, str], str] = {}
    for name in sorted(files):
        part = part_of(name)
        if part is None:
            if not _is_known(name):
                yield _unknown(name)
            continue
        if part.kind not in KINDS:
            yield _unknown(name)
        elif part.place in places:
            said = f"is the same part of a mail as {places[part.place]}; keep one of them"
            yield _problem(name, said)
        places[part.place] = name


def begin(folder: Path) -> tuple[str, ...]:
    """Writes a theme to be changed into a new folder: the names of what was written. Raises
    `TemplateError` where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TemplateError(f"{folder}: is not empty; name a new folder")
    (folder / "partials").mkdir(parents=True)
    (folder / "locales").mkdir()
    written = {FILE: _THEME, "README.md": _README, "locales/en.po": _CATALOG}
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(written)


def _paths(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _paths(entry)
        else:
            yield entry


def _text(path: Path, root: Path, name: str) -> str:
    if not path.resolve().is_relative_to(root):
        raise refused((_problem(name, "leads out of the folder; put the file itself there"),))
    if not path.is_file():
        raise refused((_problem(name, "is no file"),))
    size = path.stat().st_size
    if size > MAX_FILE:
        raise refused((_problem(name, _too_long(size)),))
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        said = f"is no UTF-8 (byte {fault.start}); save it as UTF-8"
        raise refused((_problem(name, said),)) from None


def _too_long(size: int) -> str:
    return f"has {size:,} bytes, and a file has {MAX_FILE:,} at most"


def _is_known(name: str) -> bool:
    partial = name.startswith("partials/") and name.endswith(_PARTIAL_ENDS)
    catalog = name.startswith("locales/") and name.endswith(".po") and name.count("/") == 1
    return name == FILE or partial or catalog


def _unknown(name: str) -> TemplateProblem:
    names = [f"{kind}.{tail}" for kind in KINDS for tail in _TAILS]
    known = sorted({*names, *builtin().files, FILE, "locales/de.po"})
    near = next(iter(difflib.get_close_matches(name, known, 1, 0.4)), None)
    hint = f"did you mean {near}?" if near else "see docs/howto/templates.md for the names"
    return TemplateProblem(Place(name, 1, 1), f"no file of a pack is called so; {hint}", near)


_TAILS: Final = tuple(
    f"{layout}{slot}.{engine}"
    for layout in ("", "full.", "compact.")
    for slot in ("html", "mjml", "txt", "subject")
    for engine in ("mustache", "liquid")
)


def _problem(name: str, message: str) -> TemplateProblem:
    return TemplateProblem(Place(name, 1, 1), message)


_THEME: Final = """\
# How all mails look. Take the # away from what you want to change.
# logo = "https://cdn.example.com/logo.png"
# logo_height = 40
# layout = "compact"
# subjects = "telling"
# footer = ["Shop Ltd, 1 Harbour Road"]

[light]
accent = "#0f766e"
"""

_CATALOG: Final = """\
# Single texts in your own words. Names and all texts: twofifty templates show builtin
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "intro"
msgstr "We have your order and will tell you once it is on its way."
"""

_README: Final = """\
A pack of templates. What is not in it, the built-in one has.

    theme.toml                  colours, logo, font, footer, layout
    confirmation.html.liquid    a mail's HTML of your own, in Liquid or Mustache, or MJML (.mjml.)
    confirmation.txt.mustache   its text part
    confirmation.subject.liquid its subject
    partials/NAME.html.mustache what several mails share: {{> NAME}}
    locales/de.po               texts in your own words

    twofifty templates lint .               what is wrong with it
    twofifty templates preview . --sample full --out mail.html
    twofifty templates commit . --note "new colours"
"""
