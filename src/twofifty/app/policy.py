"""The policy's settings as values: what is confirmed, what follows, and who is not mailed."""

from datetime import timedelta

from twofifty.adapters import registry
from twofifty.errors import SettingsError
from twofifty.notice.model import Kind
from twofifty.notice.owed import FOLLOW_UPS
from twofifty.notice.policy import Rules
from twofifty.settings import Settings, SourceSettings

_MARKETPLACES = ("amazon-spapi", "ebay")


def rules(settings: Settings) -> Rules:
    """The confirmation policy's settings as values."""
    methods = (word.strip() for word in settings.unpaid_methods.split(","))
    return Rules(
        confirm_test=settings.confirm_test,
        max_age=timedelta(hours=settings.confirm_max_age_hours),
        need_stock=settings.confirm_when == "stock",
        unpaid_methods=frozenset(word for word in methods if word),
        silent=frozenset(name for name, one in settings.sources.items() if _is_silent(one)),
        mails=_mails(settings),
        quiet=timedelta(seconds=settings.update_quiet_seconds),
    )


def _mails(settings: Settings) -> dict[str, frozenset[Kind]]:
    """What follows a confirmation, by source, '' for any other. Raises SettingsError."""
    own = {name: one for name, one in settings.sources.items() if one.mails}
    found = {name: _kinds(f"sources.{name}.mails", one.mails) for name, one in own.items()}
    return {**found, "": _kinds("MAILS", settings.mails)}


def _kinds(where: str, stated: str) -> frozenset[Kind]:
    words = frozenset(word.strip() for word in stated.split(",")) - {"", "none"}
    unknown = words - FOLLOW_UPS
    if unknown:
        known = ", ".join(sorted(FOLLOW_UPS))
        raise SettingsError(f"{where}: {min(unknown)!r} follows no confirmation; known: {known}")
    return FOLLOW_UPS & words


def _is_silent(stated: SourceSettings) -> bool:
    """A marketplace confirms by itself, and mail to its buyers' addresses breaks its rules."""
    if stated.confirm is not None:
        return not stated.confirm
    return registry.kind_of(stated.kind) in _MARKETPLACES
