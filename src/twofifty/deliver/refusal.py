"""What a refusal says of an address. Pure."""

from twofifty.deliver.ports import Verdict

_DEAD_CODES = (550, 551, 553)
"""RFC 5321 4.2.2: no such mailbox, not local, a name that cannot be."""

UNWANTED = "5.7.1"
"""RFC 3463 3.8: delivery not authorized. Of the refusals about a recipient only those of gateways
have it, whose list says that the owner asked to be left alone: by SMTP it is about the message."""


def is_unwanted(verdict: Verdict) -> bool:
    """Whether the owner of the address told the provider to send nothing more (an SMS `STOP`): an
    unsubscription of that channel, which nothing but their own word ends."""
    if verdict.code != "refused_recipient" or verdict.reply is None:
        return False
    return verdict.reply.enhanced == UNWANTED


def is_of_a_dead_address(verdict: Verdict) -> bool:
    """Whether the server refused because there is no such mailbox (RFC 3463 3.2: `X.1.x`), or it is
    closed for good (`X.2.1`). Where it says no enhanced code, by the plain one."""
    reply = verdict.reply
    if verdict.code != "refused_recipient" or reply is None:
        return False
    if reply.enhanced is None:
        return reply.code in _DEAD_CODES
    return reply.enhanced.startswith("5.1.") or reply.enhanced == "5.2.1"
