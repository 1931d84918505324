"""Reading a composed mail back: the skeleton of its HTML, its links, its JSON-LD, its headers."""

import json
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would see: elements with the names of their attributes, links, text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.skeleton: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.text: list[str] = []
        self.script = ""
        self._in: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skeleton.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [value or "" for _, value in attrs]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.skeleton.append((f"/{tag}", ()))
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._in[-1:] == ["script"]:
            self.script += data
        elif self._in[-1:] != ["style"]:
            self.text.append(data)

    def shown(self) -> str:
        """The page's text with white space as a browser shows it."""
        return " ".join("".join(self.text).split())


def message(data: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    parsed = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(data: bytes, kind: str) -> str:
    """The mail's `plain` or `html` part."""
    body = message(data).get_body((kind,))
    assert body is not None
    return str(body.get_content())


def shape(value: object) -> object:
    """A JSON value without its scalars."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else None


def markup(page: Page) -> dict[str, object]:
    """The page's JSON-LD."""
    node = json.loads(page.script)
    assert isinstance(node, dict)
    return node
