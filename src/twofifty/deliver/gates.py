"""Whether a message may leave now. Pure.

    the store is a copy of another installation's   held
    its address is suppressed for its purpose       suppressed
    staging, and the address is not on the list     held
    too many mails to one address in an hour        held

What a person released or asked for passes all but the first: somebody has looked, but of a copied
store that was in the other installation.
"""

from fnmatch import fnmatchcase
from typing import Final

import msgspec

from twofifty.deliver.ports import Leased, Verdict

_COPIED: Final = (
    "this store is a copy of another installation's, whose mail it must not send again; "
    "`twofifty brake claim` makes it this one's"
)


class Gates(msgspec.Struct, frozen=True):
    """`per_hour`: mails to one address, 0 for any number. `allowed`: patterns of addresses as
    `*@example.com`, in small letters; empty for all. `copied`: whose store this really is, empty
    where it is ours."""

    per_hour: int = 0
    allowed: tuple[str, ...] = ()
    copied: str = ""


def stopped(item: Leased, gates: Gates) -> Verdict | None:
    """Why it does not leave; None: it may."""
    if gates.copied:
        return Verdict("held", "copied_store", _COPIED)
    if item.approved:
        return None
    return _blocked(item) or _not_allowed(item, gates) or _flooded(item, gates)


def _blocked(item: Leased) -> Verdict | None:
    if not item.blocked:
        return None
    scope, _, cause = item.blocked.partition(": ")
    of = {"all": "no mail", "service": "receipts only", "marketing": "no marketing"}[scope]
    why = cause.replace("_", " ")
    return Verdict("suppressed", cause, f"the address is suppressed ({why}): {of} goes there")


def _not_allowed(item: Leased, gates: Gates) -> Verdict | None:
    address = item.recipient.strip().lower()
    if not gates.allowed or any(fnmatchcase(address, one) for one in gates.allowed):
        return None
    return Verdict("held", "not_allowed", "the address is not one of ALLOW_RECIPIENTS")


def _flooded(item: Leased, gates: Gates) -> Verdict | None:
    if not gates.per_hour or item.recent < gates.per_hour:
        return None
    reason = f"{item.recent} mails left for this address within an hour; a person should look"
    return Verdict("held", "recipient_cap", reason)


def kept_in_doubt(item: Leased, gates: Gates) -> Verdict | None:
    """Why a doubt that is not settled may not cost a copy; None: it may. The original of a copied
    store asks and sends by itself."""
    if gates.copied:
        return Verdict("in_doubt", "copied_store", _COPIED)
    kept = None if item.approved else _not_allowed(item, gates)
    return kept and Verdict("in_doubt", kept.code, kept.reason)


def no_way(item: Leased) -> Verdict:
    """Nothing is set any more that messages of its channel leave by: a person decides."""
    reason = f"no way for {item.channel} is set any more"
    return Verdict("in_doubt" if item.doubt else "held", "no_way", reason)
