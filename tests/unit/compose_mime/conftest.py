"""A plain mail to start from, what must hold for the bytes of every mail, and hostile text."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from twofifty.compose.mime import Mail, Mailbox

CORPORA = Path(__file__).parents[4] / "shared/corpora"
BODY_LINE = 76
WIRE_LINE = 998


@pytest.fixture(scope="session")
def mail() -> Mail:
    return Mail(
        from_=Mailbox("Shop", "orders@shop.example"),
        to=Mailbox("Erika Muster", "erika@example.com"),
        subject="Order 1001",
        text="Thank you.\n",
        html="<p>Thank you.</p>\n",
        date=datetime(2026, 3, 1, 12, 30, 5, tzinfo=UTC),
        message_id="abc@shop.example",
    )


@pytest.fixture(scope="session")
def changed(mail: Mail) -> Callable[..., Mail]:
    """The plain mail with some fields changed."""

    def change(**fields: object) -> Mail:
        return msgspec.structs.replace(mail, **fields)

    return change


@pytest.fixture(scope="session")
def assert_clean() -> Callable[[bytes], None]:
    """Wire hygiene of a whole mail."""

    def check(data: bytes) -> None:
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
        assert b"\0" not in data
        assert b"\r\n." not in data
        assert b"\r\nFrom " not in data
        assert data.endswith(b"--\r\n")
        lines = data.split(b"\r\n")
        assert max(map(len, lines)) <= WIRE_LINE
        body = data.partition(b"\r\n\r\n")[2].split(b"\r\n")
        assert max(map(len, body)) <= BODY_LINE
        assert not any(line.endswith((b" ", b"\t")) for line in lines)

    return check


@pytest.fixture(scope="session")
def nasty_strings() -> list[str]:
    return _strings_of(CORPORA / "nasty-strings/blns", "*.json")


@pytest.fixture(scope="session", params=["shopify", "woocommerce"])
def shop_strings(request: pytest.FixtureRequest) -> list[str]:
    return _strings_of(CORPORA / "orders" / request.param, "*.json")


def _strings_of(folder: Path, pattern: str) -> list[str]:
    """Every different string value of the folder's JSON files."""
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}")
    found: set[str] = set()
    for file in sorted(folder.rglob(pattern)):
        found.update(_strings(_loaded(file)))
    assert found
    return sorted(found)


def _loaded(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except ValueError:
        return file.read_text(errors="replace")


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _strings(item)
        case dict():
            for item in value.values():
                yield from _strings(item)
