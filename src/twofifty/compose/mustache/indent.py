"""The indentation of blocks: taken away where a block is written, added where it is put.

Mustache specification, "Inheritance": block indentation is removed at the site of definition and
added at the site of expansion, where the first line of the default says it.
"""

from msgspec.structs import replace

from twofifty.compose.mustache.tree import (
    Block,
    Dynamic,
    LineStart,
    Node,
    Parent,
    Partial,
    Section,
    Text,
)


def replacement(block: Block) -> Block:
    """A block that will replace another: without the indentation of its first line."""
    indent = _first(block.children) if block.alone else ""
    if not indent:
        return block
    return replace(block, children=_less(block.children, indent))


def put(nodes: tuple[Node, ...], site: Block) -> tuple[Node, ...]:
    """What replaces the block `site`, with the site's indentation."""
    indent = (_first(site.children) if site.children else site.indent) if site.alone else ""
    if not site.alone:
        nodes = nodes[1:] if nodes and isinstance(nodes[0], LineStart) else nodes
        indent = site.indent
    elif nodes and isinstance(nodes[0], Text):
        nodes = (LineStart(), *nodes)
    return _more(nodes, indent) if indent else nodes


def _first(nodes: tuple[Node, ...]) -> str:
    """The white space that the first line begins with."""
    for node in nodes[:2]:
        match node:
            case Text():
                return node.text[: len(node.text) - len(node.text.lstrip(" \t"))]
            case Partial() | Dynamic() | Parent() | Block():
                return node.indent or ""
    return ""


def _less(nodes: tuple[Node, ...], indent: str) -> tuple[Node, ...]:
    lessened: list[Node] = []
    begins = False
    for node in nodes:
        match node:
            case Text() if begins:
                node = Text(node.text.removeprefix(indent))
            case Section():
                node = replace(node, children=_less(node.children, indent))
            case Partial() | Dynamic() | Parent() if node.indent:
                node = replace(node, indent=node.indent.removeprefix(indent))
            case Block():
                node = _less_block(node, indent)
        lessened.append(node)
        begins = isinstance(node, LineStart)
    return tuple(lessened)


def _less_block(block: Block, indent: str) -> Block:
    children = _less(block.children, indent)
    return replace(block, children=children, indent=block.indent.removeprefix(indent))


def _more(nodes: tuple[Node, ...], indent: str) -> tuple[Node, ...]:
    grown: list[Node] = []
    for node in nodes:
        match node:
            case LineStart():
                grown += (node, Text(indent))
                continue
            case Section():
                node = replace(node, children=_more(node.children, indent))
            case Partial() | Dynamic() if node.indent is not None:
                node = replace(node, indent=indent + node.indent)
        grown.append(node)
    return tuple(grown)
