"""What the columns of exports mean: ours, and those of many services. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from twofifty.track.blocking import HARD, UNSUBSCRIBED

Role = Literal["address", "why", "code", "text", "at", "scope", "channel", "until", "actor"]

OURS: Final = ("address", "scope", "cause", "at", "channel", "until", "text", "actor")
"""The columns of our own files, in order."""

_NAMES: Final[Mapping[Role, str]] = {
    "address": "address email emailaddress emailaddresses mail recipient recipients destination",
    "why": (
        "cause reason suppressionreason type bouncetype bounceclass suppressiontype event category "
        "source unsubreason"
    ),
    "code": "code status bouncecode smtpcode statuscode enhancedstatus",
    "text": (
        "text error description details detail diagnostic diagnosticcode comment comments note "
        "notes unsubreasonother"
    ),
    "at": (
        "at created createdat createddate dateadded date time timestamp lastupdatetime "
        "lastupdatedtime bouncedat bouncetime suppressedat unsubscribedat addedat updated "
        "unsubtime cleantime optoutdate datetime"
    ),
    "scope": "scope",
    "channel": "channel",
    "until": "until",
    "actor": "actor",
}
_ROLES: Final[Mapping[str, Role]] = {
    name: role for role, names in _NAMES.items() for name in names.split()
}
_TELLING: Final[Mapping[str, str]] = {"unsubtime": UNSUBSCRIBED, "cleantime": HARD}
"""Columns that only lists of one cause have."""


def roles(names: Sequence[str]) -> tuple[Role | None, ...]:
    """The role of each column; None: it is not looked at."""
    return tuple(_ROLES.get(plain(name)) for name in names)


def is_ours(names: Sequence[str]) -> bool:
    """Whether our own file has these columns: then every word counts as it stands."""
    return {"address", "scope", "cause"} <= {plain(name) for name in names}


def told_by(names: Sequence[str]) -> str | None:
    """The cause of everything in a file with these columns, where they tell it."""
    return next((_TELLING[name] for name in map(plain, names) if name in _TELLING), None)


def plain(name: str) -> str:
    """A column's name without what differs between services: `Email Address`, `email_address`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
