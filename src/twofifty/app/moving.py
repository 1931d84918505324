"""Bringing a store to the newest schema, and moving an embedded one to a server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from twofifty.adapters.sqlite.database import path_of, prepare, schema_of
from twofifty.app.folder import keep_in_store
from twofifty.app.place import is_made, is_shared, postgresql
from twofifty.errors import SettingsError, StartError
from twofifty.settings import Settings

Told = Callable[[str, int, int], None]


def pending(settings: Settings) -> list[str]:
    """What `migrate` would do, a line a step. Raises StartError."""
    url = settings.database_url
    if is_shared(url):
        if not is_made(url):
            return ["makes the tables"]
        return cast(list[str], postgresql("migrate").pending(url))
    here, newest = schema_of(path_of(url))
    if here > newest:
        raise StartError(f"{path_of(url)}: written by a newer twofifty (schema {here})")
    return [] if here == newest else [f"schema {here or 'none'} to {newest}"]


def migrate(settings: Settings) -> list[str]:
    """Brings the store to the newest schema beside whoever works with it; the steps that were done.
    Raises StartError."""
    url = settings.database_url
    steps = pending(settings)
    if is_shared(url):
        postgresql("migrate").migrate(url)
        return steps
    prepare(path_of(url))
    return steps


def move(settings: Settings, origin: str, told: Told) -> tuple[Any, ...]:
    """Moves the embedded store `origin`, a path or a `sqlite:///` URL, with the secrets beside it
    into the database of the settings; the tables with their rows and hashes. Raises StartError,
    SettingsError."""
    if not is_shared(settings.database_url):
        raise SettingsError("DATABASE_URL: name the PostgreSQL database that the store moves to")
    path = path_of(origin) if "://" in origin else Path(origin)
    migrate(settings)
    moved = postgresql("moving").move(path, settings.database_url, told)
    keep_in_store(settings, path.parent)
    return cast(tuple[Any, ...], moved)
