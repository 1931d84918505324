"""What an adapter says about its gateway: pure, for the edge is `channel`."""

from typing import Protocol

import msgspec

from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.compose.alert.alert import Alert
from twofifty.deliver.ports import Envelope


class Dispatch(msgspec.Struct, frozen=True):
    """One short message to hand over: its envelope, what it says, and when (seconds since the
    epoch)."""

    envelope: Envelope
    alert: Alert
    at: float


class Gateway(Protocol):
    """A gateway's sending API."""

    @property
    def rules(self) -> Rules:
        """What its error codes mean."""
        ...

    def call(self, dispatch: Dispatch) -> Call | Unfit:
        """The request that hands the message over, or why there can be none."""
        ...

    def said(self, answer: Answer) -> Said:
        """What an answer says; empty where it is not this gateway's. Never raises."""
        ...


class GatewayFactory(Protocol):
    """Makes a gateway's API for one route."""

    def __call__(self, route: ApiRoute, callback: str) -> Gateway:
        """`route` is for this gateway; `callback`: where it should report what became of a message,
        empty for nowhere. Raises SettingsError: a key file that cannot be used."""
        ...
