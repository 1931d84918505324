"""A provider's search for sent messages as a look-up."""

from twofifty.adapters.mail_api.api import LookupApi
from twofifty.adapters.mail_api.line import ApiLine
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock

SECONDS = 20.0


class ApiLookup:
    """Implements `deliver.ports.Lookup`. To be asked no sooner than the provider's index shows what
    it took (`registry.settle_of`): before that a message that it has may seem absent."""

    def __init__(self, route: ApiRoute, api: LookupApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._line = ApiLine(route.label, seconds=SECONDS, connections=2)

    async def accepted(self, message_id: str) -> bool | None:
        """See `deliver.ports.Lookup`. Anything but a whole 200 means not known yet."""
        answer = await self._line.ask(self._api.question(message_id, self._clock.seconds()))
        if answer is None or answer.status != 200:
            return None
        return self._api.found(answer, message_id)

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._line.close()


def own_id(message_id: str) -> str:
    """Our id of the message that has this Message-ID: what stands before its @."""
    return message_id.partition("@")[0]
