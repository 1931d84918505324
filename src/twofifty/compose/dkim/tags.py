"""Tag lists, `name=value; name=value`, of signatures and of key records (RFC 6376 3.2). Pure."""

import re
from collections.abc import Mapping
from typing import Final

from twofifty.compose.dkim.error import DkimError

_SPACE: Final = " \t\r\n"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def tags(text: str) -> Mapping[str, str]:
    """The tags in their order, without the white space around them. Raises DkimError: something is
    no tag, or a tag is there twice."""
    found: dict[str, str] = {}
    for spec in _specs(text):
        name, value = _tag(spec)
        if name in found:
            raise DkimError(f"the tag {name}= is there twice")
        found[name] = value
    return found


def dense(value: str) -> str:
    """A value without any white space, as base64 and lists of names are read."""
    return "".join(value.split())


def _specs(text: str) -> list[str]:
    specs = [spec.strip(_SPACE) for spec in text.split(";")]
    return specs if specs[-1] else specs[:-1]


def _tag(spec: str) -> tuple[str, str]:
    name, equals, value = spec.partition("=")
    name = name.strip(_SPACE)
    if not equals or not _NAME.fullmatch(name):
        raise DkimError(f"{spec[:40]!r} is no tag of the form name=value")
    return name, value.strip(_SPACE)
