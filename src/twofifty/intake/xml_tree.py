"""Bytes of XML to a tree, as strictly as `strict` reads JSON; namespaces are left out.

What an element becomes is its adapter's to say. Without document types, entities of its own and
anything from outside. Characters that XML forbids, which customers type and shops pass on, are left
out too. Raises BadInput:

    400   not XML, not of the encoding that it declares, or of one that nobody uses
    413   over 1 MiB
    422   a document type, nested deeper than 32, more than 20,000 elements
"""

import codecs
import re
from collections.abc import Callable, Collection
from xml.parsers import expat

from twofifty.errors import BadInput, Problem
from twofifty.intake import place, strict

_MOST_ELEMENTS = 20_000
_DECLARED = re.compile(rb"""<\?xml[^>]{1,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = "utf-8 utf8 us-ascii ascii iso-8859-1 iso-8859-15 windows-1252 utf-16".split()
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Written as they are, or as references: &#7; and &#x1F;.
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));",
    re.IGNORECASE,
)


class Element:
    """An element. `children`: the name of each, and what it became."""

    __slots__ = ("attributes", "children", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[tuple[str, object]] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """What stands in it, without what stands in its children."""
        return "".join(self.pieces)


Value = Callable[[Element], object]
"""What an element becomes once it is closed."""


class _Builder:
    """Takes what the parser meets."""

    def __init__(self, value: Value) -> None:
        self.open = [Element("", {})]
        self.met = 0
        self.value = value

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.met += 1
        if len(self.open) > place.MAX_DEPTH:
            raise _outrage(f"nested deeper than {place.MAX_DEPTH} levels; send it flatter")
        if self.met > _MOST_ELEMENTS:
            raise _outrage(f"more than {_MOST_ELEMENTS:,} elements; send fewer")
        self.open.append(Element(name.rpartition(":")[2], attributes))

    def end(self, _: str) -> None:
        closed = self.open.pop()
        self.open[-1].children.append((closed.name, self.value(closed)))

    def text(self, said: str) -> None:
        self.open[-1].pieces.append(said)

    def doctype(self, *_: object) -> None:
        raise _outrage("leave out the document type")


def looks_like_xml(body: bytes) -> bool:
    """Whether a body starts as XML does, and JSON never."""
    start = body[:100]
    return start.startswith(_UTF_16) or start.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<")


def tree(body: bytes, value: Value) -> dict[str, object]:
    """The document: the name of its root, and what that became. Raises BadInput as above."""
    strict.checked_size(len(body))
    builder, parser = _Builder(value), expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(_FORBIDDEN.sub(b"", _utf8(body)), True)
    except expat.ExpatError as fault:
        said = f"{expat.ErrorString(fault.code)} at byte {max(parser.ErrorByteIndex, 0)}"
        raise _not_xml(said) from None
    return dict(builder.open[0].children)


def grouped(children: list[tuple[str, object]], several: Collection[str] = ()) -> dict[str, object]:
    """An object; what stands in it twice, or is called as one of `several`, is a list."""
    found: dict[str, list[object]] = {}
    for name, value in children:
        found.setdefault(name, []).append(value)
    return {
        name: values if len(values) > 1 or name in several else values[0]
        for name, values in found.items()
    }


def _utf8(body: bytes) -> bytes:
    """The document in UTF-8, which it is in unless it begins otherwise or says so."""
    if body.startswith(_UTF_16):
        return _recoded(body, "utf-16")
    start = body.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    declared = _DECLARED.match(start)
    return start if declared is None else _recoded(start, declared[1].decode().lower())


def _recoded(body: bytes, encoding: str) -> bytes:
    if encoding not in _ENCODINGS:
        raise _not_xml(f"the encoding {encoding} is not read here; send UTF-8")
    # What says UTF-16 and can be read as ASCII so far was recoded on its way.
    if encoding == "utf-16" and not body.startswith(_UTF_16):
        encoding = "utf-8"
    try:
        return body.decode(encoding).encode()
    except UnicodeDecodeError as fault:
        raise _not_xml(f"byte {fault.start} is not {encoding}") from None


def _not_xml(said: str) -> BadInput:
    return BadInput(400, "the body is not XML", (Problem("body", said),))


def _outrage(message: str) -> BadInput:
    return BadInput(422, "the XML cannot be used", (Problem("body", message),))
