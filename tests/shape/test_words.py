"""Names and words: modules are named in the shop's terms, and no file knows the machine it was
written on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.structure import ROOT

FOLDERS = ("src", "tests", "tools", "docs", "bench", "requirements", ".ci")
SKIPPED = {"__pycache__", "results", "node_modules"}
WRITTEN = {"", ".py", ".md", ".toml", ".txt", ".json", ".sql", ".mustache", ".po", ".html", ".css"}
WRITTEN |= {".js", ".yml", ".yaml", ".svg", ".ini", ".cfg", ".sh", ".in"}

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base"}
EMPTY_NAMES |= {"misc", "stuff"}

# This file is not looked into: it spells what it forbids.
FOREIGN = re.compile(
    r"(?<![\w.$}>*])/(?:work|opt|root|home)/\w"
    r"|[.]pyenv/|/tmp/[a-z]"
    r"|pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org"
    r"|--(?:find-links|index-url|extra-index-url)\b"
)
ADDRESS = re.compile(r"[\w.+-]*[\w+-]@((?:[a-z0-9-]+[.])+[a-z]{2,})\b", re.IGNORECASE)
RESERVED = re.compile(
    r"(?:^|[.])(?:example[.](?:com|net|org)|test|example|invalid|localhost|localdomain)$"
)


def _files() -> list[Path]:
    roots = [ROOT / folder for folder in FOLDERS]
    inside = (path for root in roots for path in root.rglob("*"))
    return sorted(
        path
        for path in [*ROOT.iterdir(), *inside]
        if path.is_file()
        and path.suffix in WRITTEN
        and not SKIPPED & set(path.parts)
        and path.name not in {"LICENSE", "twofifty.toml", ".git", Path(__file__).name}
    )


def _lines(pattern: re.Pattern[str], files: list[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            for found in pattern.finditer(line):
                yield f"{path.relative_to(ROOT)}:{number}", found[found.re.groups]


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [path for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*")]
    empty = [
        str(path.relative_to(ROOT))
        for path in named
        if (path.is_dir() or path.suffix == ".py") and EMPTY_NAMES & set(path.stem.split("_"))
    ]
    assert not empty


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert not list(_lines(FOREIGN, _files()))


def test_addresses_in_the_product_and_its_documents_are_reserved_ones() -> None:
    files = [path for path in _files() if path.relative_to(ROOT).parts[0] != "tests"]
    found = _lines(ADDRESS, files)
    assert not [(where, domain) for where, domain in found if not RESERVED.search(domain.lower())]


def test_folders_of_tests_are_no_packages() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("cd /work/shop", True),
        ("open('/home/me/orders.db')", True),
        ("pip install --find-links wheels", True),
        ("GET /v1/orders", False),
        ("../shared/corpora", False),
        ("https://shop.example.com/home/sale", False),
    ],
)
def test_a_machine_path_is_told_from_a_web_path(text: str, foreign: bool) -> None:
    assert bool(FOREIGN.search(text)) is foreign
