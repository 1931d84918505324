"""Template text -> a function, once, when the template is published."""

from collections.abc import Callable, Mapping
from typing import Final, cast

import msgspec

from twofifty.compose.context.error import TemplateError, TemplateProblem, refused
from twofifty.compose.context.escape import url_text
from twofifty.compose.context.markup import Json, Markup
from twofifty.compose.kept import Kept
from twofifty.compose.mime.quoted import UnfitError, quoted_printable
from twofifty.compose.mustache import runtime
from twofifty.compose.mustache.dialect import HTML, Dialect
from twofifty.compose.mustache.expression import ESCAPERS, QUOTED, SEEN
from twofifty.compose.mustache.generate import generate
from twofifty.compose.mustache.inherit import settled
from twofifty.compose.mustache.ink import Plain, Quoted
from twofifty.compose.mustache.judge import judged
from twofifty.compose.mustache.keep import Keys, keep
from twofifty.compose.mustache.partials import Partials, Trees, linked, reachable
from twofifty.compose.mustache.tree import Node

NO_PARTIALS: Final[Mapping[str, str]] = {}


class Template(msgspec.Struct, frozen=True):
    """A compiled template. `quoted`: its function for text that is quoted-printable; None where it
    has none."""

    name: str
    nodes: tuple[Node, ...]
    partials: Partials
    dialect: Dialect
    function: Callable[[object], str]
    quoted: Callable[[object], str] | None

    @property
    def python(self) -> str:
        """The source of `function`, for whoever wants to read it."""
        return generate(self.nodes, self.partials, Plain(self.dialect))

    @property
    def quoted_python(self) -> str:
        """The source of `quoted`. Raises `UnfitError` where there is none."""
        return generate(self.nodes, self.partials, Quoted(self.dialect))

    def render(self, view: object) -> str:
        """The text for a view model of dicts, lists and strings; names it lacks are empty.

        Raises `TemplateError` if partials call each other without end, or if the text grows without
        measure.
        """
        return self._called(self.function, view)

    def encoded(self, view: object) -> str:
        """As `render`, quoted-printable, with one more CRLF after the last line."""
        if self.quoted is not None:
            try:
                return self._called(self.quoted, view)
            except (UnfitError, TemplateError):
                # What is too much when it is encoded may be fit as it is.
                pass
        return quoted_printable(self.render(view)).decode()

    def _called(self, function: Callable[[object], str], view: object) -> str:
        try:
            return function(view)
        except RecursionError:
            raise _too_deep(self.name) from None


def compile_template(
    source: str,
    partials: Mapping[str, str] = NO_PARTIALS,
    dialect: Dialect = HTML,
    name: str = "template",
) -> Template:
    """Compile `source`; `partials` maps names to their text, `name` stands in errors.

    Raises `TemplateError` with all its problems: tags that are none, limits, and for HTML values
    where no escaping makes them safe.
    """
    try:
        read = reachable(source, name, partials)
        if read.problems:
            raise refused(tuple(read.problems))
        nodes, trees, problems = _judged(*settled(read.nodes, read.trees), dialect)
        if problems:
            raise refused(problems)
        called = linked(trees)
        quoted = _quoted(nodes, called, dialect)
        plain = _Late(nodes, called, dialect)
        if quoted is None:
            plain.ready()
        return Template(name, nodes, called, dialect, plain, quoted)
    except RecursionError:
        raise _too_deep(name) from None


class _Late:
    """The function that renders plain text, compiled when it is first called: sending needs it only
    where the text cannot be encoded on its way."""

    __slots__ = ("_function", "_of")

    def __init__(self, nodes: tuple[Node, ...], partials: Partials, dialect: Dialect) -> None:
        self._of = (nodes, partials, dialect)
        self._function: Callable[[object], str] | None = None

    def __call__(self, view: object) -> str:
        return self.ready()(view)

    def ready(self) -> Callable[[object], str]:
        """The compiled function."""
        if self._function is None:
            nodes, partials, dialect = self._of
            self._function = _function(generate(nodes, partials, Plain(dialect)))
        return self._function


def _quoted(
    nodes: tuple[Node, ...], partials: Partials, dialect: Dialect
) -> Callable[[object], str] | None:
    """The function for quoted-printable; None for what is no part of a mail, or is odd."""
    if not dialect.body:
        return None
    try:
        return _function(generate(nodes, partials, Quoted(dialect)))
    except UnfitError:
        return None


def _judged(
    nodes: tuple[Node, ...], trees: Trees, dialect: Dialect
) -> tuple[tuple[Node, ...], Trees, tuple[TemplateProblem, ...]]:
    if not dialect.judged:
        return nodes, trees, ()
    found = judged(nodes, trees)
    return found.nodes, found.trees, found.problems


def _too_deep(name: str) -> TemplateError:
    return TemplateError(f"{name}: partials and sections go too deep")


_RUNTIME: Final[Mapping[str, object]] = {
    **ESCAPERS,
    **QUOTED,
    **SEEN,
    "url_text": url_text,
    "Json": Json,
    "Markup": Markup,
    "count": runtime.count,
    "find": runtime.find,
    "frame": runtime.frame,
    "items": runtime.items,
    "keep": keep,
    "kept": Kept,
    "member": runtime.member,
    "no_frame": runtime.NO_FRAME,
    "nothing": runtime.nothing,
    "one": runtime.ONE,
    "too_deep": runtime.too_deep,
    "whole": runtime.whole,
}


def _function(python: str) -> Callable[[object], str]:
    """The function of generated source, which holds literals and names only as string literals."""
    module = {**_RUNTIME, "key": Keys()}
    exec(compile(python, "<mustache>", "exec"), module)  # noqa: S102 - our own generated source
    return cast(Callable[[object], str], module["render"])
