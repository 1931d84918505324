"""Value -> text, one function for each context."""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import msgspec

from twofifty.compose.context.kind import Context
from twofifty.compose.context.markup import Encoded, Json, Markup

Escaper = Callable[[object], str]

# What a link leads to where its value leads nowhere safe.
NOWHERE: Final = "#"
# In a path it leads nowhere else.
_HERE: Final = "./"
# What a browser takes for a slash, or skips on its way to one.
_SLASHES: Final = "/\\\t\n\r"
# Nothing in it needs encoding, for a URL or for HTML.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$()*+,;=]*")
_SAFE_START = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)
_URL_KEPT: Final = "/?#[]@!$&()*+,;=%:~"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?")
_CSS = re.compile(r"[\w .,#%+-]*|(?:rgb|hsl)a?\([\d\s.,%/]*\)", re.IGNORECASE)
_CSS_NAME = re.compile(r"[A-Za-z-]*")
_CSS_STRING = re.compile(r"[\w .,+-]*")
_CSS_LENGTH: Final = 200
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SCRIPT: Final = tuple((sign, f"\\u{ord(sign):04x}") for sign in "<>&\u2028\u2029")


def escaper(context: Context) -> Escaper:
    """What makes any value safe text in `context`; `Markup` is escaped like any text."""
    return _ESCAPERS[context]


def raw_escaper(context: Context) -> Escaper:
    """For tags that ask for raw output (`{{{x}}}`): as `escaper`, but what was made for this very
    context (`Markup` for HTML text, `Json` for JSON, `Encoded` for URLs) stays as it is."""
    return _RAW.get(context) or _ESCAPERS[context]


def plain(value: object) -> str:
    """A value as text: nothing for None, a dict or a list; `true` and `false`; else its str()."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, dict | list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def header(value: object) -> str:
    """A value on one line."""
    return _BREAKS.sub(" ", plain(value))


def escaped(value: object) -> str:
    """A value as text that means itself in HTML, between tags and in a quoted attribute."""
    text = value if value.__class__ is str else plain(value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def commented(value: object) -> str:
    """A value that neither ends a comment nor makes it a conditional one."""
    return escaped(value).replace("-", "&#45;").replace("[", "&#91;")


# URLs


def url(value: object) -> str:
    """A whole URL or its begin: only with a scheme that leads to a page, a mailbox or a phone."""
    return url_text(plain(value))


@lru_cache(maxsize=4096)
def url_text(text: str) -> str:
    """As `url`. Kept for the pictures and products that mail after mail shows."""
    if _PLAIN_URL.fullmatch(text):
        return text
    text = text.strip()
    if not text:
        return ""
    return _percent(text) if _SAFE_START.match(text) else NOWHERE


def url_rest(value: object) -> str:
    """What follows a value in a URL; a colon in it makes no scheme."""
    return _percent(_no_scheme(plain(value)))


def url_root(value: object) -> str:
    """What follows the first slash of a URL: a second one would make a host of it. Never empty,
    lest a slash of the template be the second: `/./` leads where `/` leads."""
    return url_rest(plain(value).lstrip(_SLASHES)) or _HERE


def url_host(value: object) -> str:
    """A host with or without a port. Never empty, as browsers take what follows for the host."""
    text = plain(value)
    return text if _HOST.fullmatch(text) else NOWHERE


def url_tail(value: object) -> str:
    """What follows a host: with its own slash, question mark or hash, or nothing, lest it become a
    part of the host. One slash, so that it is no host where none stands before it."""
    return _percent(_tail(plain(value)))


def url_path(value: object) -> str:
    """A part of a URL behind its scheme; its own percent signs and separators stay."""
    return _percent(plain(value))


def url_query(value: object) -> str:
    """One value in a query: every separator is encoded."""
    return quote(_whole(plain(value)), safe="~")


def _no_scheme(text: str) -> str:
    """Also no user before a host, if a value before it ends in one."""
    first, slash, more = text.partition("/")
    return first.replace(":", "%3A").replace("@", "%40") + slash + more


def _tail(text: str) -> str:
    if text.startswith("/"):
        return "/" + text.lstrip(_SLASHES)
    return text if text.startswith(("?", "#")) else ""


def _percent(text: str) -> str:
    encoded = quote(_BAD_PERCENT.sub("%25", _whole(text)), safe=_URL_KEPT)
    return encoded.replace("&", "&amp;")


def _whole(text: str) -> str:
    """Without lone surrogates, which no UTF-8 has."""
    return text.encode(errors="replace").decode()


# Styles


def css(value: object) -> str:
    """A colour, a length or plain words; nothing for any other thing."""
    return _allowed(_CSS, value)


def css_name(value: object) -> str:
    """A part of a property's name."""
    return _allowed(_CSS_NAME, value)


def css_string(value: object) -> str:
    """Plain words in quotes, as the name of a font."""
    return _allowed(_CSS_STRING, value)


def css_url(value: object) -> str:
    """A whole URL in `url(...)`: of a page or picture, or nothing."""
    text = plain(value).strip()
    return css_url_path(text) if text[:8].lower().startswith(("http://", "https://")) else ""


def css_url_path(value: object) -> str:
    """A part of a URL in `url(...)`."""
    return _percent(plain(value)).replace("(", "%28").replace(")", "%29").replace(";", "%3B")


def _allowed(pattern: re.Pattern[str], value: object) -> str:
    text = plain(value)
    return text if len(text) <= _CSS_LENGTH and pattern.fullmatch(text) else ""


# JSON


def json_string(value: object) -> str:
    """Text within a JSON string in a script."""
    written = json.dumps(plain(value), ensure_ascii=False)[1:-1]
    return _in_script(written)


def json_value(value: object) -> str:
    """A whole JSON value in a script: a string, number or flag, `null` for every other thing."""
    if isinstance(value, str):
        return f'"{json_string(value)}"'
    if isinstance(value, bool | int) or (isinstance(value, float) and value - value == 0):
        return json.dumps(value)
    return (
        "null"
        if value is None or isinstance(value, float | dict | list | tuple)
        else (f'"{json_string(value)}"')
    )


def _in_script(written: str) -> str:
    for sign, escape in _SCRIPT:
        written = written.replace(sign, escape)
    return written


# What was made for its context


def _raw_text(value: object) -> str:
    return value if value.__class__ is Markup else escaped(value)


def _raw_json(value: object) -> str:
    """`Json` as it is. Other markup must prove to be JSON, and is made safe for a script."""
    if value.__class__ is Json:
        return str(value)
    return _proven(value) if value.__class__ is Markup else json_value(value)


def _proven(text: object) -> str:
    try:
        msgspec.json.decode(str(text), type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return json_value(text)
    return _in_script(str(text))


def _encoded(otherwise: Escaper) -> Escaper:
    def raw(value: object) -> str:
        return escaped(str(value)) if value.__class__ is Encoded else otherwise(value)

    return raw


def _raw_root(value: object) -> str:
    if value.__class__ is not Encoded:
        return url_root(value)
    return escaped(_no_scheme(str(value).lstrip(_SLASHES))) or _HERE


def _raw_tail(value: object) -> str:
    return escaped(_tail(str(value))) if value.__class__ is Encoded else url_tail(value)


_ESCAPERS: Final[Mapping[Context, Escaper]] = {
    Context.PLAIN: plain,
    Context.HEADER: header,
    Context.TEXT: escaped,
    Context.TITLE: escaped,
    Context.COMMENT: commented,
    Context.ATTRIBUTE: escaped,
    Context.URL: url,
    Context.URL_REST: url_rest,
    Context.URL_ROOT: url_root,
    Context.URL_HOST: url_host,
    Context.URL_TAIL: url_tail,
    Context.URL_PATH: url_path,
    Context.URL_QUERY: url_query,
    Context.CSS: css,
    Context.CSS_NAME: css_name,
    Context.CSS_STRING: css_string,
    Context.CSS_URL: css_url,
    Context.CSS_URL_PATH: css_url_path,
    Context.JSON: json_value,
    Context.JSON_STRING: json_string,
}
_RAW: Final[Mapping[Context, Escaper]] = {
    Context.TEXT: _raw_text,
    Context.JSON: _raw_json,
    Context.URL_REST: _encoded(url_rest),
    Context.URL_ROOT: _raw_root,
    Context.URL_TAIL: _raw_tail,
    Context.URL_PATH: _encoded(url_path),
    Context.URL_QUERY: _encoded(url_query),
}
