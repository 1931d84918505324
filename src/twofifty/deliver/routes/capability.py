"""What a route's next hop offers when a mail is in doubt, and what to do then. Pure.

    capability    until settled       then                            and after that
    idempotent    the same bytes go again under the same key, through the same route
    lookup        wait                ask: it has it, or it goes again, or asked again later
    events        wait for the news   ask where it can be asked, else as `nothing`
    nothing       wait                the same bytes go again         left to a person after `most`

While a doubt has not settled the mail goes nowhere: another route would surely make a copy of what
this one may have.
"""

from typing import Literal

import msgspec

Capability = Literal["idempotent", "lookup", "events", "nothing"]
Step = Literal["keyed", "ask", "wait", "again", "left"]
"""`keyed`: the same bytes through the same route, which knows them by their key. `ask`: the next
hop. `wait`: until it may have settled. `again`: the same bytes. `left`: a person decides."""

KEY_LIVES = 23 * 3_600.0
"""Seconds for which a key is surely known (Resend keeps it for 24 h)."""
KEYED_REST = 30.0
"""Seconds until the same key is used again: the first request may still be at work. They double
with each copy, up to half an hour."""
KEYED_DOUBLINGS = 6
KEYED_MOST = 24
"""Copies under one key, all of them within the time for which it is known."""
ASKED_FOR = 48 * 3_600.0
"""Seconds for which a next hop is asked that does not know."""


class Doubt(msgspec.Struct, frozen=True):
    """A mail of which nobody here knows whether it was taken. `age`: seconds since its latest dot;
    `settle`: how many must pass before anything is certain. `copies` went without a reply, `most`
    may. `askable`: the route has a look-up."""

    capability: Capability
    age: float
    settle: float
    copies: int
    most: int
    askable: bool = False


def first_step(doubt: Doubt) -> Step:
    """What to do now, before anybody was asked."""
    if doubt.capability == "idempotent" and _key_is_known(doubt):
        return "keyed" if doubt.age >= keyed_rest(doubt.copies) else "wait"
    if doubt.age < doubt.settle:
        return "wait"
    if doubt.askable:
        return "ask" if doubt.age < ASKED_FOR + doubt.settle else "left"
    return _blind(doubt)


def next_step(doubt: Doubt, accepted: bool | None) -> Literal["found", "again", "wait"]:
    """What to do after it was asked. A next hop that does not know yet is asked again later: what
    can be asked is never sent twice for impatience."""
    if accepted is None:
        return "wait"
    return "found" if accepted else "again"


def settle_of(capability: Capability, settle: float) -> float:
    """Seconds from a doubt to the first look at it."""
    return KEYED_REST if capability == "idempotent" else settle


def keyed_rest(copies: int) -> float:
    """Seconds until the same key is used again after so many copies."""
    return float(KEYED_REST * 2 ** min(max(copies - 1, 0), KEYED_DOUBLINGS))


def _key_is_known(doubt: Doubt) -> bool:
    return doubt.age < KEY_LIVES and doubt.copies <= KEYED_MOST


def _blind(doubt: Doubt) -> Step:
    return "again" if doubt.copies <= doubt.most else "left"
