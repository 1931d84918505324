"""What may be wrong with a webhook that does not verify: each fault undone, one at a time.

An attempt is a request, and secrets, as they should have been. If the scheme verifies it, its fault
is found; nothing is guessed.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import msgspec

from twofifty.intake.ports import Hook, Scheme, Trust
from twofifty.intake.signature import bodies
from twofifty.intake.signature.marked import Marked
from twofifty.intake.signature.secret import SecretForm

Fault = Literal["encoding", "reserialised_body", "wrong_url", "wrong_secret"]

_CODE = re.compile(r"[0-9A-Za-z+/_-]{26,}={0,2}")
_PREFIX = re.compile(r"^(?:sha\d{1,3}|hmac-sha256-hex|v\d|hmac|bearer)[=,: ]\s*", re.IGNORECASE)
_PREFIXES = ("sha256=", "sha1=", "sha512=", "hmac-sha256-hex=", "v1,", "v0=")
_MARK = "whsec_"
_FORMS: tuple[SecretForm, ...] = ("text", "hex", "base64", "nfkd")


class Attempt(msgspec.Struct, frozen=True):
    """A fault undone. `words` say what the fault is, never a secret or a signature."""

    fault: Fault
    words: str
    scheme: Scheme
    hook: Hook
    trust: Trust


def attempts(scheme: Scheme, hook: Hook, trust: Trust) -> Iterator[Attempt]:
    """Every attempt, the commonest faults first."""
    for header in hook.headers:
        for words, value in _signatures(hook.headers[header]):
            headers = {**hook.headers, header: value}
            changed = msgspec.structs.replace(hook, headers=headers)
            yield Attempt("encoding", f"`{header}` {words}", scheme, changed, trust)
    for words, body in bodies.variants(hook.body):
        changed = msgspec.structs.replace(hook, body=body)
        yield Attempt("reserialised_body", words, scheme, changed, trust)
    for words, url in _urls(hook):
        changed = msgspec.structs.replace(hook, url=url)
        yield Attempt("wrong_url", words, scheme, changed, trust)
    yield from _with_secrets(scheme, hook, trust)


def _signatures(value: str) -> Iterator[tuple[str, str]]:
    """A header's value with its signature written otherwise."""
    bare = _PREFIX.sub("", value.strip().strip("\"'"))
    starts = ("", *_PREFIXES, *_PREFIX.findall(value))
    tidied = dict.fromkeys((value.strip(), value.strip().strip("\"'"), *(s + bare for s in starts)))
    for whole in tidied:
        if whole != value:
            yield "has other words or signs around the code than the platform sends", whole
        yield from _codes(whole)


def _codes(whole: str) -> Iterator[tuple[str, str]]:
    found = _CODE.findall(whole)
    made = [_digest(code) for code in found]
    if not found or not all(made):
        return
    for form, words in (("hex", "hexadecimal"), ("base64", "base64")):
        again = whole
        for code, digest in zip(found, made, strict=True):
            again = again.replace(code, _written(digest or b"", form), 1)
        if again != whole:
            yield f"is not in {words} as it should be", again


def _digest(code: str) -> bytes | None:
    """The bytes that a code stands for: hexadecimal, base64, URL-safe base64 without its end, or
    hexadecimal once more in base64."""
    if re.fullmatch(r"(?:[0-9a-fA-F]{2}){16,64}", code):
        return bytes.fromhex(code)
    standard = code.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        found = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    inside = found.decode("ascii", "replace")
    return bytes.fromhex(inside) if re.fullmatch(r"(?:[0-9a-fA-F]{2}){16,64}", inside) else found


def _written(digest: bytes, form: str) -> str:
    return digest.hex() if form == "hex" else base64.b64encode(digest).decode()


def _urls(hook: Hook) -> Iterator[tuple[str, str]]:
    """The URL as the platform may know it."""
    try:
        parts = urlsplit(hook.url)
    except ValueError:
        return
    other = {"http": "https", "https": "http"}.get(parts.scheme, "https")
    for words, changed in (
        ("it has no slash at its end", parts._replace(path=parts.path.rstrip("/"))),
        ("it has a slash at its end", parts._replace(path=parts.path.rstrip("/") + "/")),
        ("it has no query", parts._replace(query="")),
        ("its host names no port", parts._replace(netloc=re.sub(r":\d+$", "", parts.netloc))),
        ("its path is not percent-encoded", parts._replace(path=unquote(parts.path))),
        *_hosts(hook, parts),
    ):
        yield words, urlunsplit(changed)
        yield f"it begins with {other}:// and {words}", urlunsplit(changed._replace(scheme=other))
    yield f"it begins with {other}://", urlunsplit(parts._replace(scheme=other))


def _hosts(hook: Hook, parts: SplitResult) -> Iterator[tuple[str, SplitResult]]:
    for name in ("x-forwarded-host", "x-original-host", "host"):
        if stated := hook.headers.get(name, "").split(",")[0].strip():
            changed = parts._replace(scheme="https", netloc=stated)
            yield f"its host is the one in `{name}`", changed


def _with_secrets(scheme: Scheme, hook: Hook, trust: Trust) -> Iterator[Attempt]:
    for number, secret in enumerate(trust.secrets, 1):
        for fault, words, changed in _secrets(secret):
            one = msgspec.structs.replace(trust, secrets=(changed,))
            yield Attempt(fault, f"secret {number} {words}", scheme, hook, one)
    for form in _FORMS:
        for other in _reformed(scheme, form):
            words = f"the secret is to be read as {form} before it signs"
            yield Attempt("encoding", words, other, hook, _stripped(trust))


def _secrets(secret: str) -> Iterator[tuple[Fault, str, str]]:
    bare = secret.strip().strip("\"'").strip()
    around = "has blanks, line breaks or quotation marks around it"
    yield "wrong_secret", around, bare
    yield (
        "wrong_secret",
        f"has {_MARK} before it, which is not part of it",
        bare.removeprefix(_MARK),
    )
    yield "wrong_secret", f"lacks its beginning {_MARK}", _MARK + bare
    yield "wrong_secret", "lacks the line break that the platform's has at its end", bare + "\n"
    yield "wrong_secret", "is written in capitals", bare.lower()
    yield "wrong_secret", "is not written in capitals", bare.upper()
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        words = f"has letters that the platform writes in Unicode's form {form}"
        yield "encoding", words, unicodedata.normalize(form, bare)


def _reformed(scheme: object, form: SecretForm) -> Iterator[Scheme]:
    """The scheme, reading its secret as `form`; nothing where it cannot be told to."""
    if isinstance(scheme, msgspec.Struct) and "secret_form" in scheme.__struct_fields__:
        changed: object = msgspec.structs.replace(scheme, secret_form=form)
        if isinstance(changed, Marked):
            yield changed


def _stripped(trust: Trust) -> Trust:
    bare = tuple(secret.strip() for secret in trust.secrets)
    marked = tuple(secret.removeprefix(_MARK) for secret in bare)
    return msgspec.structs.replace(trust, secrets=(*bare, *marked))
