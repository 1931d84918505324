"""The built-in mailbox, over real sockets."""

import asyncio
import smtplib
import socket
import sqlite3
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosmtplib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twofifty.adapters.mailbox import Mailbox
from twofifty.adapters.mailbox.store import Arrived, Store
from twofifty.errors import StartError
from twofifty.testing.clock import FrozenClock

MAIL = b"Message-ID: <1@shop.example.test>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n.dot\r\n"


def numbered(number: int) -> bytes:
    return MAIL.replace(b"<1@", b"<%d@" % number)


def during(mailbox: Mailbox, work: Callable[[int], None]) -> None:
    """Runs `work` with the port in a thread while the mailbox serves in its loop."""

    async def run() -> None:
        port = await mailbox.start()
        try:
            await asyncio.to_thread(work, port)
        finally:
            await mailbox.stop()

    asyncio.run(run())


def send(port: int, *mails: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        for mail in mails:
            smtp.sendmail("shop@example.test", ["a@example.test", "b@example.test"], mail)


def test_a_mail_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    clock = FrozenClock()
    mailbox = Mailbox(tmp_path / "new" / "mailbox.db", clock=clock)
    during(mailbox, lambda port: send(port, MAIL))
    assert mailbox.count() == 1
    mail = mailbox.get(1)
    assert mail is not None
    assert mail.raw == MAIL
    assert mail.size == len(MAIL)
    assert mail.received_at == clock.seconds()
    assert (mail.mail_from, mail.rcpt_to) == (
        "shop@example.test",
        ("a@example.test", "b@example.test"),
    )
    assert (mail.message_id, mail.subject) == ("<1@shop.example.test>", "Grüße")
    assert mailbox.get(2) is None


def test_a_mail_is_on_disk_before_its_250(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.db"
    seen: list[int] = []

    def work(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            for number in range(5):
                smtp.sendmail("shop@example.test", ["a@example.test"], numbered(number))
                seen.append(Mailbox(path).count())

    during(Mailbox(path), work)
    assert seen == [1, 2, 3, 4, 5]


def test_the_file_is_durable_wal(tmp_path: Path) -> None:
    store = Store(tmp_path / "mailbox.db", keep=5)
    with store._open() as database:
        assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert database.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_lists_are_newest_first_and_can_be_paged(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db")
    during(mailbox, lambda port: send(port, *(numbered(n) for n in range(5))))
    page = mailbox.list(limit=2)
    assert [head.message_id for head in page] == ["<4@shop.example.test>", "<3@shop.example.test>"]
    assert [head.id for head in mailbox.list(limit=10, before=page[-1].id)] == [3, 2, 1]
    assert mailbox.list(limit=10, before=1) == ()


def test_every_copy_is_found_by_its_message_id(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db")
    during(mailbox, lambda port: send(port, MAIL, numbered(2), MAIL))
    assert [mail.id for mail in mailbox.find("<1@shop.example.test>")] == [1, 3]
    assert [mail.id for mail in mailbox.find("2@shop.example.test")] == [2]
    assert mailbox.find("<3@shop.example.test>") == ()


def test_the_oldest_are_forgotten_and_ids_never_come_back(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db", keep=3)
    during(mailbox, lambda port: send(port, *(numbered(n) for n in range(8))))
    assert [head.id for head in mailbox.list()] == [8, 7, 6]
    assert mailbox.count() == 3


def test_a_mail_over_ten_megabytes_is_refused_and_the_session_lives_on(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db")
    line = b"x" * 900 + b"\r\n"

    def work(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as smtp:
            smtp.ehlo()
            assert smtp.mail("a@example.test", ["size=10485761"])[0] == 552
            smtp.rset()
            smtp.mail("a@example.test")
            smtp.rcpt("b@example.test")
            assert smtp.data(MAIL + line * (10 * 1024 * 1024 // len(line) + 1))[0] == 552
            smtp.sendmail("a@example.test", ["b@example.test"], MAIL)

    during(mailbox, work)
    assert mailbox.count() == 1


def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db")

    async def one(port: int, number: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = "shop@example.test", "ä@example.test"
        mail["Message-ID"] = f"<{number}@shop.example.test>"
        mail.set_content("Danke")
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)

    async def run() -> None:
        port = await mailbox.start()
        await asyncio.gather(*(one(port, number) for number in range(40)))
        await mailbox.stop()

    asyncio.run(run())
    heads = mailbox.list(limit=100)
    assert {head.message_id for head in heads} == {f"<{n}@shop.example.test>" for n in range(40)}
    assert {head.rcpt_to for head in heads} == {("ä@example.test",)}


def test_a_pipelined_session_is_answered_in_order(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.db")

    def work(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(
                b"EHLO c\r\nMAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n"
                + MAIL.replace(b"\r\n.", b"\r\n..")
                + b".\r\nQUIT\r\n"
            )
            answers = b"".join(iter(lambda: line.recv(4096), b""))
        assert b"250-PIPELINING\r\n" in answers
        last = [row[:3] for row in answers.splitlines() if row[3:4] == b" "]
        assert last == b"220 250 250 250 354 250 221".split()

    during(mailbox, work)
    [head] = mailbox.list()
    assert head.size == len(MAIL)


def test_a_file_that_cannot_be_written_is_a_passing_refusal(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.db"

    def work(port: int) -> None:
        with sqlite3.connect(path) as database:
            database.execute("ALTER TABLE mail RENAME TO hidden")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(port, MAIL)
        assert refused.value.smtp_code == 452
        with sqlite3.connect(path) as database:
            database.execute("ALTER TABLE hidden RENAME TO mail")
        send(port, MAIL)

    during(Mailbox(path), work)
    assert Mailbox(path).count() == 1


def test_stopping_ends_open_sessions(tmp_path: Path) -> None:
    async def run() -> bytes:
        mailbox = Mailbox(tmp_path / "mailbox.db")
        port = await mailbox.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        await mailbox.stop()
        await mailbox.stop()
        rest = await reader.read()
        writer.close()
        return rest

    assert asyncio.run(run()) == b""


def test_a_taken_port_is_a_start_error(tmp_path: Path) -> None:
    async def run() -> None:
        first = Mailbox(tmp_path / "first.db")
        port = await first.start()
        try:
            with pytest.raises(StartError, match=f"cannot listen on 127.0.0.1:{port}"):
                await Mailbox(tmp_path / "second.db").start(port=port)
        finally:
            await first.stop()

    asyncio.run(run())


def test_a_file_that_is_no_mailbox_is_a_start_error(tmp_path: Path) -> None:
    (tmp_path / "mailbox.db").write_bytes(b"not a database at all" * 100)
    (tmp_path / "file").touch()
    for path in (tmp_path / "mailbox.db", tmp_path / "file" / "mailbox.db"):
        with pytest.raises(StartError, match="cannot use"):
            Mailbox(path)


def test_the_loop_is_free_while_a_mail_waits_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.db"
    mailbox = Mailbox(path)

    async def run() -> None:
        port = await mailbox.start()
        locked = sqlite3.connect(path)
        locked.execute("BEGIN IMMEDIATE")
        sending = asyncio.create_task(asyncio.to_thread(send, port, MAIL))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"220 ")
        for _ in range(20):
            writer.write(b"NOOP\r\n")
            assert (await reader.readline()).startswith(b"250 ")
        assert not sending.done()
        locked.rollback()
        locked.close()
        await sending
        writer.close()
        await mailbox.stop()

    asyncio.run(run())
    assert mailbox.count() == 1


@given(raw=st.binary(max_size=300), address=st.text(st.characters(exclude_characters="\n\0")))
@settings(max_examples=60, deadline=None)
def test_any_bytes_can_be_kept(raw: bytes, address: str) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "mailbox.db", keep=10)
        store.append([Arrived(time.time(), address, (address,), b"Subject: " + raw)])
        mail = store.get(1)
    assert mail is not None
    assert mail.raw == b"Subject: " + raw
