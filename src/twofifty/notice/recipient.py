"""Can this be written to? Syntax only (RFC 5321 4.1.2, RFC 6531): no name is looked up."""

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# Whether a name is delivered to is the next hop's business: a shop's staging may well use `.test`.
SPECIAL_USE_DOMAIN_NAMES.clear()

_CANARIES = "canary.invalid"

_PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def unusable(email: str) -> str | None:
    """Why mail cannot go to `email`, one clause for the timeline; None where it can."""
    if len(email) <= 254 and len(email.partition("@")[0]) <= 64 and _PLAIN.fullmatch(email):
        return None
    try:
        validate_email(email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as fault:
        return f"the e-mail address cannot be used: {fault}"
    return None


def is_canary(email: str) -> bool:
    """Whether `email` is of a canary order: nobody ever mails to its domain, which cannot exist
    (RFC 2606 2)."""
    domain = email.rpartition("@")[2].strip().lower()
    return domain == _CANARIES or domain.endswith("." + _CANARIES)
