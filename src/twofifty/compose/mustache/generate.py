"""Tree -> Python source of one module with a function `render(view) -> str`, of plain text or of
text that is quoted-printable already (`ink.py`).

Sections become loops of that one function, and partials are written out in place, so that a name is
a dictionary look-up in local variables. Two things become functions of their own, which find outer
names in a stack: partials that call themselves, and sections nested deeper than Python nests loops.

Of the template only literals and names reach the source, each as an ASCII string literal.

Variables of the generated code: `o` is the output, `k` when to count it next, `w` appends one piece
to it, `x` several; `i0`, `c0` are the view and its frame, `iN`, `cN` a section's item and its
frame; `v`, `u` a value on its way, `t` its type. In the functions of their own `s` is the stack of
outer frames and `n` the indentation of lines; `d` counts the depth of partials.
"""

import msgspec

from twofifty.compose.mustache.ink import BLOCK, Ink
from twofifty.compose.mustache.limits import MAX_PARTIAL_DEPTH
from twofifty.compose.mustache.partials import Partials
from twofifty.compose.mustache.runtime import WAITING
from twofifty.compose.mustache.tree import Dynamic, LineStart, Node, Partial, Section, Text, Value

MAX_BLOCKS = 12
MAX_INLINED = 16
MAX_INLINED_NODES = 20_000
MAX_PIECES = 256
COUNT = "if len(o) > k[0]: count(o, k)"


def generate(nodes: tuple[Node, ...], partials: Partials, ink: Ink) -> str:
    """The Python source of the module for `nodes`, written with a fresh `ink`. Raises `UnfitError`
    for a literal that has no encoding by itself."""
    return _Generator(partials, ink).module(nodes)


class _Scope(msgspec.Struct, frozen=True):
    """Where a node stands: which variables hold its frames, and how deep it is."""

    outlined: bool
    frames: tuple[str, ...] = ()
    item: str = "i0"
    inherits_indent: bool = False
    indent: str = ""
    blocks: int = 0
    inlined: int = 0


class _Function(msgspec.Struct, frozen=True):
    """A function still to be written; `partial` names the recursive partial it is, if any."""

    name: str
    nodes: tuple[Node, ...]
    partial: str = ""


class _Generator:
    def __init__(self, partials: Partials, ink: Ink) -> None:
        self.partials = partials
        self.ink = ink
        self.code: list[str] = []
        self.pieces: list[str] = []
        self.literal: list[str] = []
        self.waiting: list[_Function] = []
        self.partial_functions: dict[str, str] = {}
        self.dispatchers: list[str] = []
        self.counter = 0
        self.nodes_written = 0

    def module(self, nodes: tuple[Node, ...]) -> str:
        self.code += ["def render(i0):", " o = []", " w = o.append", " x = o.extend"]
        self.code += [
            f" k = [{WAITING}]",
            " d = 0",
            " c0 = i0 if i0.__class__ is dict else frame(i0)",
        ]
        self._nodes(nodes, _Scope(outlined=False))
        self.literal.append(self.ink.end)
        self._flush(0, self.ink.last)
        self.code.append(" return whole(o)")
        while self.waiting:
            self._function(self.waiting.pop())
        self.code += self.dispatchers
        return "\n".join(self.code) + "\n"

    def _function(self, function: _Function) -> None:
        self.code.append(f"def {function.name}(o, k, w, x, s, i0, n, d):")
        self.code += [" w('')", f" {COUNT}"]
        if function.partial:
            self.code.append(f" if d > {MAX_PARTIAL_DEPTH}: raise too_deep({function.partial!a})")
        self.ink.called()
        self._nodes(function.nodes, _Scope(outlined=True, inherits_indent=True))
        self._flush(0)
        self.code.append(" return")

    def _nodes(self, nodes: tuple[Node, ...], scope: _Scope) -> None:
        self.nodes_written += len(nodes)
        for node in nodes:
            self._node(node, scope)

    def _node(self, node: Node, scope: _Scope) -> None:
        match node:
            case Text():
                self.literal.append(node.text)
            case LineStart():
                self._line_start(scope)
            case Value():
                self._value(self.ink.value(node, self._look_up(node.name, scope)), scope)
            case Section():
                self._flush(scope.blocks)
                self._section(node, scope)
            case Partial():
                self._partial(node, scope)
            case Dynamic():
                self._flush(scope.blocks)
                self._dynamic(node, scope)

    # Output

    def _value(self, expression: str, scope: _Scope) -> None:
        self._end_literal(self.ink.before_value)
        self.ink.valued()
        self._piece(expression, scope)

    def _piece(self, expression: str, scope: _Scope) -> None:
        self.pieces.append(expression)
        if len(self.pieces) >= MAX_PIECES:
            self._flush(scope.blocks)

    def _end_literal(self, column: int) -> None:
        """`column`: the last in which what follows may begin."""
        if text := self.ink.literal("".join(self.literal), column):
            self.pieces.append(ascii(text))
        self.literal.clear()

    def _flush(self, blocks: int, column: int = BLOCK) -> None:
        self._end_literal(column)
        if len(self.pieces) == 1:
            self._line(f"w({self.pieces[0]})", blocks)
        elif self.pieces:
            self._line(f"x(({', '.join(self.pieces)}))", blocks)
        self.pieces.clear()

    def _line(self, code: str, blocks: int) -> None:
        self.code.append(" " * (blocks + 1) + code)

    def _line_start(self, scope: _Scope) -> None:
        if scope.inherits_indent:
            self._value(self.ink.indent, scope)
        self.literal.append(scope.indent)

    # Names and values

    def _look_up(self, name: tuple[str, ...], scope: _Scope) -> str:
        if not name:
            return scope.item
        key = ascii(name[0])
        found = f"find(s, {key})" if scope.outlined else f"c0.get({key})"
        for frame in scope.frames:
            found = f"({frame}[{key}] if {key} in {frame} else {found})"
        for key in map(ascii, name[1:]):
            is_there = f"(u := {found}).__class__ is dict and {key} in u"
            found = f"(u[{key}] if {is_there} else member(u, {key}))"
        return found

    # Sections

    def _section(self, node: Section, scope: _Scope) -> None:
        look_up = self._look_up(node.name, scope)
        column = self.ink.entered()
        inner = msgspec.structs.replace(scope, blocks=scope.blocks + 1)
        if node.inverted:
            self._line(f"if not {look_up}:", scope.blocks)
        else:
            inner = self._loop(look_up, inner)
            if any(isinstance(child, Section | Partial | Dynamic) for child in node.children):
                # Of what repeats within what repeats the text could grow without measure.
                self._line(COUNT, inner.blocks)
        self._body(node.children, inner)
        self._flush(inner.blocks, column)
        self.ink.left(column)

    def _loop(self, look_up: str, inner: _Scope) -> _Scope:
        self.counter += 1
        item, frame = f"i{self.counter}", f"c{self.counter}"
        self._line(
            f"for {item} in v if (t := (v := {look_up}).__class__) is list "
            "else ((v,) if v else ()) if t in one else items(v):",
            inner.blocks - 1,
        )
        self._line(
            f"{frame} = {item} if (t := {item}.__class__) is dict "
            f"else no_frame if t in one else frame({item})",
            inner.blocks,
        )
        return msgspec.structs.replace(inner, item=item, frames=(*inner.frames, frame))

    def _body(self, children: tuple[Node, ...], inner: _Scope) -> None:
        if inner.blocks < MAX_BLOCKS:
            self._nodes(children, inner)
            if not any(isinstance(child, Text | Value) for child in children):
                # A loop that writes nothing has no other end than the count of its pieces.
                self._end_literal(BLOCK)
                self._piece("''", inner)
        else:
            self.counter += 1
            function = _Function(f"section{self.counter}", children)
            self.waiting.append(function)
            self._line(self._call(function.name, inner, "d"), inner.blocks)

    # Partials

    def _partial(self, node: Partial, scope: _Scope) -> None:
        nodes = self.partials.trees.get(node.name)
        if nodes is None:
            return
        inner = _indented(scope, node.indent)
        if self._fits(node.name, scope):
            self._nodes(nodes, msgspec.structs.replace(inner, inlined=scope.inlined + 1))
        else:
            self._flush(scope.blocks)
            function = self._partial_function(node.name, nodes)
            self._line(self._call(function, inner, "d + 1"), scope.blocks)

    def _fits(self, partial: str, scope: _Scope) -> bool:
        """Whether the partial may be written out in place."""
        return (
            partial not in self.partials.recursive
            and scope.inlined < MAX_INLINED
            and self.nodes_written < MAX_INLINED_NODES
        )

    def _dynamic(self, node: Dynamic, scope: _Scope) -> None:
        """A call of the function that a table has for the name; of none where it has none."""
        functions = {
            name: self._partial_function(tree, self.partials.trees[tree])
            for name, tree in node.choices.items()
        }
        self.counter += 1
        table = f"table{self.counter}"
        entries = ", ".join(f"{name!a}: {function}" for name, function in functions.items())
        self.dispatchers.append(f"{table} = {{{entries}}}")
        look_up = self._look_up(node.name, scope)
        chosen = f"({table}.get(v, nothing) if (v := {look_up}).__class__ is str else nothing)"
        self._line(self._call(chosen, _indented(scope, node.indent), "d + 1"), scope.blocks)

    def _partial_function(self, partial: str, nodes: tuple[Node, ...]) -> str:
        if partial not in self.partial_functions:
            name = f"partial{len(self.partial_functions)}"
            self.partial_functions[partial] = name
            self.waiting.append(_Function(name, nodes, partial))
        return self.partial_functions[partial]

    def _call(self, function: str, scope: _Scope, depth: str) -> str:
        self.ink.called()
        stack = ", ".join(("*s" if scope.outlined else "c0", *scope.frames))
        indent = f"n + {scope.indent!a}" if scope.inherits_indent else ascii(scope.indent)
        return f"{function}(o, k, w, x, ({stack},), {scope.item}, {indent}, {depth})"


def _indented(scope: _Scope, indent: str | None) -> _Scope:
    """The scope in a partial: lines of one that stood alone on its line begin with `indent` too."""
    if indent is None:
        return msgspec.structs.replace(scope, indent="", inherits_indent=False)
    return msgspec.structs.replace(scope, indent=scope.indent + indent)
