import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.mysql_log.position import Domains, Executed, Offset, parsed, written
from twofifty.errors import LogLost

UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
SERVER = uuid.UUID(UUID)


@pytest.mark.parametrize(
    "text",
    [
        "mariadb:@0",
        "mariadb:0-1-42,7-2-9@1790000000",
        f"mysql:{UUID}:1-5:7@3",
        "mysql:@0",
        "file:binlog.000007:1234@5",
        "file:odd:name.000007:1234@5",
    ],
)
def test_a_position_is_written_as_it_was_read(text: str) -> None:
    place, seconds = parsed(text)
    assert written(place, seconds) == text


@pytest.mark.parametrize(
    "text",
    ["", "0/16B3748", "mariadb:x@1", "mysql:no:1@1", "file:x@1", "mariadb:0-1-2", "file:a:1"],
)
def test_another_logs_position_is_lost(text: str) -> None:
    with pytest.raises(LogLost):
        parsed(text)


def test_a_domain_remembers_its_last_transaction_only() -> None:
    place = Domains("0-1-5,1-1-9")
    place.add(0, 2, 6)
    place.add(4, 1, 1)
    assert place.gtids() == "0-2-6,1-1-9,4-1-1"


def test_mysqls_line_breaks_between_servers_are_read() -> None:
    place = Executed(f"{UUID}:1-5,\n{UUID[:-1]}3:7")
    assert place.written() == f"mysql:{UUID}:1-5,{UUID[:-1]}3:7"


@given(st.permutations(range(1, 12)), st.integers(0, 11))
def test_a_set_holds_every_number_in_whatever_order_it_came(order: list[int], count: int) -> None:
    place = Executed("")
    for number in order[:count]:
        place.add(SERVER, number)
    again, _ = parsed(f"{place.written()}@0")
    assert isinstance(again, Executed)
    assert again.encoded() == place.encoded()
    held = place.written().partition(f"{UUID}:")[2]
    assert sorted(_numbers(held)) == sorted(order[:count])


def test_a_set_is_encoded_with_its_ends_excluded() -> None:
    encoded = Executed(f"{UUID}:1-5:7").encoded()
    numbers = [int.from_bytes(encoded[at : at + 8], "little") for at in (0, 24, 32, 40, 48, 56)]
    assert numbers == [1, 2, 1, 6, 7, 8]
    assert encoded[8:24] == SERVER.bytes


def test_a_file_is_an_offset() -> None:
    place, _ = parsed("file:binlog.000001:4@0")
    assert isinstance(place, Offset)
    assert (place.file, place.offset) == ("binlog.000001", 4)


def _numbers(spans: str) -> list[int]:
    found: list[int] = []
    for span in filter(None, spans.split(":")):
        low, _, high = span.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found
