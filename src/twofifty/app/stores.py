"""Which store the settings name, opened."""

from collections.abc import Callable
from typing import cast

from twofifty.adapters.relational.store import SqlStore
from twofifty.adapters.sqlite.database import path_of
from twofifty.adapters.sqlite.store import SqliteStore
from twofifty.app.place import is_made, is_shared, named, postgresql
from twofifty.clock import Clock
from twofifty.errors import StartError
from twofifty.intake.standing import Plan, no_plan

Store = SqlStore


def open_store(
    url: str,
    clock: Clock,
    *,
    plan: Plan = no_plan,
    sample: Callable[[], bytes] | None = None,
    announced: Callable[[], None] = lambda: None,
    broken: Callable[[], None] = lambda: None,
) -> Store:
    """Opens (and, where it is missing, makes) the store at `url`.

    `sample`: bytes like those that will be kept; a new store trains its codec with them. `broken`
    is called when a write did not reach the disk; a server ends itself then. The rest is as for
    `SqlStore`. Raises StartError or SettingsError.
    """
    if is_shared(url):
        opening = postgresql("store").PostgresqlStore
        return cast(SqlStore, opening(url, clock, plan=plan, sample=sample, announced=announced))
    return SqliteStore(
        path_of(url), clock, plan=plan, sample=sample, announced=announced, broken=broken
    )


def open_made(url: str, clock: Clock, *, plan: Plan = no_plan) -> Store:
    """Opens the store at `url`. Raises StartError where there is none yet."""
    if not is_made(url):
        raise StartError(f"{named(url)}: there is no store yet; `twofifty serve` makes it")
    return open_store(url, clock, plan=plan)
