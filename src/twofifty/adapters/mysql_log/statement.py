"""What the statements mean that the log tells beside rows."""

import re
from typing import Literal

import msgspec

Meaning = Literal[
    "begin",
    "commit",
    "rollback",
    "savepoint",
    "back to savepoint",
    "prepared commit",
    "prepared rollback",
    "inside",
    "rows",
    "emptied",
    "definition",
]

_COMMENT = re.compile(r"\A(?:\s|/\*(?!!).*?\*/|--[ \t][^\n]*\n|#[^\n]*\n)+", re.DOTALL)
_PATTERNS: tuple[tuple[Meaning, str], ...] = (
    ("begin", r"BEGIN\b|START\s+TRANSACTION\b|XA\s+(?:START|BEGIN)\b"),
    ("commit", r"COMMIT\b"),
    (
        "back to savepoint",
        r"ROLLBACK\s+(?:WORK\s+)?TO\s+(?:SAVEPOINT\s+)?`?(?P<name>.+?)`?\s*$",
    ),
    ("rollback", r"ROLLBACK\b"),
    ("savepoint", r"SAVEPOINT\s+`?(?P<name>.+?)`?\s*$"),
    ("prepared commit", r"XA\s+COMMIT\s+(?P<name>\S+)"),
    ("prepared rollback", r"XA\s+ROLLBACK\s+(?P<name>\S+)"),
    ("inside", r"XA\s+END\b|RELEASE\s+SAVEPOINT\b"),
    ("rows", r"(?:INSERT|UPDATE|DELETE|REPLACE|LOAD|CALL|WITH)\b"),
    ("emptied", r"(?:TRUNCATE|DROP\s+TABLE)\b"),
)
_FORMS = [(meaning, re.compile(pattern, re.IGNORECASE)) for meaning, pattern in _PATTERNS]


class Statement(msgspec.Struct, frozen=True):
    """A statement: its meaning, and the savepoint or prepared transaction that it names."""

    meaning: Meaning
    name: str = ""


def read(text: str) -> Statement:
    """What a statement means. Whatever is not known defines something (`definition`)."""
    said = _COMMENT.sub("", text)
    for meaning, pattern in _FORMS:
        if found := pattern.match(said):
            return Statement(meaning, found.groupdict().get("name") or "")
    return Statement("definition")


def mentions(text: str, table: str) -> bool:
    """Whether a statement's words name a table (`schema.table`) or its like in another schema."""
    bare = re.escape(table.rpartition(".")[2])
    return re.search(rf"(?<![\w$]){bare}(?![\w$])", text, re.IGNORECASE) is not None
