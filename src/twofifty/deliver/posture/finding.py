"""What a look at one thing found."""

from typing import Literal

import msgspec

State = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True):
    """`name`: what was looked at; `message`: what there is, and what to do if that is not right."""

    name: str
    state: State
    message: str


Findings = tuple[Finding, ...]


def unchecked(name: str, why: str) -> Finding:
    """Of what nobody could look at: never good, never bad."""
    return Finding(name, "warn", f"could not be checked: {why}")
