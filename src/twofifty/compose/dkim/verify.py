"""Verifying the signatures of a mail with records that are given: no DNS (RFC 6376 6.1)."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from twofifty.compose.dkim.canonical import (
    Field,
    Parts,
    chosen,
    parts,
    relaxed_body,
    relaxed_field,
    simple_body,
)
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import LEAST_BITS
from twofifty.compose.dkim.record import PublicKey, read
from twofifty.compose.dkim.tags import dense, tags

Lookup = Callable[[str, str], Sequence[str]]
"""The records that are known for a (domain, selector); the first one counts that is of the
signature's kind of key."""

_NEEDED: Final = ("v", "a", "b", "bh", "d", "h", "s")
_FORMS: Final = ("simple", "relaxed")
_FAMILIES: Final = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_VALUE_OF_B: Final = re.compile(rb"([:;][ \t\r\n]*b[ \t\r\n]*=)[^;]*")


class Verified(msgspec.Struct, frozen=True):
    """One signature, as far as it could be read. `problem`: why it does not hold; None: it does."""

    domain: str
    selector: str
    algorithm: str
    problem: str | None = None


class _Stated(msgspec.Struct, frozen=True):
    """What a signature says of itself."""

    tags: Mapping[str, str]
    head_form: str
    body_form: str


def verify(raw: bytes, known: Lookup, at: datetime) -> tuple[Verified, ...]:
    """Every signature of a mail as of `at`, from the top down. Raises DkimError: it is no mail."""
    mail = parts(raw)
    return tuple(
        _verified(field, mail, known, at) for field in mail.fields if field.name == "dkim-signature"
    )


def _verified(field: Field, mail: Parts, known: Lookup, at: datetime) -> Verified:
    found: Mapping[str, str] = {}
    try:
        found = tags(field.value.decode("utf-8", "replace"))
        stated = _stated(found, at)
        _check_body(stated, mail.body)
        _check_head(stated, field, mail, _key(stated, known))
    except DkimError as fault:
        return _named(found, str(fault))
    return _named(found, None)


def _named(found: Mapping[str, str], problem: str | None) -> Verified:
    return Verified(found.get("d", ""), found.get("s", ""), found.get("a", ""), problem)


def _stated(found: Mapping[str, str], at: datetime) -> _Stated:
    missing = [f"{name}=" for name in _NEEDED if not found.get(name)]
    if missing:
        raise DkimError(f"the signature has no {', '.join(missing)}")
    for faulty, problem in _faults(found, at):
        if faulty:
            raise DkimError(problem)
    head_form, _, body_form = found.get("c", "simple").partition("/")
    stated = _Stated(found, head_form, body_form or "simple")
    if not {stated.head_form, stated.body_form} <= set(_FORMS):
        raise DkimError("c= names a form that nobody knows")
    return stated


def _faults(found: Mapping[str, str], at: datetime) -> Iterator[tuple[bool, str]]:
    yield found["v"] != "1", "v= is not 1"
    yield found["a"] not in _FAMILIES, f"a={found['a'][:40]} is not known, or no longer safe"
    yield "from" not in dense(found["h"]).lower().split(":"), "From is not signed"
    expires = found.get("x", "")
    yield expires.isdecimal() and int(expires) < at.timestamp(), "the signature has expired"
    whose, domain = found.get("i", "@" + found["d"]).rpartition("@")[2], found["d"]
    inside = f".{whose}".lower().endswith(f".{domain}".lower())
    yield not inside, "i= is not of the domain d="
    yield not found.get("l", "0").isdecimal(), "l= is no number"


def _check_body(stated: _Stated, body: bytes) -> None:
    form = relaxed_body(body) if stated.body_form == "relaxed" else simple_body(body)
    length = int(stated.tags.get("l", len(form)))
    if length > len(form):
        raise DkimError("the body was cut: it is shorter than l= says")
    if sha256(form[:length]).digest() != _decoded("bh", stated.tags["bh"]):
        raise DkimError("the body was changed, or is not the one that was signed")


def _check_head(stated: _Stated, field: Field, mail: Parts, key: PublicKey) -> None:
    form = relaxed_field if stated.head_form == "relaxed" else _as_it_is
    own = Field(field.name, _VALUE_OF_B.sub(rb"\1", field.whole, count=1))
    names = dense(stated.tags["h"]).lower().split(":")
    head = b"".join(form(one) + b"\r\n" for one in chosen(mail.fields, names))
    if not _holds(key, _decoded("b", stated.tags["b"]), head + form(own)):
        raise DkimError("a signed header field was changed, or the key is another one")


def _as_it_is(field: Field) -> bytes:
    return field.whole


def _key(stated: _Stated, known: Lookup) -> PublicKey:
    """The key of the signature's kind. Raises DkimError: none is known, or it is revoked."""
    said = known(stated.tags["d"].lower(), stated.tags["s"])
    records = [read(one) for one in said]
    keys = [one.key for one in records if one.key is not None]
    if said and not keys:
        raise DkimError("the key is revoked: p= is empty")
    family = _FAMILIES[stated.tags["a"]]
    fitting = next((key for key in keys if key.family == family), None)
    if fitting is None:
        raise DkimError(f"no {family} record is known for it")
    return fitting


def _decoded(name: str, value: str) -> bytes:
    try:
        return b64decode(dense(value), validate=True)
    except (NotBase64, ValueError):
        raise DkimError(f"{name}= is not base64") from None


def _holds(key: PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        if key.family == "ed25519":
            public = Ed25519PublicKey.from_public_bytes(key.data)
            public.verify(signature, sha256(data).digest())
        else:
            _rsa(key.data).verify(signature, data, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _rsa(data: bytes) -> RSAPublicKey:
    try:
        public = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise DkimError("p= holds no key: the record was cut or mangled") from None
    if not isinstance(public, RSAPublicKey) or public.key_size < LEAST_BITS:
        raise DkimError(f"p= holds no RSA key of at least {LEAST_BITS} bits")
    return public
