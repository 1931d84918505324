"""What the documents show works: orders, webhooks, settings and addresses as they stand there, and
every word of a reference table is one that the code knows."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from tools import source_counts
from tools.structure import ROOT
from twofifty import telemetry
from twofifty.adapters import registry
from twofifty.adapters.generic.table import LISTS, PARTS
from twofifty.adapters.shopify.source import Shopify
from twofifty.adapters.smtp.url import parse_routes
from twofifty.adapters.woocommerce.source import WooCommerce
from twofifty.app.check import check
from twofifty.flow.reconcile import Code
from twofifty.intake import canonical
from twofifty.intake.ports import Source, Stated
from twofifty.notice.model import Status
from twofifty.order.events import OrderEvent
from twofifty.order.wire import schema
from twofifty.settings import load
from twofifty.web.api.shapes import Outcome
from twofifty.web.problem import TITLES
from twofifty.web.routes import OPERATIONS

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
SOURCE = ROOT / "src" / "twofifty"

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)
_SMTP_URL = re.compile(r"TWOFIFTY_SMTP_URL='?(smtps?://[^\s'`]+)")
_INLINE_JSON = re.compile(r"body='(\{.*?\})'", re.DOTALL)
_ACTION = re.compile(r'(?:action=|self\._(?:note|raise_alarm)\()"([a-z]+\.[a-z_]+)"')


def _fences(kind: str) -> Iterator[tuple[str, str]]:
    """Every fenced example of that kind, with a name for the report."""
    for page in PAGES:
        found = [one for one in _FENCE.finditer(page.read_text("utf-8")) if one["kind"] == kind]
        for at, one in enumerate(found, 1):
            yield f"{page.relative_to(ROOT)} {at}", _dedented(one)


def _dedented(fence: re.Match[str]) -> str:
    return re.sub(rf"^{fence['indent']}", "", fence["text"], flags=re.MULTILINE)


def _cases(found: Iterator[tuple[str, str]]) -> list[Any]:
    return [pytest.param(text, id=name) for name, text in found]


def _bodies() -> Iterator[tuple[str, str]]:
    # A policy of AWS (IAM) is no order.
    yield from ((name, body) for name, body in _fences("json") if '"Statement"' not in body)
    for name, text in _fences("sh"):
        yield from ((name, body) for body in _INLINE_JSON.findall(text))


@pytest.mark.parametrize("text", _cases(_bodies()))
def test_every_order_in_the_documents_is_taken_in_without_a_word(text: str) -> None:
    stated = json.loads(text)
    if "order" in stated:
        assert canonical.event(text.encode()).warnings == ()
    elif "totals" in stated:
        assert canonical.order(text.encode()).warnings == ()
    else:
        read = _source(stated).read("", text.encode(), Stated("shop"))
        assert isinstance(read, tuple)
        assert [type(event) for event in read] == [OrderEvent]


def _source(stated: dict[str, Any]) -> Source:
    """What reads an example: its own platform, or the table on its own page."""
    if "event" in stated:
        (table,) = [text for name, text in _fences("toml") if "connect-any-shop" in name]
        options = tomllib.loads(table)["sources"]["own"]
        return registry.source("generic").configured({"map": options["map"]})
    return Shopify() if "financial_status" in stated else WooCommerce()


@pytest.mark.parametrize("text", _cases(_fences("toml")))
def test_every_configuration_in_the_documents_can_be_started_with(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / "twofifty.toml").write_text(text, encoding="utf-8")
    check(load({}, tmp_path))


def _addresses() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for url in _SMTP_URL.findall(page.read_text("utf-8")):
            yield f"{page.relative_to(ROOT)} {url[:30]}", url


@pytest.mark.parametrize("url", _cases(_addresses()))
def test_every_smtp_address_in_the_documents_can_be_used(url: str) -> None:
    assert parse_routes(url)


def test_the_smtp_options_are_all_told() -> None:
    page = _words("howto/send-through-your-smtp.md")
    for option in (
        "tls=opportunistic",
        "tls=none",
        "connections=",
        "timeout=",
        "lookup=",
        "settle=",
    ):
        assert option in page


def _words(path: str) -> str:
    return (DOCS / path).read_text("utf-8")


def _missing(words: set[str], path: str) -> list[str]:
    """Those of `words` that do not stand in the page as code."""
    return sorted(words - set(re.findall(r"`([^`\n]+)`", _words(path))))


def test_every_status_is_in_the_reference() -> None:
    assert not _missing(set(get_args(Status)), "reference/statuses.md")


def test_every_problem_is_in_the_reference_with_its_status_and_title() -> None:
    page = _words("reference/http.md")
    assert not [
        word
        for word, (status, title) in TITLES.items()
        if f"| `{word}` | {status} | {title} |" not in page
    ]


def test_every_path_is_in_the_reference() -> None:
    page = _words("reference/http.md").replace("`, `/reject`", "`\n`POST /v1/messages/{id}/reject`")
    assert not [one.path for one in OPERATIONS if f"`{one.method} {one.path}`" not in page]


def test_every_log_action_is_in_the_reference() -> None:
    said = {
        action
        for file in SOURCE.rglob("*.py")
        for action in _ACTION.findall(file.read_text("utf-8"))
    }
    assert len(said) > 8
    assert not _missing(said, "reference/logs.md")


def test_every_metric_is_in_the_reference() -> None:
    registries = (telemetry.INTAKE, telemetry.DELIVERY)
    known = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for registry in registries
        for metric in registry.collect()
    }
    assert "twofifty_log_alarm" in known
    assert not _missing(known, "reference/metrics.md")


def test_every_outcome_of_an_arrival_is_in_the_reference() -> None:
    assert not _missing(set(get_args(Outcome)), "reference/http.md")


def test_every_finding_of_a_comparison_is_explained() -> None:
    assert not _missing(set(get_args(Code)) - {"agrees"}, "howto/reconcile.md")


def test_every_kind_of_source_is_in_the_reference() -> None:
    kinds = {*registry.SOURCE_KINDS, *registry.LOG_KINDS}
    assert not _missing(kinds, "reference/sources.md")


def test_every_kind_of_source_has_its_page_and_is_in_the_index() -> None:
    index = _words("README.md")
    kinds = {"any-shop" if kind == "generic" else kind for kind in registry.SOURCE_KINDS}
    pages = {f"howto/connect-{kind}.md" for kind in kinds}
    pages |= {f"howto/{kind}.md" for kind in registry.LOG_KINDS}
    assert not [page for page in pages if f"({page})" not in index]
    assert not [page for page in pages if not (DOCS / page).is_file()]


def test_the_table_of_sources_says_what_the_adapters_can() -> None:
    """Its counts are of one collection of payloads: of another one they may differ."""
    said = _words("reference/sources.md")
    now = source_counts.page(said)
    before, after = _counted(said), _counted(now)
    if any(before[kind] != after[kind] for kind in before.keys() & after.keys()):
        pytest.skip("the payloads are not those that the page counts")
    assert now == said, "run make docs"


def _counted(page: str) -> dict[str, str]:
    """How many payloads there are of each kind."""
    table = page.partition("<!-- counts -->")[2].partition("<!-- end of counts -->")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (\d+) \|", table, re.MULTILINE))


def test_every_key_of_a_generic_source_is_explained() -> None:
    keys = {*registry.source("generic").options, *PARTS, *LISTS, "orders", "only", "money", "words"}
    assert not _missing(keys, "howto/connect-any-shop.md")


def test_every_field_of_the_order_is_in_the_reference() -> None:
    assert not _missing(_fields(), "reference/order.md")


def _fields() -> set[str]:
    definitions: dict[str, dict[str, Any]] = schema()["$defs"]
    return {name for one in definitions.values() for name in one.get("properties", {})}
