"""Writes the tables of docs/reference/sources.md: what every kind of source can do, read from the
adapters, and what they make of every payload of the corpora.  usage: python -m tools.source_counts

The payloads are at ../shared/corpora/orders; where they are not, the counts of the page stay.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from twofifty.adapters import registry
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.intake.shop import Access, Announces, Dialogue
from twofifty.intake.signature import Marked
from twofifty.order.arithmetic import difference
from twofifty.order.events import Ignored, OrderEvent, Pointer
from twofifty.order.model import Order

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "sources.md"
PAYLOADS = ROOT.parent / "shared" / "corpora" / "orders"

_STATED = Stated("shop", locale="de-AT", time_zone="Europe/Vienna")
_ACCESS = Access("https://shop.example.com", "key", "secret")
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
# It has a line of its own on the page: what it reads is the settings' to say.
_OTHERS = ("generic",)
# A word of the page, and the names in an adapter's code that show it.
_BRINGS = (("whole orders", "OrderEvent"), ("parts", "Amendment"), ("ids", "Pointer"))
_READS = (
    ("cancellations", ("cancelled_at",)),
    ("refunds", ("refunds", "refunded")),
    ("parcels", ("parcels",)),
    ("delivery", ("delivered",)),
)


def page(text: str) -> str:
    """The page with its tables written anew: each stands between two comments with its name."""
    tables = {"kinds": "".join(_kinds())}
    if PAYLOADS.is_dir():
        tables["counts"] = "".join(_counts())
    for name, table in tables.items():
        head, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, foot = rest.partition(f"<!-- end of {name} -->")
        text = f"{head}{begin}\n{table}\n{end}{foot}"
    return text


def _kinds() -> Iterator[str]:
    yield "| kind | platform | a webhook brings | reads | signature | API | canary |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for kind in sorted(registry.SOURCE_KINDS):
        if kind not in _OTHERS:
            names = _names(kind)
            brings = ", ".join(word for word, name in _BRINGS if name in names)
            reads = ", ".join(word for word, any_of in _READS if names.intersection(any_of))
            canary = "yes" if registry.canary(kind) else "no"
            able = (brings, reads, _marks(kind), _api(kind), canary)
            yield f"| `{kind}` | {_title(kind)} | {' | '.join(able)} |\n"


def _title(kind: str) -> str:
    """The platform's name as its own page has it."""
    file = ROOT / "docs" / "howto" / f"connect-{kind}.md"
    if not file.is_file():
        return registry.SOURCE_KINDS[kind]
    heading = file.read_text("utf-8").partition("\n")[0]
    return f"[{heading.removeprefix('# Connect ')}](../howto/{file.name})"


def _names(kind: str) -> set[str]:
    """Every name, keyword and word in the code of an adapter."""
    folder = ROOT / "src" / "twofifty" / "adapters" / kind.replace("-", "_")
    trees = [ast.parse(file.read_text("utf-8")) for file in folder.glob("*.py")]
    return {name for tree in trees for node in ast.walk(tree) for name in _said(node)}


def _said(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg:
        yield node.arg
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _marks(kind: str) -> str:
    scheme = registry.source(kind).signature
    marks = dict.fromkeys(scheme.marks()) if isinstance(scheme, Marked) else {}
    return ", ".join("the body" if mark == "body" else f"`{mark}`" for mark in marks)


def _api(kind: str) -> str:
    shop = registry.shop(kind)
    if shop is None:
        return "none"
    can = [
        "fetches" if _asks(lambda: shop.order(_ACCESS, "1")) else "",
        "lists" if _asks(lambda: shop.changed(_ACCESS, _SINCE, "")) else "",
        f"{len(shop.topics)} webhooks" if shop.topics else "",
        "own mails" if isinstance(shop, Announces) else "",
    ]
    return ", ".join(word for word in can if word)


def _asks(begin: Callable[[], Dialogue[object]]) -> bool:
    """Whether a dialogue has anything to ask its shop."""
    try:
        next(begin())
    except StopIteration:
        return False
    return True


def _counts() -> Iterator[str]:
    yield "| kind | payloads | with orders | other news | ignored | refused | orders | add up |\n"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|\n"
    whole: Counter[str] = Counter()
    for kind in sorted(kind for kind in registry.SOURCE_KINDS if (PAYLOADS / kind).is_dir()):
        counts = count(kind)
        whole += counts
        yield _row(f"`{kind}`", counts)
    yield _row("together", whole)


def _row(name: str, counts: Counter[str]) -> str:
    words = ("payloads", "with orders", "other news", "ignored", "refused", "orders", "add up")
    return f"| {name} | " + " | ".join(str(counts[word]) for word in words) + " |\n"


def count(kind: str) -> Counter[str]:
    """What the adapter makes of each payload of its platform."""
    counts: Counter[str] = Counter()
    for file in sorted((PAYLOADS / kind).iterdir()):
        what, orders = _read(kind, file.read_bytes())
        counts.update([what, "payloads"])
        counts["orders"] += len(orders)
        counts["add up"] += sum(difference(order) == 0 for order in orders)
    return counts


def _read(kind: str, body: bytes) -> tuple[str, list[Order]]:
    try:
        read = registry.source(kind).read("", body, _STATED)
    except BadInput:
        return "refused", []
    if isinstance(read, Ignored):
        return "ignored", []
    whole = [news.order for news in read if isinstance(news, OrderEvent | Pointer)]
    orders = [order for order in whole if order is not None]
    return ("with orders" if orders else "other news"), orders


def main() -> int:
    """Writes the page. Returns the exit code."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
    if not PAYLOADS.is_dir():
        sys.stderr.write(f"{PAYLOADS}: no payloads here; the counts stay as they were\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
