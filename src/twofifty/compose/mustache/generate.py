"""Tree -> Python source of one module with a function `render(view) -> str`, of plain text or of
text that is quoted-printable already (`ink.py`).

Sections become loops of that one function, and partials are written out in place, so that a name is
a dictionary look-up in local variables. Two things become functions of their own, which find outer
names in a stack: partials that call themselves, and sections nested deeper than Python nests loops.

Of the template only literals and names reach the source, each as an ASCII string literal.

Variables of the generated code: `o` is the output, `k` when to count it next, `w` appends one piece
to it, `x` several; `i0`, `c0` are the view and its frame, `iN`, `cN` a section's item and its
frame, which is the one around it where the item brings no names; `v`, `u` a value on its way, `t`
its type. `hN` is the key under which a shared item keeps its text (`keep.py`), `bN` where that
begins, `f` the text that it kept. In the functions of their own `s` is the stack of outer frames
and `n` the indentation of lines; `d` counts the depth of partials.
"""

import msgspec

from twofifty.compose.mustache.ink import BLOCK, Ink
from twofifty.compose.mustache.limits import MAX_PARTIAL_DEPTH
from twofifty.compose.mustache.partials import Partials, asked
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
    """Where a node stands: which variables hold its frames, and how deep it is. `kept`: the number
    of the section whose items keep their text, 0 for one whose items do not."""

    outlined: bool
    frames: tuple[str, ...] = ()
    item: str = "i0"
    inherits_indent: bool = False
    indent: str = ""
    blocks: int = 0
    inlined: int = 0
    kept: int = 0


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
        inner = msgspec.structs.replace(scope, blocks=scope.blocks + 1, kept=0)
        if node.inverted:
            self._line(f"if not {look_up}:", scope.blocks)
        else:
            inner = self._loop(node, look_up, scope)
        self._body(node.children, inner)
        self._flush(inner.blocks, column)
        self._kept(inner)
        self.ink.left(column)

    def _loop(self, node: Section, look_up: str, scope: _Scope) -> _Scope:
        """The head of the loop, and the scope of its body."""
        self.counter += 1
        place = self.counter
        item, frame = f"i{place}", f"c{place}"
        outer = _nearest(scope)
        nests = any(isinstance(child, Section | Partial | Dynamic) for child in node.children)
        # What writes only values is as fast as looking up what it wrote.
        keeps = nests and not scope.outlined
        names = asked(node.children, self.partials) if keeps else ()
        inner = msgspec.structs.replace(
            scope,
            blocks=scope.blocks + 1,
            item=item,
            frames=(*scope.frames, frame),
            kept=place if names else 0,
        )
        if names:
            self._line(f"h{place} = None", scope.blocks)
        self._line(
            f"for {item} in v if (t := (v := {look_up}).__class__) is list "
            "else ((v,) if v else ()) if t in one else items(v):",
            scope.blocks,
        )
        if nests:
            # Of what repeats within what repeats the text could grow without measure.
            self._line(COUNT, inner.blocks)
        if names:
            self._keeping(place, [self._look_up(name, scope) for name in names], inner)
        self._line(
            f"{frame} = {item} if (t := {item}.__class__) is dict "
            f"else {outer} if t in one else frame({item})",
            inner.blocks,
        )
        return inner

    def _keeping(self, place: int, around: list[str], inner: _Scope) -> None:
        """What an item wrote before, it writes again."""
        said = ", ".join((str(place), *around))
        self._line(f"if i{place}.__class__ is kept:", inner.blocks)
        self._line(f" if h{place} is None: h{place} = key({said})", inner.blocks)
        self._line(f" if (f := i{place}.written.get(h{place})) is not None:", inner.blocks)
        self._line("  w(f)", inner.blocks)
        self._line("  continue", inner.blocks)
        self._line(f" b{place} = len(o)", inner.blocks)

    def _kept(self, inner: _Scope) -> None:
        place = inner.kept
        if place:
            keeping = f"keep(i{place}, h{place}, o[b{place}:])"
            self._line(f"if i{place}.__class__ is kept: {keeping}", inner.blocks)

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


def _nearest(scope: _Scope) -> str:
    """The frame that holds the names around an item that brings none: asking it once more is
    faster than asking an empty one first."""
    if scope.frames:
        return scope.frames[-1]
    return "no_frame" if scope.outlined else "c0"


def _indented(scope: _Scope, indent: str | None) -> _Scope:
    """The scope in a partial: lines of one that stood alone on its line begin with `indent` too."""
    if indent is None:
        return msgspec.structs.replace(scope, indent="", inherits_indent=False)
    return msgspec.structs.replace(scope, indent=scope.indent + indent)
