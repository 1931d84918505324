"""Which adapter serves which gateway: a line a gateway, loaded when it is first asked for."""

import importlib
from typing import Final, NamedTuple

from twofifty.adapters.alerts.channel import AlertChannel
from twofifty.adapters.alerts.gateway import GatewayFactory
from twofifty.adapters.alerts.url import WEBHOOK, parse_gateway, parse_webhook
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.clock import Clock
from twofifty.deliver.ports import Channel
from twofifty.deliver.routes.capability import Capability


class Known(NamedTuple):
    """The class in `adapters/NAME/channel.py`, the channel that it serves, and what settles a
    doubt there."""

    name: str
    channel: str
    capability: Capability = "nothing"


GATEWAYS: Final = {
    "twilio": Known("Twilio", "sms", "events"),
    "vonage": Known("Vonage", "sms", "events"),
    "messagebird": Known("MessageBird", "sms"),
    "sns": Known("Sns", "sms"),
    "webpush": Known("WebPush", "push"),
    "fcm": Known("Fcm", "push"),
    WEBHOOK: Known("Webhook", "webhook", "idempotent"),
}
_OWN_CHANNEL: Final = frozenset({"fcm"})


def parsed(channel: str, address: str, secret: str = "") -> ApiRoute:
    """The route of the setting that serves a channel. Raises SettingsError."""
    if channel == WEBHOOK:
        return parse_webhook(address, secret, "ALERT_URL")
    known = frozenset(name for name, one in GATEWAYS.items() if one.channel == channel)
    return parse_gateway(address, f"{channel.upper()}_URL", known)


def capability_of(route: ApiRoute) -> Capability:
    """What settles a doubt on this route."""
    return GATEWAYS[route.provider].capability


def channel_of(route: ApiRoute, clock: Clock, callback: str = "") -> Channel:
    """The way to that gateway; `callback` as `GatewayFactory` has it. Raises SettingsError."""
    module = importlib.import_module(f"twofifty.adapters.{route.provider}.channel")
    name = GATEWAYS[route.provider].name
    if route.provider in _OWN_CHANNEL:
        own: Channel = getattr(module, f"{name}Channel")(route, clock)
        return own
    made: GatewayFactory = getattr(module, name)
    return AlertChannel(route, made(route, callback), clock)
