"""The canary orders that the settings ask for."""

from datetime import UTC, datetime

import msgspec

from twofifty.adapters import registry
from twofifty.app.doors import source_of
from twofifty.errors import SettingsError
from twofifty.flow.canary import Perch, Sample
from twofifty.intake.signature.marked import NotSignable
from twofifty.settings import Settings, SourceSettings


def canaries(settings: Settings) -> dict[str, Perch]:
    """By the source's name. Raises SettingsError where a source can have none."""
    return {
        name: _perch(settings, name, stated)
        for name, stated in settings.sources.items()
        if stated.canary_minutes
    }


def _perch(settings: Settings, name: str, stated: SourceSettings) -> Perch:
    found = registry.canary(stated.kind)
    if found is None:
        raise SettingsError(
            f"sources.{name}.canary_minutes: there is no canary order for {stated.kind}; leave 0"
        )
    sample = msgspec.json.decode(found, type=Sample)
    scheme = source_of(name, stated).signature
    perch = Perch(
        name=name,
        door=f"{door(settings)}/hooks/{name}",
        url=settings.hook_url(name),
        scheme=scheme,
        secret=next(iter(stated.live_secrets()), ""),
        sample=sample,
    )
    try:
        scheme.signed(bytes(sample.body), perch.secret, url=perch.url, at=datetime.now(UTC))
    except NotSignable as fault:
        raise SettingsError(
            f"sources.{name}.canary_minutes: a canary order cannot be signed: {fault}"
        ) from None
    return perch


def door(settings: Settings) -> str:
    """Where this machine reaches the service."""
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(  # noqa: S104
        settings.host, settings.host
    )
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
