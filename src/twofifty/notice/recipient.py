"""Can this be written to? Syntax only (RFC 5321 4.1.2, RFC 6531): no name is looked up."""

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# Whether a name is delivered to is the next hop's business: a shop's staging may well use `.test`.
SPECIAL_USE_DOMAIN_NAMES.clear()

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
