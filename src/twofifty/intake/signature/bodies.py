"""What a body may have been before something on its way read it and wrote it again."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator

_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_INDENTS = ((" " * 2, "indented by two blanks"), (" " * 4, "indented by four"), ("\t", "by tabs"))
_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

Variant = tuple[str, bytes]


def variants(body: bytes) -> Iterator[Variant]:
    """Bodies that may have been signed in place of `body`, each with how it differs: what stands in
    the words was so when it was signed."""
    yield from _ends(body)
    yield from _bytes(body)
    text = _text(body.removeprefix(_BOM))
    document = _document(text)
    if document is None:
        return
    yield from _unwrapped(document)
    yield from _rewritten(text)
    yield from _sorted(document)


def all_sorted(body: bytes) -> bool:
    """Whether the keys of every object stand in alphabetical order, and that is no chance."""
    found = [list(item) for item in _objects(_document(_text(body)))]
    many = sum(len(keys) > 3 for keys in found)
    large = any(len(keys) > 7 for keys in found)
    return (many > 1 or large) and all(keys == sorted(keys) for keys in found)


def _ends(body: bytes) -> Iterator[Variant]:
    yield "it had no blanks or line breaks at its end", body.rstrip()
    yield "it had none around it", body.strip()
    for end, words in ((b"\n", "a line feed"), (b"\r\n", "CR LF"), (b" ", "a blank")):
        yield f"it ended with {words}", body + end
        yield f"it ended with {words}, and with that alone", body.rstrip() + end
    yield "it had no byte order mark", body.removeprefix(_BOM)
    yield "it began with a byte order mark", _BOM + body


def _bytes(body: bytes) -> Iterator[Variant]:
    yield "its lines ended with LF", body.replace(b"\r\n", b"\n")
    yield "its lines ended with CR LF", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for old, new in (("utf-8", "latin-1"), ("utf-8", "cp1252"), ("latin-1", "utf-8")):
        try:
            yield f"its letters were read as {new} on the way", body.decode(old).encode(new)
        except UnicodeError:
            continue


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _document(text: str) -> object:
    """What the JSON says; None where it is none, or nested beyond reason."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unwrapped(document: object) -> Iterator[Variant]:
    """The body inside what a gateway made of the request."""
    inside = document.get("body") if isinstance(document, dict) else None
    if isinstance(inside, str):
        yield (
            "it stood alone, outside the object that has it now",
            inside.encode("utf-8", "surrogatepass"),
        )
        try:
            yield "it stood alone, and not in base64", base64.b64decode(inside, validate=True)
        except (binascii.Error, ValueError):
            return


def _rewritten(text: str) -> Iterator[Variant]:
    tokens = _TOKEN.findall(text)
    for how, escape in _ESCAPES.items():
        escaped = [escape(token) if token.startswith('"') else token for token in tokens]
        for layout, written in _layouts(escaped):
            yield f"it was {layout}{how}", written.encode("utf-8", "surrogateescape")


def _layouts(tokens: list[str]) -> Iterator[tuple[str, str]]:
    """The tokens written out in every usual way. No number and no order is touched."""
    yield "without blanks", "".join(tokens)
    spaced = "".join(sign + " " if sign in (",", ":") else sign for sign in tokens)
    yield "with a blank after each comma and colon", spaced
    for indent, words in _INDENTS:
        yield words, _indented(tokens, indent)


def _indented(tokens: list[str], indent: str) -> str:
    written: list[str] = []
    depth = 0
    for sign, following in zip(tokens, [*tokens[1:], ""], strict=True):
        opens, closes = sign in ("{", "["), following in ("}", "]")
        depth += opens - closes
        breaks = (opens or closes or sign == ",") and not (opens and closes)
        written.append(": " if sign == ":" else sign)
        written.append("\n" + indent * depth if breaks else "")
    return "".join(written)


def _again(token: str, ascii_only: bool) -> str:
    """A string read and written again."""
    try:
        return json.dumps(json.loads(token, strict=False), ensure_ascii=ascii_only)
    except ValueError:
        return token


def _for_html(token: str) -> str:
    return "".join(_HTML.get(letter, letter) for letter in token)


_ESCAPES: dict[str, Callable[[str], str]] = {
    "": lambda token: token,
    ", with letters as they are": lambda token: _again(token, False),
    ", with letters as \\u escapes": lambda token: _again(token, True),
    ", with \\/ for each slash": lambda token: _again(token, False).replace("/", "\\/"),
    ", with \\/ for each slash and \\u escapes": lambda token: _again(token, True).replace(
        "/", "\\/"
    ),
    ", with <, > and & as \\u escapes": lambda token: _for_html(_again(token, False)),
    ", with <, > and & and letters as \\u escapes": lambda token: _for_html(_again(token, True)),
}


def _sorted(document: object) -> Iterator[Variant]:
    for comma, colon in ((",", ":"), (", ", ": ")):
        for ascii_only in (True, False):
            written = json.dumps(
                document,
                sort_keys=True,
                separators=(comma, colon),
                ensure_ascii=ascii_only,
            )
            yield "its keys were sorted", written.encode("utf-8", "surrogateescape")


def _objects(document: object) -> Iterator[dict[str, object]]:
    """Every object of a document, to a sane depth."""
    level = [document]
    for _ in range(32):
        yield from (item for item in level if isinstance(item, dict))
        level = [inner for item in level for inner in _inside(item)]


def _inside(item: object) -> list[object]:
    if isinstance(item, dict):
        return list(item.values())
    return list(item) if isinstance(item, list) else []
