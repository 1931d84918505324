"""Macros in SPF records (RFC 7208 7)."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import quote

_TOKEN = re.compile(r"%\{([slodiphvcrtSLODIPHVCRT])(\d*)(r?)([.\-+,/_=]*)\}|%([%_-])", re.ASCII)
_LITERAL = re.compile(r"[\x21-\x24\x26-\x7e]*")
_TOP_LABEL = re.compile(r"\.(?=[a-z0-9-]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?$", re.I | re.A)
_PLAIN = {"%": "%", "_": " ", "-": "%20"}
_EXPLAINING_ONLY = frozenset("crt")


def is_macro_string(text: str) -> bool:
    """Whether `text` follows the grammar of macro-string (RFC 7208 7.1)."""
    if not _LITERAL.fullmatch(_TOKEN.sub("", text)):
        return False
    return all(not match[2] or int(match[2]) > 0 for match in _TOKEN.finditer(text))


def is_domain_spec(text: str) -> bool:
    """Whether `text` is a macro-string that ends like a domain, in a top label or a macro, without
    the letters that only explanations may use."""
    if not is_macro_string(text) or not text:
        return False
    tokens = list(_TOKEN.finditer(text))
    if any((match[1] or "").lower() in _EXPLAINING_ONLY for match in tokens):
        return False
    ends_in_macro = bool(tokens) and tokens[-1].end() == len(text)
    return ends_in_macro or _TOP_LABEL.search(text) is not None


def letters_of(text: str) -> frozenset[str]:
    """The macro letters in a text, in lower case."""
    return frozenset(match[1].lower() for match in _TOKEN.finditer(text) if match[1])


def has_macros(text: str) -> bool:
    """Whether what `text` stands for depends on the mail."""
    return bool(letters_of(text))


def expand(text: str, values: Mapping[str, str]) -> str:
    """`text` with every macro replaced; `values` has a value for each letter in it."""

    def expanded(match: re.Match[str]) -> str:
        if match[5]:
            return _PLAIN[match[5]]
        value = _transformed(values[match[1].lower()], match)
        return quote(value, safe="-._~") if match[1].isupper() else value

    return _TOKEN.sub(expanded, text)


def dotted(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """An address as `%{i}` writes it: dotted quads, or dotted nibbles."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return ".".join(address.exploded.replace(":", ""))


def fitted(domain: str) -> str:
    """An expanded domain, labels cut from its left until it has 253 characters (RFC 7208 7.3)."""
    while len(domain) > 253 and "." in domain:
        domain = domain.partition(".")[2]
    return domain


def _transformed(value: str, match: re.Match[str]) -> str:
    parts = re.split("[" + re.escape(match[4] or ".") + "]", value)
    if match[3]:
        parts.reverse()
    return ".".join(parts[-int(match[2]) :] if match[2] else parts)
