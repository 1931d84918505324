"""Where the store that the settings name lies, without opening it."""

from pathlib import Path

from twofifty.adapters.sqlite.database import path_of


def check_store(url: str) -> None:
    """Raises SettingsError where `url` names no store."""
    path_of(url)


def is_made(url: str) -> bool:
    """Whether there is a store at `url` already."""
    return path_of(url).exists()


def named(url: str) -> str:
    """How people know the store."""
    return str(path_of(url))


def identity_of(url: str) -> str:
    """What tells this store from a copy of it on the same machine."""
    return str(path_of(url).resolve())


def folder_of(url: str) -> Path:
    """Where what belongs to the store, but is not in it, lies on this machine."""
    return path_of(url).parent
