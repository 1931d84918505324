"""Reads an SPF record into terms; the whole of it, before anything is looked up (RFC 7208 4.6)."""

import ipaddress
import re
from collections.abc import Callable

import msgspec

from twofifty.deliver.posture.spf.macro import is_domain_spec, is_macro_string

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Term(msgspec.Struct, frozen=True):
    """A mechanism. `qualifier`: the result where it matches. `target`: its domain-spec, empty for
    the current domain. `cidr`: prefix lengths for IPv4 and IPv6. `network`: of `ip4` and `ip6`."""

    name: str
    qualifier: str = "pass"
    target: str = ""
    cidr: tuple[int, int] = (32, 128)
    network: Network | None = None


class Record(msgspec.Struct, frozen=True):
    """An SPF record, in its order."""

    terms: tuple[Term, ...]
    redirect: str = ""


class Malformed(Exception):
    """A record that does not follow the grammar; the text says where."""


_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_MECHANISM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(.*)")
_CIDR = re.compile(r"(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?$", re.ASCII)


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record (RFC 7208 4.5)."""
    return text[:6].lower() == "v=spf1" and text[6:7] in ("", " ")


def parse(text: str) -> Record:
    """Raises Malformed."""
    if not text.isascii() or not text.isprintable():
        raise Malformed("it holds characters that are not printable ASCII")
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text[6:].split(" "):
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            _modify(modifiers, modifier[1].lower(), modifier[2])
        elif word:
            terms.append(_term(word))
    return Record(tuple(terms), modifiers.get("redirect", ""))


def _modify(modifiers: dict[str, str], name: str, value: str) -> None:
    if name not in ("redirect", "exp"):
        _need(is_macro_string(value), f"{name}={value}")
        return
    _need(name not in modifiers, f"{name}= comes twice", said=True)
    _need(is_domain_spec(value), f"{name}={value}")
    modifiers[name] = value


def _term(word: str) -> Term:
    match = _MECHANISM.fullmatch(word)
    if match is None or match[2].lower() not in _ARGUMENTS:
        raise Malformed(f"`{word}` is no mechanism")
    name = match[2].lower()
    term = _ARGUMENTS[name](Term(name, _QUALIFIERS[match[1] or "+"]), match[3])
    if term is None:
        raise Malformed(f"`{word}` is not written as `{name}` must be")
    return term


def _bare(term: Term, argument: str) -> Term | None:
    return None if argument else term


def _domain(term: Term, argument: str) -> Term | None:
    target = argument[1:]
    fit = argument.startswith(":") and is_domain_spec(target)
    return msgspec.structs.replace(term, target=target) if fit else None


def _maybe_domain(term: Term, argument: str) -> Term | None:
    return _domain(term, argument) if argument else term


def _with_cidr(term: Term, argument: str) -> Term | None:
    match = _CIDR.search(argument)
    if match is None:
        return None
    four, six = int(match[1] or 32), int(match[2] or 128)
    if four > 32 or six > 128:
        return None
    return _maybe_domain(msgspec.structs.replace(term, cidr=(four, six)), argument[: match.start()])


def _ip4(term: Term, argument: str) -> Term | None:
    return _network(term, argument, r":(\d[\d.]*)(?:/(0|[1-9]\d?))?", ipaddress.IPv4Network)


def _ip6(term: Term, argument: str) -> Term | None:
    pattern = r":([0-9A-Fa-f:.]+)(?:/(0|[1-9]\d{0,2}))?"
    return _network(term, argument, pattern, ipaddress.IPv6Network)


def _network(
    term: Term, argument: str, pattern: str, made: Callable[[tuple[str, int], bool], Network]
) -> Term | None:
    match = re.fullmatch(pattern, argument, re.ASCII)
    if match is None:
        return None
    most = 32 if made is ipaddress.IPv4Network else 128
    try:
        network = made((match[1], int(match[2] or most)), False)
    except ValueError:
        return None
    return msgspec.structs.replace(term, network=network)


_ARGUMENTS: dict[str, Callable[[Term, str], Term | None]] = {
    "all": _bare,
    "include": _domain,
    "a": _with_cidr,
    "mx": _with_cidr,
    "ptr": _maybe_domain,
    "ip4": _ip4,
    "ip6": _ip6,
    "exists": _domain,
}


def _need(fit: bool, what: str, *, said: bool = False) -> None:
    if not fit:
        raise Malformed(what if said else f"`{what}` is not written as it must be")
