"""A way back that is broken is said, once, and again when it is mended."""

import asyncio
from datetime import UTC, datetime

import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from tests.unit.adapters.inbound.book import Book
from twofifty import telemetry
from twofifty.errors import StoreError
from twofifty.flow.silence import SilenceWatch, alarm
from twofifty.track.model import Silence

SINCE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LAST = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)


def actions(watch: SilenceWatch, book: Book, *quiet: Silence) -> list[str]:
    """What is said while it looks again and again."""
    with capture_logs() as said:
        for each in quiet:
            book.quiet = each
            asyncio.run(watch.look())
    return [one["action"] for one in said]


def test_as_many_as_are_allowed_are_no_alarm() -> None:
    assert alarm(Silence(999, SINCE, LAST), 1_000) is None
    assert alarm(Silence(0), 1_000) is None


def test_an_alarm_says_how_many_and_since_when() -> None:
    said = alarm(Silence(1_000, SINCE, LAST), 1_000)
    assert said == (
        "1000 mails were sent since 2026-11-20 08:00 UTC and no report came of any; "
        "the last came 2026-11-19 07:30 UTC"
    )
    assert "none ever came" in str(alarm(Silence(1_000, SINCE), 1_000))


def test_nought_switches_it_off() -> None:
    assert alarm(Silence(10_000, SINCE), 0) is None


def test_it_is_said_once_when_it_begins_and_once_when_it_ends() -> None:
    book = Book()
    watch = SilenceWatch(book, 10)
    quiet, loud = Silence(12, SINCE), Silence(0, None, LAST)
    said = actions(watch, book, loud, quiet, quiet, Silence(40, SINCE), loud, loud)
    assert said == ["feedback.silent", "feedback.heard"]


def test_the_metrics_say_it_too() -> None:
    book = Book()
    watch = SilenceWatch(book, 10)
    actions(watch, book, Silence(12, SINCE))
    told = generate_latest(telemetry.INTAKE).decode()
    assert "twofifty_messages_since_feedback 12.0" in told
    assert "twofifty_feedback_silent 1.0" in told
    actions(watch, book, Silence(0))
    assert "twofifty_feedback_silent 0.0" in generate_latest(telemetry.INTAKE).decode()


def test_a_store_that_refuses_does_not_end_the_watch() -> None:
    book = Book()
    book.fault = StoreError()
    watch = SilenceWatch(book, 10)

    async def for_a_moment() -> None:
        running = asyncio.create_task(watch.run())
        await asyncio.sleep(0.05)
        assert not running.done()
        running.cancel()

    with capture_logs() as said:
        asyncio.run(for_a_moment())
    assert [one["action"] for one in said] == ["feedback.uncounted"]
    with pytest.raises(StoreError):
        asyncio.run(watch.look())
