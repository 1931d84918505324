"""Which broker the settings name."""

import importlib
from types import ModuleType
from typing import cast

from twofifty.errors import SettingsError
from twofifty.queue.carrier import Carrier
from twofifty.settings import Settings

_BROKERS = {
    "amqp": ("rabbitmq", "RabbitmqCarrier", "rabbitmq.address"),
    "amqps": ("rabbitmq", "RabbitmqCarrier", "rabbitmq.address"),
    "sqs": ("sqs", "SqsCarrier", "sqs.place"),
}
_EXTRAS = {"rabbitmq": "rabbitmq", "sqs": "aws"}


def check_broker(settings: Settings) -> None:
    """Raises SettingsError for a `BROKER_URL` that nothing can be carried by."""
    if not settings.broker_url:
        if settings.carry == "content":
            raise SettingsError("CARRY: content travels by a broker; set BROKER_URL")
        return
    adapter, _, place = _found(settings.broker_url)
    _module(adapter, place).check_broker_url(settings.broker_url)


def carrier(settings: Settings) -> Carrier | None:
    """The broker, connected when it is first wanted; None without one. Raises SettingsError."""
    if not settings.broker_url:
        return None
    adapter, name, _ = _found(settings.broker_url)
    made = getattr(_module(adapter, f"{adapter}.carrier"), name)
    return cast(Carrier, made(settings.broker_url))


def _found(url: str) -> tuple[str, str, str]:
    scheme = url.partition("://")[0]
    if scheme not in _BROKERS:
        raise SettingsError(
            "BROKER_URL: begins with amqp://, amqps:// (RabbitMQ) or sqs://; empty: the database "
            "is the queue"
        )
    return _BROKERS[scheme]


def _module(adapter: str, name: str) -> ModuleType:
    """Loaded when it is first wanted. Raises SettingsError where its library is not installed."""
    try:
        return importlib.import_module(f"twofifty.adapters.{name}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("twofifty"):
            raise
        install = f".venv/bin/pip install 'twofifty[{_EXTRAS[adapter]}]'"
        raise SettingsError(f"BROKER_URL: needs the library {missing.name}: {install}") from None
