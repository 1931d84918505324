"""The TXT record that publishes a key, at `SELECTOR._domainkey.DOMAIN` (RFC 6376 3.6.1). Pure."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec

from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.tags import dense, tags

Family = Literal["rsa", "ed25519"]
"""What the record's `k=` says."""

STRING: Final = 255
"""Bytes of the longest string in a TXT record (RFC 1035 3.3.14)."""

# Bytes of SubjectPublicKeyInfo before the key itself, of RSA with 2048 bits and more.
_FRAME: Final = 24
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


class PublicKey(msgspec.Struct, frozen=True):
    """A public key as `p=` carries it: SubjectPublicKeyInfo in DER for RSA, 32 bytes for
    Ed25519."""

    family: Family
    data: bytes


class Record(msgspec.Struct, frozen=True):
    """What a record says. `key` is None where it is revoked. `notes`: what its owner should know,
    though nothing of it makes a signature fail everywhere."""

    key: PublicKey | None
    notes: tuple[str, ...] = ()


def name(domain: str, selector: str) -> str:
    """Where the record belongs."""
    return f"{selector}._domainkey.{domain}"


def text(key: PublicKey) -> str:
    """The record that publishes the key."""
    return f"v=DKIM1; k={key.family}; p={b64encode(key.data).decode('ascii')}"


def strings(value: str) -> list[str]:
    """The record's text in the strings that a TXT record is made of."""
    return [value[at : at + STRING] for at in range(0, len(value), STRING)]


def zone_line(domain: str, selector: str, value: str, ttl: int = 3600) -> str:
    """The record as a zone file has it (RFC 1035 5.1)."""
    quoted = [f'"{one}"' for one in strings(value)]
    data = quoted[0] if len(quoted) == 1 else "( " + "\n    ".join(quoted) + " )"
    return f"{name(domain, selector)}. {ttl} IN TXT {data}"


def read(said: str) -> Record:
    """What a published record says. Strings in quotes, as zone files and `dig` show them, are
    joined. Raises DkimError: it is no key record, or of a kind that no signature of ours can use.
    """
    found = tags(_joined(said))
    if "v" in found and (found["v"] != "DKIM1" or next(iter(found)) != "v"):
        raise DkimError("the record has to begin with v=DKIM1")
    if "p" not in found:
        raise DkimError("the record has no p=, so it holds no key")
    return Record(_key(found), tuple(_notes(found)))


def matches(said: str, public: PublicKey) -> str | None:
    """What is wrong with a published record, where mail is signed with the private half of
    `public`; None: signatures can be verified with it."""
    try:
        record = read(said)
    except DkimError as fault:
        return str(fault)
    if record.key is None:
        return "the key is revoked: p= is empty"
    if record.key.family != public.family:
        return f"the record is of another kind of key: {record.key.family}, not {public.family}"
    if not _is(record.key, public):
        return "the record publishes another key than mail is signed with"
    return "; ".join(record.notes) or None


def _is(found: PublicKey, public: PublicKey) -> bool:
    """Whether it is the key, or an RSA key without the frame that names its kind (PKCS#1)."""
    frame = len(public.data) - len(found.data)
    bare = public.family == "rsa" and 0 < frame <= _FRAME and found.data.startswith(b"\x30")
    return found == public or (bare and public.data.endswith(found.data))


def _joined(said: str) -> str:
    quoted = _QUOTED.findall(said)
    return re.sub(r"\\(.)", r"\1", "".join(quoted)) if quoted else said


def _key(found: Mapping[str, str]) -> PublicKey | None:
    family = found.get("k", "rsa").lower()
    if family not in ("rsa", "ed25519"):
        raise DkimError(f"k={family[:40]} is no kind of key that signs mail")
    try:
        data = b64decode(dense(found["p"]), validate=True)
    except (NotBase64, ValueError):
        raise DkimError("p= is not base64: the record was cut or mangled") from None
    if not data:
        return None
    if family == "rsa":
        return PublicKey("rsa", data)
    if len(data) != 32:
        raise DkimError(f"p= has {len(data)} bytes, an Ed25519 key has 32")
    return PublicKey("ed25519", data)


def _notes(found: Mapping[str, str]) -> Iterator[str]:
    if "sha256" not in _words(found.get("h", "sha256")):
        yield "h= does not allow sha256"
    if not {"*", "email"} & _words(found.get("s", "*")):
        yield "s= does not allow the key for mail"
    flags = _words(found.get("t", ""))
    if "y" in flags:
        yield "t=y says that the domain only tests DKIM: receivers may ignore signatures"


def _words(value: str) -> set[str]:
    return set(dense(value).lower().split(":"))
