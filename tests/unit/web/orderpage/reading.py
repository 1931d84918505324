"""Reading an order page: its elements, links and text, and what of it is not accessible."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "img", "br", "input"}
LABELLED = {"section", "article", "form"}
Attributes = dict[str, str | None]


class Sheet(HTMLParser):
    """One page. `faults`: what is wrong with its structure."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] != [tag]:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text.append(data)

    def shown(self) -> str:
        """The text with white space as a browser shows it."""
        return " ".join("".join(self.text).split())

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of every such element."""
        return [attributes for name, attributes in self.elements if name == tag]

    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element with the names of its attributes."""
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]

    def links(self) -> list[str]:
        """Where everything leads to or comes from."""
        return [
            value or ""
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in ("href", "src", "action")
        ]

    def _judge(self) -> None:
        ids = Counter(a["id"] for _, a in self.elements if "id" in a)
        self.faults += [f"id {name} is there twice" for name, count in ids.items() if count > 1]
        self._judge_references(set(ids))
        self._judge_headings()
        for tag in ("title", "main", "h1"):
            if len(self.all(tag)) != 1:
                self.faults.append(f"{len(self.all(tag))} <{tag}>")
        self.faults += ["a picture without alt" for image in self.all("img") if "alt" not in image]
        root = self.all("html")[0]
        if not root.get("lang") or root.get("dir") not in ("ltr", "rtl"):
            self.faults.append("no language or direction")
        labels = {label.get("for") for label in self.all("label")}
        self.faults += [
            "an input without label" for i in self.all("input") if i["id"] not in labels
        ]

    def _judge_references(self, ids: set[str | None]) -> None:
        for tag, attributes in self.elements:
            said = [attributes.get(name) or "" for name in ("aria-labelledby", "aria-describedby")]
            for name in " ".join([*said, attributes.get("for") or ""]).split():
                if name not in ids:
                    self.faults.append(f"<{tag}> refers to {name}, which is not there")
            href = attributes.get("href") or ""
            if href.startswith("#") and href[1:] not in ids:
                self.faults.append(f"{href} leads nowhere")

    def _judge_headings(self) -> None:
        levels = [int(tag[1]) for tag, _ in self.elements if tag in ("h1", "h2", "h3", "h4")]
        if levels[:1] != [1]:
            self.faults.append("the first heading is not the page's own")
        steps = pairwise(levels)
        self.faults += [f"h{one} before h{two}" for one, two in steps if two > one + 1]
