"""A gateway of short messages as a channel."""

from twofifty.adapters.alerts.gateway import Dispatch, Gateway
from twofifty.adapters.mail_api.judge import Judge
from twofifty.adapters.mail_api.line import CONNECTIONS, SECONDS, ApiLine
from twofifty.adapters.mail_api.mail import Answer, Call, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.compose.alert import alert as alerts
from twofifty.deliver.outcome import Outcome
from twofifty.deliver.ports import Dot, Envelope


class AlertChannel:
    """Implements `deliver.ports.Channel`: a request a message. The dot is journalled just before
    the request is written, so that what fails before it was surely not sent."""

    def __init__(self, route: ApiRoute, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._judge = Judge(route.label, gateway.rules, (route.key, route.user))
        self._line = line_of(route)

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        call = self._call(envelope)
        if isinstance(call, Unfit):
            return self._judge.unfit(call)
        answer = await self._line.hand_over(call, dot)
        if not isinstance(answer, Answer):
            return answer
        return self._judge.outcome(answer, self._gateway.said(answer), self._clock.seconds())

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._line.close()

    def _call(self, envelope: Envelope) -> Call | Unfit:
        said = alerts.decode(envelope.data)
        return self._gateway.call(Dispatch(envelope, said, self._clock.seconds()))


def line_of(route: ApiRoute) -> ApiLine:
    """The way there, as its address says."""
    return ApiLine(
        route.label,
        seconds=route.number("timeout", SECONDS),
        connections=int(route.number("connections", CONNECTIONS)),
    )
