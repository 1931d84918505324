"""How an endpoint's answer is read: JMESPath expressions, `[sources.NAME.stock_map]`.

lines = "lines"              # where the lines stand; of a GET, the document is the line
id = "id"                    # the line's id as it was asked for, or
sku = "sku"                  # its SKU
status = "status"
available = "available"
expected = "expected"

[sources.NAME.stock_map.words]
"sold out" = "out_of_stock"  # the endpoint's words
"""

import difflib
from collections.abc import Mapping
from typing import Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from twofifty.errors import SettingsError
from twofifty.flow.stock import Item, Level, StockWord
from twofifty.flow.stock_words import count, day, word
from twofifty.intake import loose

_USUAL: Final = {name: name for name in ("lines", "id", "sku", "status", "available", "expected")}


class Shape(msgspec.Struct, frozen=True):
    """Compiled expressions by name, and the endpoint's words for ours."""

    expressions: Mapping[str, ParsedResult]
    words: Mapping[str, StockWord]

    def levels(self, body: bytes, asked: tuple[Item, ...]) -> dict[str, Level]:
        """By line id what an answer says of `asked`. Raises Unreadable."""
        listed = self._find("lines", _decoded(body))
        if not isinstance(listed, list):
            raise loose.Unreadable(listed, "an answer has a list of lines")
        found: dict[str, Level] = {}
        for node in listed:
            level = self.level(node)
            for item in asked:
                if self._is_of(node, item) and level is not None:
                    found[item.id] = level
        return found

    def single(self, body: bytes) -> Level | None:
        """What an answer about one line says. Raises Unreadable."""
        return self.level(_decoded(body))

    def level(self, node: object) -> Level | None:
        """What stands in a line of an answer; None for nothing. Raises Unreadable."""
        if not isinstance(node, dict):
            raise loose.Unreadable(node, "a line of an answer is an object")
        status = self._word(self._find("status", node))
        available = count(self._find("available", node))
        if status is None and available is None:
            return None
        return Level(status, available, day(self._find("expected", node)))

    def _is_of(self, node: object, item: Item) -> bool:
        identity = loose.text(self._find("id", node))
        if identity is not None:
            return identity == item.id
        return item.sku is not None and loose.text(self._find("sku", node)) == item.sku

    def _word(self, said: object) -> StockWord | None:
        if said is None or said == "":
            return None
        return word(said, self.words)

    def _find(self, name: str, owner: object) -> object:
        try:
            return self.expressions[name].search(owner)
        except JMESPathError:
            return None


def shape(stated: object) -> Shape:
    """The settings' table, compiled. Raises SettingsError."""
    if not isinstance(stated, dict):
        raise SettingsError("stock_map: write a table of expressions")
    words = stated.get("words", {})
    own = {name: value for name, value in stated.items() if name != "words"}
    for name in own:
        if name not in _USUAL:
            near = difflib.get_close_matches(name, _USUAL, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(_USUAL)}, words"
            raise SettingsError(f"stock_map: there is no {name}; {hint}")
    expressions = {name: _compiled(name, value) for name, value in {**_USUAL, **own}.items()}
    return Shape(expressions, _words(words))


def _words(stated: object) -> dict[str, StockWord]:
    if not isinstance(stated, dict):
        raise SettingsError("stock_map.words: write a table: the endpoint's word = our word")
    try:
        return {str(theirs).strip().lower(): word(ours, {}) for theirs, ours in stated.items()}
    except loose.Unreadable as fault:
        raise SettingsError(f"stock_map.words: {fault.wants}") from None


def _compiled(name: str, expression: object) -> ParsedResult:
    if not isinstance(expression, str):
        raise SettingsError(f"stock_map.{name}: write a JMESPath expression in quotes")
    try:
        return jmespath.compile(expression)
    except JMESPathError as fault:
        raise SettingsError(f"stock_map.{name}: {' '.join(str(fault).split())}") from None


def _decoded(body: bytes) -> object:
    try:
        node: object = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise loose.Unreadable(None, "an answer is JSON") from None
    return node
