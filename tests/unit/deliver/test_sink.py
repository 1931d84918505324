"""The sink takes a mail as a server would, and keeps nothing of it."""

import asyncio

from twofifty.deliver.outcome import Accepted, Fenced, Outcome
from twofifty.deliver.ports import Envelope
from twofifty.deliver.sink import Sink

MAIL = Envelope("m_1", "shop@example.com", "canary@canary.invalid", b"Subject: x\r\n\r\n")


def sent(may: bool) -> tuple[Outcome, int]:
    asked: list[bool] = []

    async def dot() -> bool:
        asked.append(may)
        return may

    async def run() -> Outcome:
        sink = Sink()
        try:
            return await sink.send(MAIL, dot)
        finally:
            await sink.close()

    return asyncio.run(run()), len(asked)


def test_a_mail_is_taken_once_its_dot_is_journalled() -> None:
    outcome, asked = sent(may=True)
    assert isinstance(outcome, Accepted)
    assert outcome.reply.code == 250
    assert asked == 1


def test_a_lost_lease_is_lost_here_too() -> None:
    assert sent(may=False) == (Fenced(), 1)
