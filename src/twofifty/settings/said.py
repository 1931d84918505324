"""What is wrong with a setting, for people who never heard of `int`."""

import re

import msgspec

_TABLES = ("sources", "providers", "reach")
_EXPECTED = re.compile(
    r"Expected `(\w+)(?: \| null)?`(?: of length)?"
    r"(?: ([<>]=?) (\S+)| matching regex '\^\(([\w|]+)\)\$'|, got `.*)?$"
)
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "array": "a list",
    "object": "a table",
}
_LIMITS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


def explained(fault: msgspec.ValidationError) -> str:
    """The setting, and what it must be. No value is shown, for it may be a secret."""
    reason, _, place = str(fault).partition(" - at `$.")
    name = place.rstrip("`") or "settings"
    shown = name if name.startswith(_TABLES) else name.upper()
    return f"{shown}: {_plain(reason)}"


def _plain(reason: str) -> str:
    found = _EXPECTED.match(reason)
    if found is None:
        said = reason.replace("Expected `str` matching regex", "must match")
        return f"{said[:1].lower()}{said[1:]}"
    kind, limit, number, choices = found.groups()
    if choices:
        return f"must be one of {choices.replace('|', ', ')}"
    wanted = f"must be {_KINDS.get(kind, kind)}"
    if not limit:
        return wanted
    long = " characters long" if "of length" in reason else ""
    return f"{wanted}, {_LIMITS[limit]} {number}{long}"
