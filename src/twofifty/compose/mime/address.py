"""Mail addresses as a header carries them (RFC 5322 3.4.1, RFC 6532, RFC 5890)."""

import re

import idna

from twofifty.compose.mime.error import MimeError

MAX_LOCAL = 64
MAX_DOMAIN = 253
ATEXT = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\x80-\U0010ffff]"
DOT_ATOM = re.compile(rf"{ATEXT}+(?:\.{ATEXT}+)*")
ODD_DOTS = re.compile(rf"(?:{ATEXT}|\.)+")
QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])*"')
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*|\[[A-Za-z0-9.:]+\]")


def header_address(field: str, address: str) -> str:
    """`local@domain` for the header `field`, an internationalised domain as A-labels.

    A non-ASCII local part stays UTF-8 (SMTPUTF8). A local part whose only fault is a misplaced dot
    is quoted, for such mailboxes exist. Raises `MimeError` for what no header can carry.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        raise MimeError(field, "the address has no @")
    return f"{_local(field, local)}@{ascii_domain(field, domain)}"


def ascii_domain(field: str, domain: str) -> str:
    """The domain in ASCII. Raises `MimeError`."""
    if not domain.isascii() and len(domain) <= MAX_DOMAIN:
        domain = _a_labels(field, domain)
    if len(domain) > MAX_DOMAIN or not DOMAIN.fullmatch(domain):
        raise MimeError(field, "the domain of the address is not a domain name")
    return domain


def _a_labels(field: str, domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        raise MimeError(field, "the domain of the address has no ASCII form (IDNA)") from None


def _local(field: str, local: str) -> str:
    if not local.isprintable() or _byte_length(local) > MAX_LOCAL:
        raise MimeError(field, "the address has a control character or is too long before the @")
    if DOT_ATOM.fullmatch(local) or QUOTED.fullmatch(local):
        return local
    if ODD_DOTS.fullmatch(local):
        return f'"{local}"'
    raise MimeError(field, "the address has characters that need quotes before the @")


def _byte_length(local: str) -> int:
    return len(local.encode())
