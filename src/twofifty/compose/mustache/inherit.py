"""Parents and blocks -> plain nodes, at compile time.

`{{<name}}` becomes a call of a partial of its own: the tree of `name` with these blocks in place.
The outermost replacement of a block wins, and its text sees the blocks of where it was written.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from twofifty.compose.context.error import TemplateError
from twofifty.compose.mustache.indent import put
from twofifty.compose.mustache.limits import MAX_DEPTH, MAX_NODES
from twofifty.compose.mustache.tree import Block, Dynamic, Node, Parent, Partial, Section

Trees = Mapping[str, tuple[Node, ...]]


class _Filled(msgspec.Struct, frozen=True):
    """What replaces a block: its nodes, the replacements where it was written, and a number that
    says which one it is."""

    nodes: tuple[Node, ...]
    blocks: Mapping[str, "_Filled"]
    number: int
    depth: int


_Blocks = Mapping[str, _Filled]
_NONE: Final[_Blocks] = {}


def settled(nodes: tuple[Node, ...], trees: Trees) -> tuple[tuple[Node, ...], Trees]:
    """`nodes` and `trees` without parents and blocks; trees with replaced blocks come on top.

    Raises `TemplateError` for parents that go too deep or grow too large.
    """
    return _Settling(trees).run(nodes)


class _Settling:
    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.choices = {name: name for name in trees}
        self.made: dict[str, tuple[Node, ...]] = {}
        self.names: dict[tuple[str, tuple[int, ...]], str] = {}
        self.waiting: list[tuple[str, str, _Blocks]] = []
        self.numbers: dict[tuple[int, tuple[int, ...]], int] = {}
        self.nodes_made = 0

    def run(self, nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], Trees]:
        settled = self._nodes(nodes, _NONE)
        self.waiting += ((name, name, _NONE) for name in self.trees)
        while self.waiting:
            made, name, blocks = self.waiting.pop()
            self.made[made] = self._nodes(self.trees[name], blocks)
        return settled, self.made

    def _nodes(self, nodes: tuple[Node, ...], blocks: _Blocks) -> tuple[Node, ...]:
        return tuple(settled for node in nodes for settled in self._node(node, blocks))

    def _node(self, node: Node, blocks: _Blocks) -> Iterator[Node]:
        self.nodes_made += 1
        if self.nodes_made > MAX_NODES:
            raise TemplateError(
                f"the template and its partials have more than {MAX_NODES:,} lines and tags; "
                "use fewer blocks and partials"
            )
        match node:
            case Section():
                yield replace(node, children=self._nodes(node.children, blocks))
            case Parent():
                yield Partial(self._call(node, blocks), node.indent, node.place)
            case Block():
                yield from self._block(node, blocks)
            case Dynamic():
                yield replace(node, choices=self.choices)
            case _:
                yield node

    def _block(self, block: Block, blocks: _Blocks) -> Iterator[Node]:
        filled = blocks.get(block.name)
        if filled is None:
            yield from self._nodes(block.children, blocks)
        else:
            yield from put(self._nodes(filled.nodes, filled.blocks), block)

    def _call(self, parent: Parent, blocks: _Blocks) -> str:
        """The name of the tree of a parent with its blocks in place, made later if it is new."""
        if parent.name not in self.trees:
            return parent.name
        around = tuple(sorted(filled.number for filled in blocks.values()))
        own = {block.name: self._filled(parent, block, blocks, around) for block in parent.blocks}
        chosen: _Blocks = {**own, **blocks}
        key = (parent.name, tuple(sorted(filled.number for filled in chosen.values())))
        if not chosen:
            return parent.name
        if key not in self.names:
            self.names[key] = f"{parent.name} ({len(self.names) + 1})"
            self.waiting.append((self.names[key], parent.name, chosen))
        return self.names[key]

    def _filled(
        self, parent: Parent, block: Block, blocks: _Blocks, around: tuple[int, ...]
    ) -> _Filled:
        depth = 1 + max((filled.depth for filled in blocks.values()), default=0)
        if depth > MAX_DEPTH:
            raise TemplateError(
                f"parents are nested deeper than {MAX_DEPTH}; use fewer levels", parent.place
            )
        number = self.numbers.setdefault((id(block), around), len(self.numbers))
        return _Filled(block.children, blocks, number, depth)
