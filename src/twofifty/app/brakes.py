"""What stops mail, by the settings: the cap, the list of staging, and whose store it is."""

import hashlib
from pathlib import Path

from twofifty.app.place import identity_of, is_elsewhere
from twofifty.deliver.gates import Gates
from twofifty.deliver.ports import Brakes
from twofifty.errors import SettingsError
from twofifty.flow.gatekeeper import Gatekeeper
from twofifty.settings import Settings

_MACHINE = Path("/etc/machine-id")


def gatekeeper(settings: Settings, brakes: Brakes, *, leaves: bool) -> Gatekeeper:
    """What stops mail now, kept at what the store says. `leaves`: it goes further than the built-in
    mailbox, from which a copy can send nothing to anybody."""
    instance = fingerprint(settings) if leaves else ""
    return Gatekeeper(brakes, gates(settings), instance)


def gates(settings: Settings) -> Gates:
    """As the settings say. Raises SettingsError: a pattern that no address can match."""
    words = (word.strip().lower() for word in settings.allow_recipients.split(","))
    patterns = tuple(word for word in words if word)
    for one in patterns:
        local, at, domain = one.partition("@")
        if not (local and at and domain) or "@" in domain:
            raise SettingsError(f"ALLOW_RECIPIENTS: {one!r} matches no address; try *@example.com")
    return Gates(settings.recipient_per_hour, patterns)


def fingerprint(settings: Settings) -> str:
    """What this installation is known by: its name, else where the store lies, and this machine
    unless the store is on a server that several share."""
    if settings.instance:
        return settings.instance
    url = settings.database_url
    place = f"{'' if is_elsewhere(url) else _machine()}\x00{identity_of(url)}"
    return "here-" + hashlib.sha256(place.encode()).hexdigest()[:16]


def _machine() -> str:
    """The machine's own name for itself (systemd's machine-id); empty where it has none."""
    try:
        return _MACHINE.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def is_unmistakable(settings: Settings) -> bool:
    """Whether a copy of the store would be known for one: not where neither the settings nor the
    machine have a name, as in a container without a machine-id."""
    return bool(settings.instance or is_elsewhere(settings.database_url) or _machine())
