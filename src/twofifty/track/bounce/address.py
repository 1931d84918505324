"""Mail addresses in what servers write (RFC 5321, loosely). Pure."""

import re
from typing import Final

ADDRESS: Final = r"[\w.!#$%&'*+/=?^`{|}~-]{1,200}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
"""One address. Quoted local parts stand in `QUOTED`."""

_ONE: Final = re.compile(rf"<?\s{{0,40}}((?:\"[^\"\n]{{1,64}}\"@[\w.-]{{1,200}})|{ADDRESS})")
_WHOLE: Final = re.compile(rf"(?:\"[^\"\n]{{1,64}}\"@[\w.-]{{1,200}}|{ADDRESS})\Z")
_TYPE: Final = re.compile(r"\s{0,8}[\w-]{1,20}\s{0,8};\s*")
_DAEMONS: Final = re.compile(r"(?:mailer-?daemon|postmaster|mdaemon|mail-?daemon|mail)@", re.I)
_OUTER: Final = "<>\"' \t;,:."
_X400: Final = re.compile(r"\bRFC-?822=([^/;\s]{3,120})", re.IGNORECASE)
_CODES: Final = re.compile(r"\(a\)", re.IGNORECASE)


def address_of(field: str) -> str:
    """The address of a `Final-Recipient` and the like: `rfc822; <a@example.com>`; empty if none.

    An X.400 address that carries an Internet one (`RFC-822=a(a)example.com`) is that one.
    """
    value = _TYPE.sub("", field, count=1) if ";" in field[:24] else field
    carried = _X400.search(value)
    if carried:
        value = _CODES.sub("@", carried[1])
    found = _ONE.search(value[:1_000])
    return tidy(found[1]) if found else ""


def addresses_of(field: str) -> tuple[str, ...]:
    """All addresses of a `To` and the like, each once."""
    found = (tidy(address) for address in re.findall(ADDRESS, field[:8_000]))
    return tuple(dict.fromkeys(address for address in found if address))


def tidy(address: str) -> str:
    """An address without what stands around it; empty where it is none."""
    bare = address.strip(_OUTER)
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    return bare if _WHOLE.match(bare) and len(bare) <= 320 else ""


def is_daemon(address: str) -> bool:
    """Whether it is the mail system's own address."""
    return bool(_DAEMONS.match(address))
