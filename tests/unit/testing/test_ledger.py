"""The ledger, its file, and the look-up over HTTP."""

import asyncio
import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.testing.bare import Dial, Send, message
from twofifty.testing.ledger import Arrival, Ledger, message_id_of, read_ledger
from twofifty.testing.receiver import Offer, running_receiver
from twofifty.testing.script import drip_at, take_then_drop


def arrival(number: int) -> Arrival:
    return Arrival(1.5, "a@example.test", ("b@example.test",), message(number))


def test_copies_are_found_by_message_id() -> None:
    ledger = Ledger()
    for number in (1, 2, 1):
        ledger.take(arrival(number), answered=True)
    assert [taken.serial for taken in ledger.by_message_id("1@shop.example.test")] == [1, 3]
    assert [taken.serial for taken in ledger.by_message_id("<2@shop.example.test>")] == [2]
    assert ledger.by_message_id("<3@shop.example.test>") == []
    assert list(ledger.duplicates()) == ["<1@shop.example.test>"]


def test_a_ledger_of_hashes_keeps_no_bytes() -> None:
    ledger = Ledger(keep="hash")
    taken = ledger.take(arrival(1), answered=True)
    assert taken.data == b""
    assert taken.size == len(message(1))
    assert len(taken.sha256) == 64


@pytest.mark.parametrize("keep", ["bytes", "hash"])
def test_the_file_says_the_same_as_the_ledger(tmp_path: Path, keep: str) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", "bytes" if keep == "bytes" else "hash")
    for number in (1, 2, 3):
        ledger.take(arrival(number), answered=number != 2)
    assert read_ledger(tmp_path / "ledger.jsonl") == ledger.messages


def test_a_late_answer_reaches_the_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.take(arrival(1), answered=False)
    ledger.take(arrival(2), answered=False)
    ledger.answer(2)
    assert [taken.answered for taken in read_ledger(tmp_path / "ledger.jsonl")] == [False, True]


def test_a_line_that_is_not_whole_is_left_out_and_written_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    Ledger(path).take(arrival(1), answered=True)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert len(read_ledger(path)) == 1
    again = Ledger(path)
    again.take(arrival(2), answered=True)
    assert [taken.serial for taken in read_ledger(path)] == [1, 2]
    assert len(again.by_message_id("1@shop.example.test")) == 1


def test_a_slow_reply_is_answered_in_the_file_only_when_it_was_written(
    send: Send, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with running_receiver(drip_at("dot", 1000), ledger=ledger) as receiver:
        send(receiver)
        assert ledger.wait_for_answers(1)
    rows = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert [row["type"] for row in rows] == ["taken", "answer"]
    assert "answered" not in rows[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Message-ID: <a@b>\r\n", "<a@b>"),
        (b"Subject: x\r\nmessage-id:<a@b>\r\nTo: y\r\n", "<a@b>"),
        (b"MESSAGE-ID:\r\n <a@b>\r\nTo: y\r\n", "<a@b>"),
        (b"X-Message-ID: <no>\r\nSubject: Message-ID: <no>\r\n", ""),
        (b"Subject: x\r\n", ""),
        (b"", ""),
    ],
)
def test_the_message_id_is_the_headers_own(head: bytes, expected: str) -> None:
    assert message_id_of(head + b"\r\nMessage-ID: <body@b>\r\n") == expected


@given(data=st.binary(max_size=200))
def test_any_bytes_have_a_message_id_or_none(data: bytes) -> None:
    assert "\r\n" not in message_id_of(b"message-id: " + data)


def ask(url: str, message_id: str) -> dict[str, bool]:
    with urlopen(url.replace("{message_id}", quote(message_id)), timeout=10) as answer:  # noqa: S310
        assert answer.headers["Content-Type"] == "application/json"
        return json.load(answer)


def test_a_receiver_can_be_asked_for_what_it_took_in_silence(dial: Dial) -> None:
    with running_receiver(take_then_drop, offer=Offer(lookup=True)) as receiver:
        line = dial(receiver)
        line.socket.sendall(
            b"EHLO c\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n"
            + message(7)
            + b".\r\n"
        )
        line.file.read()
        assert ask(receiver.lookup_url, "<7@shop.example.test>") == {"accepted": True}
        assert ask(receiver.lookup_url, "7@shop.example.test") == {"accepted": True}
        assert ask(receiver.lookup_url, "<8@shop.example.test>") == {"accepted": False}


@pytest.mark.parametrize("path", ["/", "/accepted", "/accepted?message_id=a&message_id=b"])
def test_other_questions_have_no_answer(path: str) -> None:
    with running_receiver(offer=Offer(lookup=True)) as receiver:
        base = receiver.lookup_url.partition("/accepted")[0]
        with pytest.raises(HTTPError) as error:
            urlopen(base + path, timeout=10)  # noqa: S310
        assert error.value.code == 404
        error.value.close()


def test_a_client_that_speaks_no_http_does_not_disturb_the_lookup() -> None:
    async def knock(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"nonsense")
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        return answer

    with running_receiver(offer=Offer(lookup=True)) as receiver:
        port = int(receiver.lookup_url.split(":")[2].split("/")[0])
        assert asyncio.run(knock(port)) == b""
        assert ask(receiver.lookup_url, "<x>") == {"accepted": False}
