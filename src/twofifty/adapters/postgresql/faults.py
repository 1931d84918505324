"""asyncpg's errors as ours, and what can be done about each."""

import asyncio
from typing import Literal

import asyncpg

from twofifty.errors import StartError, StoreError, StoreFull

_OF_THE_CONNECTION = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last is raised where a connection is used that the server has ended a moment ago."""
FAULTS = (asyncpg.PostgresError, *_OF_THE_CONNECTION)
"""What asyncpg raises."""

Remedy = Literal["again", "later", "reconnect", "alone", "never"]

_AGAIN = frozenset({"40001", "40P01", "23505", "21000", "53200"})
"""Two transactions met: serialization, deadlock, a key that the other one wrote first, a row that
two works of one statement wanted to change."""
_LATER = "55P03"
"""A lock that was not given in time: it is nothing in the batch that another one holds it."""
_GONE = frozenset({"57P01", "57P02", "57P03", "25006", "57P05", "25P03", "57014", "53300"})
"""The server ends, starts, is a standby by now, has ended what was idle for too long, or has no
connection left."""
_FULL = "53100"
_UNTRANSLATABLE = "22021"


def code_of(fault: BaseException) -> str:
    """The SQLSTATE of an error; empty for one that did not come from the server."""
    return str(getattr(fault, "sqlstate", None) or "")


def remedy(fault: BaseException) -> Remedy:
    """What may help after that: the same on another connection, each work in a transaction of its
    own, the whole batch again at once, or when another is done; or nothing."""
    code = code_of(fault)
    if isinstance(fault, _OF_THE_CONNECTION) and not isinstance(fault, asyncpg.DataError):
        return "reconnect"
    if code in _GONE or code.startswith("08"):
        return "reconnect"
    if code == _LATER:
        return "later"
    if code in _AGAIN:
        return "again"
    return "never" if code.startswith(("53", "58")) else "alone"


def is_untranslatable(fault: BaseException) -> bool:
    """Whether a text holds a character that PostgreSQL keeps in none: U+0000."""
    return code_of(fault) == _UNTRANSLATABLE


def store_error(fault: BaseException) -> StoreError:
    """How the store says it."""
    if isinstance(fault, StoreError):
        return fault
    if code_of(fault) == _FULL:
        return StoreFull("the disk of the database server is full")
    return StoreError(f"the database: {said(fault)}")


def start_error(named: str, fault: BaseException) -> StartError:
    """How it is said when the store is opened."""
    return StartError(f"{named}: {said(fault)}")


def said(fault: BaseException) -> str:
    """An error in a line."""
    if isinstance(fault, TimeoutError | asyncio.TimeoutError):
        return "it did not answer in time"
    return " ".join(str(fault).split()) or type(fault).__name__
