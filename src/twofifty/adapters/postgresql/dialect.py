"""The shared queries in PostgreSQL's words: a mechanical translation, once per query.

What a rule cannot say has a text of its own in `sql/postgresql/`, under the same file and name.
"""

import re
from functools import lru_cache
from importlib.resources import files

import msgspec

from twofifty import sql

_SAID = re.compile(r"('(?:[^']|'')*')|--[^\n]*|(?<![:\w]):([a-z_]\w*)")
_WRITES = re.compile(r"^(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)", re.MULTILINE)
_TAIL = re.compile(r"\bRETURNING\b")
_FOLDED = re.compile(r"(?<![\w.])((?:\w+\.)?(?:recipient|address)) = ((?::\w+)|(?:\w+\.\w+))")
_WANTED = re.compile(
    r"(json_array_elements_text\([^)]*\) \w+ \(value\))\s+JOIN (\w+) (\w+) ON (.*?)\s*"
    r"(?=\b(?:LEFT JOIN|JOIN|WHERE|ORDER BY)\b|$)",
    re.DOTALL,
)
"""What is asked for, and the table where each is looked up: one by one (`OFFSET 0` keeps the
planner from anything else), for what it believes of a young table is soon not so any more."""

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s+INDEXED BY \w+"), ""),
    (re.compile(r"\bCROSS JOIN\b"), "JOIN"),
    (re.compile(r"\bAS INTEGER\)"), "AS bigint)"),
    (re.compile(r"\bAS REAL\)"), "AS double precision)"),
    (re.compile(r"\bAS BLOB\)"), "AS bytea)"),
    (re.compile(r"\bIS NOT (?!NULL\b|DISTINCT\b)"), "IS DISTINCT FROM "),
    (re.compile(r"\bIS (?!NOT\b|NULL\b|DISTINCT\b)"), "IS NOT DISTINCT FROM "),
    (re.compile(r"\bLIKE\b"), "ILIKE"),
    (re.compile(r"\binstr\("), "strpos("),
    (re.compile(r"(?<=[ (])\+(?=\w+\.\w+ )"), ""),
    (re.compile(r"json_each\((:\w+)\)\s+(\w+)"), r"json_array_elements_text(\1::json) \2 (value)"),
    (_FOLDED, r"lower(\1) = lower(\2)"),
    (_WANTED, r"\1\nJOIN LATERAL (SELECT * FROM \2 \3 WHERE \4 OFFSET 0) \3 ON true\n"),
)


class Statement(msgspec.Struct, frozen=True):
    """A query in PostgreSQL's words. `text` has a place `:name` for each of `names`, in the order
    in which they are numbered; `writes` is the table that it changes, empty where it only reads;
    `counted`: it says by a row each what it changed, though the query did not ask for that."""

    text: str
    names: tuple[str, ...]
    writes: str
    counted: bool

    def numbered(self) -> str:
        """The text with `$1`, `$2` ... where values go."""
        return placed(self.text, {name: f"${place}" for place, name in enumerate(self.names, 1)})


def placed(text: str, places: dict[str, str]) -> str:
    """`text` with what `places` says where it has `:name`."""
    return _SAID.sub(lambda found: places[found[2]] if found[2] else found[0], text)


@lru_cache(maxsize=2048)
def translated(query: str) -> Statement:
    """The statement for a shared query."""
    text = _without_comments(_own().get(query, query))
    for rule, words in _RULES:
        text = rule.sub(words, text)
    text = _gathered(_greatest(text))
    found = _WRITES.search(text)
    writes = found[1] if found else ""
    counted = bool(writes) and _TAIL.search(text) is None
    names = tuple(dict.fromkeys(one[2] for one in _SAID.finditer(text) if one[2]))
    return Statement(f"{text}\nRETURNING 1" if counted else text, names, writes, counted)


@lru_cache(maxsize=1)
def _own() -> dict[str, str]:
    """What is said in other words than a rule finds, by the shared query."""
    found: dict[str, str] = {}
    for file in files(sql.__name__).joinpath("postgresql").iterdir():
        name = file.name.removesuffix(".sql")
        if name == file.name or name == "tables":
            continue
        shared = sql.load(name)
        found |= {shared[one]: text for one, text in sql.load(f"postgresql/{name}").items()}
    return found


def _without_comments(text: str) -> str:
    said = _SAID.sub(lambda found: "" if found[0].startswith("--") else found[0], text)
    return said.strip()


def _greatest(text: str) -> str:
    """The scalar `min` and `max` of several values; of one they are aggregates."""
    for word, meant in (("max(", "greatest("), ("min(", "least(")):
        at = text.find(word)
        while at >= 0:
            if _has_comma(text, at + len(word)) and not text[at - 1 : at].isalnum():
                text = text[:at] + meant + text[at + len(word) :]
            at = text.find(word, at + 1)
    return text


def _gathered(text: str) -> str:
    """`IN (SELECT ...)` as what is found there first, then looked up one by one: as a join it might
    be walked through for each row of the other table."""
    words = " IN (SELECT "
    at = text.find(words)
    while at >= 0:
        end = _closed(text, at + len(" IN ("))
        text = f"{text[:at]} = ANY (ARRAY{text[at + len(' IN ') : end]}){text[end:]}"
        at = text.find(words, at + 1)
    return text


def _closed(text: str, begin: int) -> int:
    """Where the parenthesis ends that was opened just before `begin`."""
    depth = 1
    for place, sign in enumerate(text[begin:], begin):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place + 1
    return len(text)


def _has_comma(text: str, begin: int) -> bool:
    """Whether there is a comma before the parenthesis that was opened just before `begin` ends."""
    depth = 1
    for sign in text[begin:]:
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return False
        if depth == 1 and sign == ",":
            return True
    return False
