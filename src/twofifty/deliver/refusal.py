"""What a refusal says of an address. Pure."""

from twofifty.deliver.ports import Verdict

_DEAD_CODES = (550, 551, 553)
"""RFC 5321 4.2.2: no such mailbox, not local, a name that cannot be."""


def is_of_a_dead_address(verdict: Verdict) -> bool:
    """Whether the server refused because there is no such mailbox (RFC 3463 3.2: `X.1.x`), or it is
    closed for good (`X.2.1`). Where it says no enhanced code, by the plain one."""
    reply = verdict.reply
    if verdict.code != "refused_recipient" or reply is None:
        return False
    if reply.enhanced is None:
        return reply.code in _DEAD_CODES
    return reply.enhanced.startswith("5.1.") or reply.enhanced == "5.2.1"
