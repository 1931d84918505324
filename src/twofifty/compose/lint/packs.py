"""Lint of a pack's sources: what can be said before anything is rendered."""

import difflib
import re
from collections.abc import Iterator
from typing import Final, get_args

from twofifty.compose.context import TemplateError
from twofifty.compose.lint.finding import Finding, Level, Where, listed
from twofifty.compose.mjml import compile_mjml
from twofifty.compose.pack import Pack, Part, part_of
from twofifty.notice.model import Kind

MAX_FILE: Final = 512 * 1024
_KINDS: Final[tuple[str, ...]] = get_args(Kind)
_OTHER = re.compile(
    r"theme\.toml|partials/[\w.-]+\.(?:html|mjml|txt|subject)\.(?:mustache|liquid)"
    r"|locales/[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8}){0,3}\.po"
)
_FORM: Final = "KIND.LAYOUT.html|mjml|txt|subject.mustache|liquid"


def lint_pack(pack: Pack) -> tuple[Finding, ...]:
    """What is to mend in a pack's files, the worst first."""
    findings: list[Finding] = []
    for path in sorted(pack.files):
        findings += _file(path, pack.files[path])
    for part in pack.parts():
        findings += _part(part, pack)
    return listed(findings)


def _file(path: str, text: str) -> Iterator[Finding]:
    part = part_of(path)
    if part is None and not _OTHER.fullmatch(path):
        message = f"this file is no part of a mail, and not used; name it {_FORM}"
        yield _at(path, "warning", "pack-name", message + _near(path))
    if part is not None and part.kind not in _KINDS:
        message = f"{part.kind} is no kind of mail; the kinds are {', '.join(_KINDS)}"
        yield _at(path, "error", "pack-name", message + _near(path))
    if len(text) > MAX_FILE:
        message = f"the file has {len(text):,} characters and may have {MAX_FILE:,}"
        yield _at(path, "error", "pack-size", message)


def _near(path: str) -> str:
    kind = path.partition(".")[0]
    near = difflib.get_close_matches(kind, _KINDS, 1)
    return f"; did you mean {near[0]}?" if near and near[0] != kind else ""


def _part(part: Part, pack: Pack) -> Iterator[Finding]:
    beside = _formats(part, pack)
    if part.format in ("html", "mjml") and "txt" not in beside:
        message = f"there is no text part; write {part.kind}.{part.layout}.txt.{part.engine}"
        yield _at(part.path, "error", "pack-text", message)
    if part.format == "mjml" and "html" in beside:
        message = "there is an html and an mjml part of the same mail; keep one"
        yield _at(part.path, "error", "pack-both", message)
    if part.format == "mjml" and len(pack.files[part.path]) <= MAX_FILE:
        yield from _mjml(part, pack.files[part.path])


def _formats(part: Part, pack: Pack) -> set[str]:
    """The formats that the same mail has."""
    mail = (part.kind, part.layout)
    return {one.format for one in pack.parts() if (one.kind, one.layout) == mail}


def _mjml(part: Part, text: str) -> Iterator[Finding]:
    try:
        compile_mjml(text, part.engine, part.path)
    except TemplateError as fault:
        for one in fault.problems:
            where = Where(one.place.template, one.place.line, one.place.column)
            yield Finding("error", "pack-mjml", one.message, where)


def _at(path: str, level: Level, code: str, message: str) -> Finding:
    return Finding(level, code, message, Where(path))
