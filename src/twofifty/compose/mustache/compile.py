"""Template text -> a function, once, when the template is published."""

from collections.abc import Callable, Mapping
from typing import cast

import msgspec

from twofifty.compose.mustache import runtime
from twofifty.compose.mustache.dialect import HTML, Dialect
from twofifty.compose.mustache.error import TemplateError
from twofifty.compose.mustache.generate import generate
from twofifty.compose.mustache.markup import Markup
from twofifty.compose.mustache.parse import parse
from twofifty.compose.mustache.partials import Partials, reachable
from twofifty.compose.mustache.tree import Node

NO_PARTIALS: Mapping[str, str] = {}


class Template(msgspec.Struct, frozen=True):
    """A compiled template. `python` is the source of `function`, for whoever wants to read it."""

    name: str
    nodes: tuple[Node, ...]
    partials: Partials
    python: str
    function: Callable[[object], str]

    def render(self, view: object) -> str:
        """The text for a view model of dicts, lists and strings; names it lacks are empty.

        Raises `TemplateError` if partials call each other without end.
        """
        try:
            return self.function(view)
        except RecursionError:
            raise TemplateError(f"{self.name}: partials and sections go too deep") from None


def compile_template(
    source: str,
    partials: Mapping[str, str] = NO_PARTIALS,
    dialect: Dialect = HTML,
    name: str = "template",
) -> Template:
    """Compile `source`; `partials` maps names to their text, `name` stands in errors.

    Raises `TemplateError` with the place of what is wrong.
    """
    nodes = parse(source, name)
    reached = reachable(nodes, partials)
    python = generate(nodes, reached, dialect)
    return Template(name, nodes, reached, python, _function(python))


def _function(python: str) -> Callable[[object], str]:
    """The function of generated source, which holds literals and names only as string literals."""
    module: dict[str, object] = {
        "Markup": Markup,
        "escaped": runtime.escaped,
        "find": runtime.find,
        "frame": runtime.frame,
        "items": runtime.items,
        "member": runtime.member,
        "plain": runtime.plain,
        "too_deep": runtime.too_deep,
    }
    exec(compile(python, "<mustache>", "exec"), module)  # noqa: S102 - our own generated source
    return cast(Callable[[object], str], module["render"])
