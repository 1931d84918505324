"""Where in a URL a value stands.

`start`: nothing before it. `rest:` and letters: what stands before may still become a scheme, `?`
for a value among it. `scheme`: after `https:`. `root`: after a slash that nothing stands before,
where another slash would begin a host. `host`: where a host begins; `tail`: after some of it.
`path`, `query`: after them. `bad`: after a scheme that no template may use with values, as
`javascript:`. With `|` between: any of these, as the sections before it went.

As browsers read it (URL standard, 4.4): a backslash is a slash, tabs and line breaks are nothing.
"""

import re
from collections.abc import Iterable
from typing import Final

from twofifty.compose.context.kind import Context

START: Final = "start"
BAD: Final = "bad"
ATTRIBUTES: Final = frozenset(
    "action background cite classid codebase data dynsrc formaction href icon imagesrcset "
    "longdesc lowsrc manifest ping poster profile src srcset usemap xlink:href".split()
)
LISTS: Final = frozenset(("imagesrcset", "srcset"))
SCHEMES: Final = frozenset(("http", "https", "mailto", "tel", "sms", "cid"))
_HOSTED: Final = frozenset(("http", "https", ""))
_CONTEXTS: Final = {
    "start": Context.URL,
    "rest": Context.URL_REST,
    "scheme": Context.URL_PATH,
    "root": Context.URL_ROOT,
    "host": Context.URL_HOST,
    "tail": Context.URL_TAIL,
    "path": Context.URL_PATH,
    "query": Context.URL_QUERY,
}
_AFTER_VALUE: Final = {"start": "rest:?", "scheme": "path", "root": "path", "host": "tail"}
# From the strictest: what is safe in one of them is safe in those that follow.
_ORDER: Final = ("start", "rest", "query", "path")
_KINDS: Final = frozenset(_CONTEXTS)
# `root` and `tail` write what is safe in these as well.
_ALIKE: Final = frozenset(("start", "rest", "path"))
_AFTER_SCHEME = re.compile(r"[:/?#&=]")
_AS_READ: Final = str.maketrans("\\|", "/!", "\t\n\r")
_BEFORE_URL: Final = "".join(map(chr, range(0x21)))
_LETTERS: Final = 40


def walked(inner: str, text: str, *, many: bool = False) -> str:
    """`inner` after the literal `text`; `many`: a list of URLs with commas between."""
    if many:
        _, comma, last = text.rpartition(",")
        inner, text = (START, last) if comma else (inner, text)
    text = text.translate(_AS_READ)
    return _any(_walked(each, text) for each in inner.split("|"))


def valued(inner: str) -> str:
    """`inner` after a value."""
    return _any(_valued(each) for each in inner.split("|"))


def context(inner: str) -> Context | None:
    """How a value is escaped here; None for `bad`, and where no one way is safe in all of them."""
    kinds = {each.partition(":")[0] for each in inner.split("|")}
    strict = kinds - _ALIKE if len(kinds) > 1 else kinds
    if len(strict) != 1 or (strict != kinds and not strict <= {"root", "tail"}):
        return None
    return _CONTEXTS.get(strict.pop())


def joined(one: str, other: str) -> str | None:
    """After a section of which it is not known which of two ways it went; None where one of them
    is no place in a URL for values."""
    ways = {*one.split("|"), *other.split("|")}
    kinds = {way: way.partition(":")[0] for way in ways}
    if not _KINDS.issuperset(kinds.values()):
        return None
    alike = [way for way in ways if kinds[way] in _ORDER]
    if len(alike) > 1:
        least = min((kinds[way] for way in alike), key=_ORDER.index)
        ways = {*ways.difference(alike), "rest:??" if least == "rest" else least}
    return _any(ways)


def _any(ways: Iterable[str]) -> str:
    return "|".join(sorted(set(ways)))


def _valued(inner: str) -> str:
    if inner.startswith("rest"):
        return f"{inner}?"[:_LETTERS]
    return _AFTER_VALUE.get(inner, inner)


def _walked(inner: str, text: str) -> str:
    if inner == START:
        text = text.lstrip(_BEFORE_URL)
    if not text:
        return inner
    if inner == START or inner.startswith("rest"):
        return _begun(inner.removeprefix(START).removeprefix("rest:"), text)
    if inner in ("root", "scheme"):
        return _host("host", text) if text[0] == "/" or inner == "scheme" else _path(text)
    if inner in ("host", "tail"):
        return _host(inner, text)
    return _path(text, "?#") if inner == "path" else inner


def _begun(begun: str, text: str) -> str:
    """What begins a URL: `begun` and `text`, with its scheme if it has one."""
    found = _AFTER_SCHEME.search(text)
    if found is None:
        return f"rest:{begun}{text.lower()}"[:_LETTERS]
    scheme = (begun + text[: found.start()]).lower()
    after = text[found.end() :]
    if found[0] == ":":
        return _scheme(scheme, after)
    if found[0] == "/" and not scheme.strip("?"):
        return _walked("root", after) if after else "root"
    return _path(text[found.start() :])


def _scheme(scheme: str, after: str) -> str:
    name = scheme.removeprefix("?")
    if name not in SCHEMES and scheme != "?":
        return BAD
    if name not in _HOSTED:
        return _path(after)
    return _host("host", after) if after else "scheme"


def _host(inner: str, text: str) -> str:
    """A host ends at the first slash, question mark or hash; slashes before it are nothing."""
    if inner == "host":
        text = text.lstrip("/")
    if not text:
        return inner
    end = min((at for sign in "/?#" if (at := text.find(sign)) >= 0), default=-1)
    return "tail" if end < 0 else _path(text[end:])


def _path(text: str, ends: str = "?#&=") -> str:
    return "query" if set(text) & set(ends) else "path"
