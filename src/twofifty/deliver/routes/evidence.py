"""What an outcome says about the route that it came by, and about the recipient's domain. Pure.

good      the route works, also where it refuses a recipient
route     the route failed: no connection, a word against us
broken    the line broke in the middle of a mail, or nothing more was said: the route's fault, or
          the domain's, as where a server hands on what it hears to the one behind it
domain    the route works, and puts off mail for this domain (421 or 4yz to the mail itself)
nothing   nothing was tried, or it was about this mail alone
"""

from functools import lru_cache
from typing import Literal

from twofifty.deliver.outcome import Accepted, Deferred, Fenced, InDoubt, Outcome, Refused

Evidence = Literal["good", "alive", "route", "broken", "domain", "nothing"]

_MAILING = frozenset({"mail", "rcpt", "data", "dot"})
_OWN_SUBJECTS = frozenset({"1", "2"})
"""RFC 3463: addressing and mailbox, which are the recipient's own."""


def evidence(outcome: Outcome) -> Evidence:
    """What to remember of it."""
    match outcome:
        case Accepted():
            return "good"
        case Deferred():
            return _deferred(outcome)
        case Refused(about="route"):
            return "route"
        case InDoubt():
            return "broken"
        case Refused():
            return "alive"
        case Fenced():
            return "nothing"


def failed_as_route(outcome: Outcome) -> bool:
    """Whether another route may try the same mail at once: none was connected, it has no room now,
    or its word is about us and not about the mail (530: log in first). Never once the final dot may
    have left."""
    match outcome:
        case Deferred(connection=True, phase=phase) | Refused(about="route", phase=phase):
            return phase != "dot"
        case Deferred(waiting=True):
            return True
        case _:
            return False


@lru_cache(maxsize=256)  # each policy asks for the same mail
def domain_of(recipient: str) -> str:
    """The recipient's domain in small letters; all of it where it is no address."""
    return recipient[recipient.rfind("@") + 1 :].lower()


def _deferred(outcome: Deferred) -> Evidence:
    reply = outcome.reply
    if outcome.waiting:
        return "nothing"
    if outcome.connection and not (reply and _of_the_mail(outcome, reply.code)):
        return "broken" if outcome.phase in _MAILING and reply is None else "route"
    return "alive" if outcome.greylisted or _of_the_mailbox(outcome) else "domain"


def _of_the_mailbox(outcome: Deferred) -> bool:
    enhanced = outcome.reply.enhanced if outcome.reply else None
    return enhanced is not None and enhanced.split(".")[1] in _OWN_SUBJECTS


def _of_the_mail(outcome: Deferred, code: int) -> bool:
    """A 421 in the middle of a mail, which is how providers answer to too much for a domain."""
    return code == 421 and outcome.phase in _MAILING
