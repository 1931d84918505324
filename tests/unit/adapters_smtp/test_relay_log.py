"""Asking the log of an own Postfix: yes where it shows it, no only where it surely would."""

import asyncio
import gzip
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.smtp.log_lines import BLOCK, LogFile, written_at
from twofifty.adapters.smtp.lookup import HttpLookup, lookup_of
from twofifty.adapters.smtp.relay_log import RelayLog
from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.clock import SystemClock
from twofifty.testing.clock import FrozenClock

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SETTLE = 900.0
ID = "m_1.copy@shop.example.com"


def line(minutes: float, text: str, classic: bool = False) -> str:
    """A line written so many minutes before now."""
    at = NOW - timedelta(minutes=minutes)
    stamp = at.astimezone().strftime("%b %e %H:%M:%S") if classic else at.isoformat()
    return f"{stamp} relay postfix/{text}\n"


def queued(minutes: float, mail: str = ID, queue: str = "4Xy1Zk2b3Cz1") -> str:
    return line(minutes, f"cleanup[812]: {queue}: message-id=<{mail}>")


def taken(minutes: float, queue: str = "4Xy1Zk2b3Cz1") -> str:
    return line(minutes, f"qmgr[813]: {queue}: from=<orders@example.com>, size=20, nrcpt=1 (queue)")


OLD, FRESH = line(60, "master[1]: daemon started"), line(1, "anvil[9]: statistics: max rate 1")


def ask(path: Path, mail: str = ID, most: int = 1 << 30) -> bool | None:
    log = RelayLog(path, SETTLE, FrozenClock(NOW), most)
    return asyncio.run(log.accepted(mail))


def written(folder: Path, *lines: str, name: str = "mail.log") -> Path:
    path = folder / name
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize(
    "end",
    [
        taken(20),
        line(20, "qmgr[813]: 4Xy1Zk2b3Cz1: removed"),
        line(
            20, "smtp[1]: 4Xy1Zk2b3Cz1: to=<a@example.com>, relay=mx, dsn=2.0.0, status=sent (ok)"
        ),
        line(
            20, "smtp[1]: 4Xy1Zk2b3Cz1: to=<a@example.com>, relay=mx, dsn=5.1.1, status=bounced (x)"
        ),
        line(20, "smtp[1]: 4Xy1Zk2b3Cz1: to=<a@example.com>, relay=mx, dsn=4.1.1, status=deferred"),
        line(20, "cleanup[812]: 4Xy1Zk2b3Cz1: milter-discard: END-OF-MESSAGE from localhost"),
    ],
)
def test_what_the_log_shows_as_taken_was_taken(tmp_path: Path, end: str) -> None:
    assert ask(written(tmp_path, OLD, queued(20), end, FRESH)) is True
    assert ask(written(tmp_path, queued(20), end)) is True


def test_a_mail_that_was_cut_off_has_an_id_and_was_not_taken(tmp_path: Path) -> None:
    """Postfix logs the Message-ID with the header, before the end of the mail has come."""
    lost = line(20, "smtpd[7]: lost connection after DATA (3120 bytes) from localhost[127.0.0.1]")
    assert ask(written(tmp_path, OLD, queued(20), lost, FRESH)) is False
    rejected = line(20, "cleanup[812]: 4Xy1Zk2b3Cz1: milter-reject: END-OF-MESSAGE from localhost")
    assert ask(written(tmp_path, OLD, queued(20), rejected, FRESH)) is False


def test_one_of_several_attempts_is_enough(tmp_path: Path) -> None:
    lines = [
        OLD,
        queued(40, queue="AAAAA1"),
        taken(40, "AAAAA1"),
        queued(20, queue="BBBBB2"),
        FRESH,
    ]
    assert ask(written(tmp_path, *lines)) is True


def test_another_mails_line_says_nothing(tmp_path: Path) -> None:
    other = [queued(20, "m_1.copy@shop.example.com.test"), queued(20, "xm_1.copy@shop.example.com")]
    assert ask(written(tmp_path, OLD, *other, taken(20), FRESH)) is False


def test_a_mail_that_quotes_a_log_line_is_not_believed(tmp_path: Path) -> None:
    quoted = f"message-id=<{ID}>"
    lines = [
        line(20, f"smtp[1]: AAAAA1: to=<a@example.com>, status=sent ({quoted})"),
        line(20, f"cleanup[1]: BBBBB2: warning: header Subject: {quoted} from localhost"),
        line(20, f"cleanup[1]: CCCCC3: message-id=<x {quoted}"),
        *(taken(19, queue) for queue in ("AAAAA1", "BBBBB2", "CCCCC3")),
    ]
    assert ask(written(tmp_path, OLD, *lines, FRESH)) is False


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "empty"),
        ([OLD], "nothing was written since"),
        ([OLD, line(10, "anvil[9]: x")], "not long enough after the doubt"),
        ([line(3, "master[1]: daemon started"), FRESH], "began after the doubt"),
        (["no time at all\n", "Foo 99 99:99:99 x\n"], "no log"),
        (["\x00\xff\n" * 100], "no log"),
    ],
)
def test_a_log_that_does_not_cover_the_doubt_says_nothing(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    assert ask(written(tmp_path, *lines)) is None, why


def test_a_log_that_is_not_there_or_not_ours_says_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path / "mail.log") is None
    assert ask(tmp_path / "no" / "mail.log") is None
    (tmp_path / "folder").mkdir()
    assert ask(tmp_path / "folder") is None


def test_the_log_before_this_one_is_read_as_well(tmp_path: Path) -> None:
    day = line(25 * 60, "master[1]: daemon started")
    written(tmp_path, day, queued(20), name="mail.log.1")
    assert ask(written(tmp_path, taken(19), FRESH)) is True
    assert ask(written(tmp_path, FRESH)) is False


@pytest.mark.parametrize("name", ["mail.log.1", "mail.log-20261122", "mail.log-20261122-1"])
def test_after_a_rotation_a_day_must_be_covered(tmp_path: Path, name: str) -> None:
    written(tmp_path, line(60, "master[1]: daemon started"), name=name)
    log = written(tmp_path, FRESH)
    assert ask(log) is None
    written(tmp_path, line(25 * 60, "master[1]: daemon started"), name=name)
    assert ask(log) is False


def test_a_compressed_log_is_not_read_and_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(queued(50).encode()))
    assert ask(written(tmp_path, OLD, FRESH)) is None
    assert ask(written(tmp_path, line(25 * 60, "master[1]: x"), FRESH)) is False


def test_what_lies_beside_the_log_is_not_its_past(tmp_path: Path) -> None:
    written(tmp_path, "x\n", name="mail.log.bak")
    written(tmp_path, "x\n", name="mail.logbook.1")
    assert ask(written(tmp_path, OLD, FRESH)) is False


def test_a_log_with_times_without_a_year_is_read_too(tmp_path: Path) -> None:
    lines = [line(60, "master[1]: x", True), line(1, "anvil[9]: x", True)]
    assert ask(written(tmp_path, *lines)) is False
    assert ask(written(tmp_path, lines[0])) is None


def test_a_big_log_is_read_from_its_end_and_no_further_than_it_may(tmp_path: Path) -> None:
    noise = line(30, "smtpd[7]: connect from localhost[127.0.0.1]") * 40_000
    path = written(tmp_path, OLD, queued(31), taken(31), noise, FRESH)
    assert path.stat().st_size > 2 * BLOCK
    assert ask(path) is True
    assert ask(path, most=100_000) is None
    path = written(tmp_path, line(25 * 60, "master[1]: x") * 40_000, noise, FRESH)
    assert ask(path, most=path.stat().st_size - 200) is False


@given(
    st.integers(1, 40), st.lists(st.sampled_from([b"ab", b"a", b"b", b"\n", b"abab"]), max_size=60)
)
def test_the_last_place_of_a_word_is_found_across_blocks(block: int, parts: list[bytes]) -> None:
    text = b"".join(parts)
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        log = LogFile(Path(file.name), 1 << 20, block)
        assert log.last(b"aba", log.end) == text.rfind(b"aba")
        assert log.last(b"aba", log.end // 2) == text.rfind(b"aba", 0, log.end // 2)


@given(st.integers(10**9, 2 * 10**9), st.integers(0, 360 * 86_400))
def test_a_time_without_a_year_is_the_last_one_that_it_can_be(second: int, ago: int) -> None:
    now = datetime.fromtimestamp(second, UTC)
    then = (now - timedelta(seconds=ago)).astimezone()
    stamp = f"{then.strftime('%b')} {then.day:2} {then.strftime('%H:%M:%S')} relay".encode()
    read = written_at(stamp, now)
    leap_day = (then.month, then.day) == (2, 29)
    assert (read is None and leap_day) or (read and abs(read - then) <= timedelta(hours=2))


@given(st.text(max_size=60))
def test_any_message_id_gets_an_answer(message_id: str) -> None:
    assert ask(Path("/nonexistent/mail.log"), message_id) is None


def test_the_route_says_who_is_asked() -> None:
    clock = SystemClock()
    log = SmtpRoute("127.0.0.1", 25, "none", lookup="log:/var/log/mail.log")
    web = SmtpRoute("127.0.0.1", 25, "none", lookup="http://127.0.0.1:8025/{message_id}")
    assert isinstance(lookup_of(log, clock), RelayLog)
    assert isinstance(lookup_of(web, clock), HttpLookup)
    assert lookup_of(SmtpRoute("127.0.0.1", 25, "none"), clock) is None
