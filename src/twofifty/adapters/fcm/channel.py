"""Firebase Cloud Messaging: `POST /v1/projects/{project}/messages:send` (firebase.google.com, FCM
HTTP v1).

The message's id is its tag and its collapse id: what comes twice takes the place of the first. FCM
cannot be asked by it, so that a doubt stays one.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from twofifty.adapters.alerts.channel import line_of
from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.fcm.account import Account, account_of
from twofifty.adapters.fcm.tokens import Tokens
from twofifty.adapters.mail_api.body import JSON, decoded, encoded
from twofifty.adapters.mail_api.judge import Judge, Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.compose.alert import alert as alerts
from twofifty.deliver.outcome import About, Deferred, Outcome
from twofifty.deliver.ports import Dot, Envelope

# firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
ABOUT: Final[Mapping[str, About]] = {
    "UNREGISTERED": "recipient",
    "SENDER_ID_MISMATCH": "recipient",
    "INVALID_ARGUMENT": "message",
    "THIRD_PARTY_AUTH_ERROR": "route",
    "UNAUTHENTICATED": "route",
    "PERMISSION_DENIED": "route",
}
LATER: Final = frozenset({"QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE"})
_UNAUTHORIZED: Final = 401


class _Detail(msgspec.Struct):
    code: str = msgspec.field(default="", name="errorCode")


class _Error(msgspec.Struct):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Reply(msgspec.Struct):
    name: str = ""
    error: _Error = msgspec.field(default_factory=_Error)


class Fcm:
    """See `alerts.gateway.Gateway`, but that a request needs a token."""

    rules = Rules(about=ABOUT, later=LATER)

    def __init__(self, route: ApiRoute, project: str) -> None:
        self._url = f"{route.url}/v1/projects/{project}/messages:send"

    def call(self, dispatch: Dispatch, token: str) -> Call | Unfit:
        """The request that hands the message over."""
        if dispatch.envelope.recipient.startswith("{"):
            return Unfit("The push subscription is a browser's, not an app's.", "recipient")
        headers = {**JSON, "authorization": f"Bearer {token}"}
        return Call("POST", self._url, headers, encoded({"message": _message(dispatch)}))

    def said(self, answer: Answer) -> Said:
        """FCM's own code stands among the details of Google's."""
        reply = decoded(answer.body, _Reply) or _Reply()
        own = next((one.code for one in reply.error.details if one.code), "")
        return Said(reply.name.rpartition("/")[2], own or reply.error.status, reply.error.message)


class FcmChannel:
    """Implements `deliver.ports.Channel`: a token where none is at hand, then as any gateway."""

    def __init__(self, route: ApiRoute, clock: Clock) -> None:
        """Raises SettingsError: the key file."""
        account: Account = account_of(route.options["key"])
        self._gateway = Fcm(route, account.project)
        self._clock = clock
        self._label = route.label
        self._judge = Judge(route.label, Fcm.rules)
        self._tokens = Tokens(account, clock)
        self._line = line_of(route)

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        token = await self._tokens.token()
        if token is None:
            reason = "No access token is to be had, nothing was sent."
            return Deferred(reason, "auth", self._label, connection=True)
        said = alerts.decode(envelope.data)
        call = self._gateway.call(Dispatch(envelope, said, self._clock.seconds()), token)
        if isinstance(call, Unfit):
            return self._judge.unfit(call)
        answer = await self._line.hand_over(call, dot)
        if not isinstance(answer, Answer):
            return answer
        if answer.status == _UNAUTHORIZED:
            self._tokens.forget()
        return self._judge.outcome(answer, self._gateway.said(answer), self._clock.seconds())

    async def close(self) -> None:
        """Ends kept connections. Safe to call twice."""
        await self._tokens.close()
        await self._line.close()


def _message(dispatch: Dispatch) -> dict[str, object]:
    said = dispatch.alert
    data = {"id": said.id, "kind": said.kind, "order": said.order_id, "number": said.number}
    return {
        "token": dispatch.envelope.recipient,
        "notification": {"title": said.title, "body": said.news},
        "data": {**data, **({"url": said.url} if said.url else {})},
        "android": {"notification": {"tag": said.id}},
        "apns": {"headers": {"apns-collapse-id": said.id}},
    }
