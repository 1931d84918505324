"""What the settings' `kind` of a change log brings."""

from collections.abc import Mapping
from typing import Protocol

from twofifty.flow.follow import Followed
from twofifty.intake.log import Check
from twofifty.intake.ports import Stated

Options = Mapping[str, object]


class LogKind(Protocol):
    """One kind of database. `url` is the source's `api_url`, `options` its own keys.

    Every method raises SettingsError for what cannot be used."""

    def followed(self, stated: Stated, url: str, options: Options) -> Followed:
        """The source's log, tables and mapping; nothing is opened yet."""
        ...

    def sql(self, name: str, url: str, options: Options) -> str:
        """What a database's administrator has to run, with comments."""
        ...

    async def checks(self, name: str, url: str, options: Options) -> list[Check]:
        """Everything that reading needs, looked at now."""
        ...
