"""Two verifiers of other people, dkimpy and OpenDKIM, take every mail that we sign.

The mails: a confirmation of every order that can be read out of the corpora, 7-bit as it is sent,
the same once more as 8-bit text, some with addresses beyond ASCII, with the fields that follow-ups
have; and every mail of a collection of odd ones that SMTP could carry at all.
"""

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.unit.compose.dkim.oracle import needs_dkimpy, opinions, records
from tests.unit.compose.proofs.corpus import LOCALES, orders
from twofifty.compose.brand import Brand
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.dkim.canonical import parts
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import generate
from twofifty.compose.dkim.sign import Signer
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.mime import Mailbox
from twofifty.track.unsubscribe import headers

CORPORA = Path("../shared/corpora")
OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin") or ""
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
LONGEST_LINE = 998
AT_A_TIME = 100

NUMBERS = itertools.count()
OTHER_LANGUAGES = 3
SIGNER = Signer("example.com", [generate("rsa", "tf1"), generate("ed25519", "tf1-ed")])
PUBLISHED = records(SIGNER)
RECIPIENTS = ("buyer@example.net", "Grüße@example.net", "用户@bücher.example")
FURTHER = b"".join(
    f"{name}: {value}\r\n".encode()
    for name, value in (
        *headers("service", f"https://shop.example.com/u/{'t' * 120}", "leave@b.example.com"),
        ("Feedback-ID", "shipment:s-shop:i-a:twofifty"),
    )
)

pytestmark = [
    pytest.mark.skipif(not CORPORA.is_dir(), reason=f"the corpora are not here ({CORPORA})"),
    pytest.mark.timeout(900),
]
needs_opendkim = pytest.mark.skipif(not OPENDKIM, reason="opendkim is not installed")


def confirmations() -> Iterator[bytes]:
    """Each order in its own language and in others, so that all languages have their turn."""
    composer, tongues = Composer(Brand(shop_name="Northlight")), itertools.cycle(LOCALES)
    for order in orders().values():
        for locale in (order.locale, *itertools.islice(tongues, OTHER_LANGUAGES)):
            spoken = msgspec.structs.replace(order, locale=locale)
            composed = composer.compose(Letter(kind="confirmation", order=spoken), seed())
            assert composed.degraded == ""
            yield composed.mime
            yield eight_bit(composed)


def seed() -> Seed:
    """The next message."""
    number = next(NUMBERS)
    return Seed(
        id=f"m_{number}",
        message_id=f"m_{number}@example.com",
        sender=Mailbox("Nördlicht & Söhne", "orders@example.com"),
        recipient=Mailbox(None, RECIPIENTS[number % len(RECIPIENTS)]),
        date=AT,
    )


def eight_bit(composed: Composed) -> bytes:
    """The mail as a shop's own mailer might send it: its text alone, unencoded."""
    head, _, _ = composed.mime.partition(b"MIME-Version")
    text = composed.text.replace("\n", "\r\n").encode()
    kind = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return head + FURTHER + b"MIME-Version: 1.0\r\n" + kind + b"\r\n" + text + b"\r\n \r\n\r\n"


def odd_ones() -> Iterator[bytes]:
    """Odd mails that SMTP can carry, with one sender, and not signed by anybody yet."""
    for file in sorted((CORPORA / "mime-parse").rglob("*.eml")):
        said = file.read_bytes()
        raw = said if b"\r" in said else said.replace(b"\n", b"\r\n")
        if is_sendable(raw) and b"DKIM-Signature" not in raw:
            yield raw


def is_sendable(raw: bytes) -> bool:
    try:
        fields = parts(raw).fields
    except DkimError:
        return False
    senders = [field.whole for field in fields if field.name == "from"]
    is_whole = raw.endswith(b"\r\n") and b"\r\n\r\n" in raw and b"\x00" not in raw
    longest = max(map(len, raw.split(b"\r\n")))
    return is_whole and longest <= LONGEST_LINE and len(senders) == 1 and b"@" in senders[0]


@pytest.fixture(scope="module")
def signed() -> list[bytes]:
    """Every mail with its two signatures."""
    ours, others = list(confirmations()), list(odd_ones())
    assert len(ours) >= 1_000
    assert len(others) >= 60
    assert sum(not raw.isascii() for raw in ours) >= 500
    return [SIGNER.sign(raw, AT) for raw in (*ours, *others)]


@needs_dkimpy
def test_dkimpy_verifies_both_signatures_of_every_mail(signed: list[bytes]) -> None:
    wrong = [raw[:2_000] for raw in signed if opinions(raw, PUBLISHED) != [True, True]]
    assert wrong == []


@needs_opendkim
def test_opendkim_verifies_both_signatures_of_every_mail(
    signed: list[bytes], tmp_path: Path
) -> None:
    told = [one for batch in batches(signed) for one in opendkim(batch, tmp_path)]
    assert len(told) == len(signed)
    wrong = [
        raw[:2_000]
        for raw, one in zip(signed, told, strict=True)
        if one != {"rsa-sha256": "pass", "ed25519-sha256": "pass"}
    ]
    assert wrong == []


@needs_opendkim
def test_opendkim_refuses_every_mail_that_was_changed(signed: list[bytes], tmp_path: Path) -> None:
    some = signed[:: max(1, len(signed) // 200)]
    more = [raw + b"One more line.\r\n" for raw in some]
    second = [b"Subject: another\r\n" + raw for raw in some]
    changed = [*more, *second]
    told = [one for batch in batches(changed) for one in opendkim(batch, tmp_path)]
    assert len(told) == len(changed) >= 400
    assert all(one == {"rsa-sha256": "fail", "ed25519-sha256": "fail"} for one in told)


def batches(mails: list[bytes]) -> Iterator[list[bytes]]:
    yield from (mails[at : at + AT_A_TIME] for at in range(0, len(mails), AT_A_TIME))


def opendkim(mails: list[bytes], folder: Path) -> list[dict[str, str]]:
    """What OpenDKIM says of each mail: the verdict on each signature, by its algorithm."""
    keys, config = folder / "keys", folder / "opendkim.conf"
    keys.write_text("".join(f"{name} {text}\n" for name, text in PUBLISHED.items()))
    config.write_text(f"Mode v\nTestPublicKeys {keys}\nSocket local:{folder}/none\nSyslog no\n")
    files = [folder / f"{number}.eml" for number in range(len(mails))]
    for file, raw in zip(files, mails, strict=True):
        file.write_bytes(raw)
    done = subprocess.run(
        [OPENDKIM, "-f", "-x", config, "-vvv", "-t", ",".join(map(str, files))],
        capture_output=True,
        timeout=300,
        check=False,
    )
    results = done.stdout.decode("utf-8", "replace").split("hname='Authentication-Results'")[1:]
    return [
        {algorithm: verdict for verdict, algorithm in re.findall(VERDICT, result, re.DOTALL)}
        for result in results
    ]


VERDICT = r"dkim=(\w+)[^;]*?header\.a=([\w-]+)"
