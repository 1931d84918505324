"""A provider's sending API as a channel."""

import re

from twofifty.adapters.mail_api.api import MailApi
from twofifty.adapters.mail_api.judge import Judge
from twofifty.adapters.mail_api.line import CONNECTIONS, SECONDS, ApiLine
from twofifty.adapters.mail_api.mail import Answer, ApiMail, Call, Unfit
from twofifty.adapters.mail_api.parts import parts_of
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Dot, Envelope

_OWN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ApiChannel:
    """Implements `deliver.ports.Channel`: a request a mail."""

    def __init__(self, route: ApiRoute, api: MailApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._judge = Judge(route.label, api.rules, (route.key, route.user))
        self._line = ApiLine(
            route.label,
            seconds=route.number("timeout", SECONDS),
            connections=int(route.number("connections", CONNECTIONS)),
        )

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`. The dot is journalled before the request is written; what
        the provider cannot express is refused before that."""
        call = self._call(envelope)
        if isinstance(call, Unfit):
            return self._judge.unfit(call)
        answer = await self._line.hand_over(call, dot)
        if not isinstance(answer, Answer):
            return answer
        return self._judge.outcome(answer, self._api.said(answer), self._clock.seconds())

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._line.close()

    def _call(self, envelope: Envelope) -> Call | Unfit:
        if not _OWN_ID.fullmatch(envelope.message_id):
            return Unfit("The message's id has characters that providers do not keep.")
        parts = parts_of(envelope)
        if isinstance(parts, Unfit):
            return parts
        return self._api.call(ApiMail(envelope, parts, self._clock.seconds()))
