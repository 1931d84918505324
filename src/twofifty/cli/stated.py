"""The settings of the folder where a verb is called."""

import os
from pathlib import Path

import msgspec

from twofifty import telemetry
from twofifty.settings import Settings, load


def stated(**given: int | None) -> Settings:
    """As environment and file state them, but for what the verb was `given`; logs as they say.
    Raises SettingsError."""
    settings = load(os.environ, Path.cwd())
    telemetry.configure(settings.log_format, settings.log_level)
    changes = {name: value for name, value in given.items() if value is not None}
    return msgspec.structs.replace(settings, **changes)
