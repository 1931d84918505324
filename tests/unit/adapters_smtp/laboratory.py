"""Short ways to send to the receiver that ships for tests."""

import asyncio

from tests.unit.adapters_smtp.sending import DATA, Journal, channel, envelope
from twofifty.deliver.outcome import Outcome
from twofifty.testing.ledger import Taken
from twofifty.testing.moment import Action, Moment, Script
from twofifty.testing.receiver import Offer, Receiver
from twofifty.testing.script import accept

CHUNKING = Offer(chunking=True)
OVER = {"BDAT": CHUNKING, "BDAT without PIPELINING": Offer(chunking=True, pipelining=False)}
OVER |= {"DATA": Offer(), "DATA without PIPELINING": Offer(pipelining=False)}


class Notes:
    """A script that remembers what it was asked."""

    def __init__(self, then: Script = accept) -> None:
        self.moments: list[Moment] = []
        self._then = then

    def __call__(self, moment: Moment) -> Action:
        self.moments.append(moment)
        return self._then(moment)

    def parameters(self, phase: str) -> str:
        """What stood behind the address."""
        return next(one.parameters for one in self.moments if one.phase == phase)


def sent(
    script: Script = accept,
    *,
    offer: Offer = CHUNKING,
    journal: Journal | None = None,
    data: bytes = DATA,
    options: str = "",
    user: str = "",
    recipient: str = "buyer@example.com",
) -> tuple[Outcome, list[Taken]]:
    """One message to a receiver with this script: what became of it, and what was taken."""

    async def scenario() -> tuple[Outcome, list[Taken]]:
        async with Receiver(script, offer=offer) as server:
            one = channel(server.port, options, user=user)
            outcome = await one.send(envelope(data, recipient), journal or Journal())
            await one.close()
            return outcome, server.ledger.messages

    return asyncio.run(scenario())
