"""Signing a mail: a `DKIM-Signature` field for each key, above everything else.

    DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
     d=example.com; s=tf20261122; t=1795312345;
     h=from:from:to:to:cc:subject:subject:...;
     bh=(the body's hash);
     b=(the signature)

Each key signs the mail as it came, not the other's signature: who knows only one of them verifies
that one. The same mail, time and keys give the same bytes, for ever.

What is signed. A field is signed wherever it stands, and once more where it must not be added
behind our back: the further name in `h=` vouches that there is no further field (5.4.2, 8.15).
`ALWAYS` is vouched for even where it is absent: a second From or Subject would be shown, a Reply-To
would lead answers astray, another Content-Type would turn the body into something else. `IF_THERE`
only where it is there, for relays and providers rightly add what is missing. `ONCE` never: a
provider may add its own beside ours.

What is left out. No `l=`: it would let anybody append to a mail. No `x=`: a mail may wait for days
at a full mailbox and is verified anew when it is forwarded; a receipt that fails then does harm,
one that is replayed goes to the customer that it names. No `i=`: it is then `@` and the domain,
which is all that DMARC looks at, and it needs no UTF-8 (RFC 8616).
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from twofifty.compose.dkim.canonical import chosen, parts, relaxed_body, relaxed_field
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import Key
from twofifty.compose.mime.field import folded
from twofifty.compose.mime.written import Written

NAME: Final = "DKIM-Signature"
ALWAYS: Final = tuple(
    "from to cc reply-to subject date message-id in-reply-to references content-type".split()
)
IF_THERE: Final = (
    "sender",
    "mime-version",
    "content-transfer-encoding",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
)
ONCE: Final = ("feedback-id",)

CHANGED_BY_SES: Final = frozenset({"message-id", "date"})
"""Amazon SES writes these anew, so that a signature over them fails behind it (its guide on manual
DKIM signing). Not to be signed where mail leaves through it."""

_ALL: Final = (*ALWAYS, *IF_THERE, *ONCE)
_WORD: Final = 76


class Signer:
    """Signs the mails of one domain with each of its keys."""

    def __init__(
        self, domain: str, keys: Sequence[Key], unsigned: frozenset[str] = frozenset()
    ) -> None:
        """`domain`: the signing domain in A-labels, which the keys are published under. `unsigned`:
        fields, in lower case, that somebody on the way will change. Raises DkimError: no keys."""
        if not keys:
            raise DkimError(f"{domain}: there is no key to sign with")
        self.domain = domain
        self.keys = tuple(keys)
        self._unsigned = unsigned

    @property
    def selectors(self) -> tuple[str, ...]:
        """Of the keys, in the order of their signatures: what has to be known, beside the domain
        and the time, to sign the same mail again."""
        return tuple(key.selector for key in self.keys)

    def sign(self, raw: bytes, at: datetime) -> bytes:
        """The mail with its signatures, made at `at`, which is aware. Raises DkimError: it is no
        mail, its lines end otherwise than by CRLF, or it has not exactly one From."""
        mail = parts(raw)
        fields = [field for field in mail.fields if field.name in _ALL]
        names = signed(tuple(field.name for field in fields), self._unsigned)
        form = relaxed_body(mail.body, bare=raw.__class__ is Written)
        body = b64encode(sha256(form).digest()).decode("ascii")
        stated = [f"d={self.domain};", f"t={int(at.timestamp())};", *_listed(names), f"bh={body};"]
        head = b"".join(relaxed_field(field) + b"\r\n" for field in chosen(fields, names))
        whole = b"".join([*(_signature(key, stated, head) for key in self.keys), raw])
        return Written(whole) if raw.__class__ is Written else whole


@lru_cache(maxsize=512)
def signed(present: tuple[str, ...], unsigned: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The names for `h=`, where fields of the names `present` are there. Raises DkimError."""
    if present.count("from") != 1:
        raise DkimError("a mail that is signed has exactly one From")
    counts = Counter(present)
    return tuple(
        name for name in _ALL if name not in unsigned for _ in range(_times(name, counts[name]))
    )


def _times(name: str, there: int) -> int:
    vouched = name in ALWAYS or (there > 0 and name in IF_THERE)
    return there + 1 if vouched else there


@lru_cache(maxsize=512)
def _listed(names: tuple[str, ...]) -> list[str]:
    """`h=` in words that each have room in a line."""
    words = ["h="]
    for name in names:
        if len(words[-1]) + len(name) + 1 > _WORD:
            words.append("")
        words[-1] += name + ":"
    words[-1] = words[-1].removesuffix(":") + ";"
    return words


def _signature(key: Key, stated: Sequence[str], head: bytes) -> bytes:
    """The whole field of one key. Between its words relaxed form knows one space, folded or not, so
    that what is signed is the words and an empty `b=`."""
    words = [f"v=1; a={key.algorithm}; c=relaxed/relaxed; s={key.selector};", *stated]
    own = f"{NAME.lower()}:{' '.join(words)} b="
    made = f"b={b64encode(key.sign(head + own.encode('ascii'))).decode('ascii')}"
    words += [made[at : at + _WORD] for at in range(0, len(made), _WORD)]
    return f"{folded(NAME, words)}\r\n".encode("ascii")
