"""Values as the language of Liquid's origin prints them, and its filters where python-liquid's
differ: `{"a"=>1}` of a hash, `true` of a truth, halves rounded away from zero."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from liquid.exceptions import FilterArgumentError
from liquid.undefined import is_undefined

Filter = Callable[..., object]
_QUOTED: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
_DEEP: Final = 40


def text(value: object) -> str:
    """A value as an output tag prints it."""
    if isinstance(value, str):
        return str(value)
    if value is None or is_undefined(value):
        return ""
    if isinstance(value, list | tuple):
        return "".join(map(text, value))
    return inspected(value)


def inspected(value: object, depth: int = 0) -> str:
    """A value as it is printed inside another."""
    if depth > _DEEP:
        return "..."
    if isinstance(value, str):
        return f'"{value.translate(_QUOTED)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nil"
    if isinstance(value, dict):
        pairs = (f"{inspected(k, depth + 1)}=>{inspected(v, depth + 1)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inspected(each, depth + 1) for each in value) + "]"
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    return str(value)


def on_text(run: Filter) -> Filter:
    """A filter of text, given hashes, lists and truths as the text that they are."""

    def filtered(left: object, *given: object, **named: object) -> object:
        whole = isinstance(left, dict | list | tuple | bool)
        return run(inspected(left) if whole else left, *given, **named)

    return marked(filtered, run)


def escaped(run: Filter) -> Filter:
    """An escaping filter that writes `&#39;` for an apostrophe."""

    def filtered(left: object, **named: object) -> object:
        found = run(left, **named)
        return found.replace("&#x27;", "&#39;") if isinstance(found, str) else found

    return marked(filtered, run)


def rounded(run: Filter) -> Filter:
    """`round`, halves away from zero."""

    def filtered(left: object, digits: object = 0) -> object:
        if not isinstance(left, float) or not isinstance(digits, int) or abs(digits) > 20:
            return run(left, digits)
        found = Decimal(str(left)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        return float(found) if digits > 0 else int(found)

    return filtered


def truncated(left: object, length: object = 50, end: object = "...") -> str:
    """`truncate`: a text that fits stays whole."""
    whole, tail = text(left), text(end)
    limit = _integer(length) if whole else 0
    return whole if len(whole) <= limit else whole[: max(0, limit - len(tail))] + tail


def truncated_words(left: object, count: object = 15, end: object = "...") -> str:
    """`truncatewords`: a text of no more words stays whole."""
    words = text(left).split()
    limit = max(1, _integer(count)) if words else 0
    return text(left) if len(words) <= limit else " ".join(words[:limit]) + text(end)


def first(run: Filter) -> Filter:
    """`first`: of a text its first character, of a hash its first pair."""

    def filtered(left: object, **named: object) -> object:
        if isinstance(left, str):
            return left[:1]
        return list(next(iter(left.items()), ())) if isinstance(left, dict) else run(left, **named)

    return marked(filtered, run)


def last(run: Filter) -> Filter:
    """`last`: of a text its last character."""

    def filtered(left: object, **named: object) -> object:
        return left[-1:] if isinstance(left, str) else run(left, **named)

    return marked(filtered, run)


def squish(left: object) -> str:
    """`squish`: every run of white space as one space."""
    return " ".join(text(left).split())


def split(left: object, at: object = " ") -> list[str]:
    """`split`: empty parts at the end are left out."""
    whole, gap = text(left), text(at)
    parts = whole.split() if gap == " " else list(whole) if not gap else whole.split(gap)
    while parts and not parts[-1]:
        parts.pop()
    return parts


def marked(filtered: Filter, run: Filter) -> Filter:
    """`filtered` is called with what `run` is called with: the room, the dialect."""
    for mark in ("with_context", "with_environment"):
        if getattr(run, mark, False):
            setattr(filtered, mark, True)
    return filtered


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise FilterArgumentError("invalid integer", token=None) from error


TEXTS: Final = (
    "append base64_encode base64_url_safe_encode capitalize downcase escape escape_once lstrip "
    "newline_to_br prepend remove remove_first remove_last replace replace_first replace_last "
    "rstrip strip strip_html strip_newlines upcase url_decode url_encode"
).split()


def adopt(filters: dict[str, Filter]) -> None:
    """Put the origin's ways over python-liquid's."""
    for name in ("escape", "escape_once"):
        filters[name] = escaped(filters[name])
    for name in TEXTS:
        filters[name] = on_text(filters[name])
    filters["h"] = filters["escape"]
    filters["first"] = first(filters["first"])
    filters["last"] = last(filters["last"])
    filters["round"] = rounded(filters["round"])
    filters |= {"squish": squish, "split": split}
    filters |= {"truncate": truncated, "truncatewords": truncated_words}
