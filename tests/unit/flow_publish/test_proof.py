"""A proof goes where it was asked to go, once, and leaves no trace."""

import asyncio

import pytest

from tests.unit.flow_publish.house import SUBJECT, House
from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.compose.letter import Letter
from twofifty.compose.pack import Pack, builtin, pack
from twofifty.compose.publish.occasions import samples
from twofifty.errors import Unpublishable
from twofifty.flow.proof import NoProofs, Proofs
from twofifty.testing.moment import Script
from twofifty.testing.receiver import Receiver
from twofifty.testing.script import accept, refuse_at
from twofifty.track.model import MessageQuery

OWN = pack(SUBJECT).over(builtin())
LETTER = Letter(kind="confirmation", order=samples()["full"])


async def proved(script: Script, to: str, taken: Pack = OWN) -> tuple[Receiver, House]:
    house = House()
    async with Receiver(script) as receiver:
        (one,) = parse_routes(f"smtp://127.0.0.1:{receiver.port}?tls=none")
        proofs = Proofs(house.desktop, lambda: SmtpChannel(one, helo="example.com"))
        await proofs.send(taken, LETTER, to)
        return receiver, house


def test_a_proof_is_the_mail_of_that_version_to_that_address() -> None:
    async def story() -> None:
        receiver, house = await proved(accept, "me@example.com")
        (mail,) = receiver.ledger
        assert mail.recipients == ("me@example.com",)
        assert mail.sender == "shop@example.com"
        assert b"Subject: Good #1001" in mail.data
        assert (await house.store.archive.messages(MessageQuery())).items == ()

    asyncio.run(story())


@pytest.mark.parametrize("to", ["", "nobody", "me@example.com\r\nDATA", "a@x.canary.invalid"])
def test_an_address_that_cannot_be_used_is_told_before_anything_is_sent(to: str) -> None:
    with pytest.raises(Unpublishable):
        asyncio.run(proved(accept, to))


def test_a_refusal_is_told_with_its_code() -> None:
    with pytest.raises(Unpublishable, match=r"it was not taken: .*550 5\.1\.1"):
        asyncio.run(proved(refuse_at("rcpt", 550, "5.1.1", "no such user"), "me@example.com"))


def test_a_face_that_sends_nothing_says_so() -> None:
    with pytest.raises(Unpublishable, match="nothing can be sent"):
        asyncio.run(NoProofs().send(OWN, LETTER, "me@example.com"))
