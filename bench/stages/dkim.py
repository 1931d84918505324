"""CPU of signing one confirmation: ours and dkimpy, and how signing in threads scales.

    python -m bench.stages.dkim [--rounds 7]

A ten-line confirmation, signed relaxed/relaxed. dkimpy signs the same fields. Each figure is the
best of the rounds, microseconds of this process; *primitive* is the bare signature over a kilobyte.
"""

import argparse
import time
import timeit
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from rich.console import Console
from rich.table import Table

from bench.stages.render import BRAND, SEED, order
from tests.unit.compose.dkim.oracle import dkimpy
from twofifty.compose.composer import Composer
from twofifty.compose.dkim.keys import Key, generate
from twofifty.compose.dkim.sign import Signer
from twofifty.compose.letter import Letter

DOMAIN = "example.com"
AT = datetime(2026, 11, 22, tzinfo=UTC)
NUMBER = 100


def cpu(call: Callable[[], object], rounds: int) -> float:
    """Microseconds of this process's time, the best of the rounds."""
    timer = timeit.Timer(call, timer=time.process_time)
    return min(timer.repeat(rounds, NUMBER)) / NUMBER * 1e6


def wall(call: Callable[[], object], threads: int) -> float:
    """Calls a second from so many threads at once."""
    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        list(pool.map(lambda _: [call() for _ in range(NUMBER)], range(threads * 4)))
        return threads * 4 * NUMBER / (time.perf_counter() - began)


def theirs(raw: bytes, key: Key) -> Callable[[], object]:
    """One signature by dkimpy, as its `sign` is documented."""
    if key.family == "rsa":
        secret = key.private.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
    else:
        seed = key.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        secret = dkimpy.base64.b64encode(seed)
    return lambda: dkimpy.sign(
        raw,
        key.selector.encode(),
        DOMAIN.encode(),
        secret,
        canonicalize=(b"relaxed", b"relaxed"),
        signature_algorithm=key.algorithm.encode(),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    raw = Composer(BRAND).compose(Letter(kind="confirmation", order=order()), SEED).mime
    rsa, ed25519 = generate("rsa", "tf1"), generate("ed25519", "tf1-ed")
    table = Table(title=f"a mail of {len(raw):,} bytes, microseconds")
    for heading in ("signed by", "primitive", "ours", "dkimpy", "ratio"):
        table.add_column(heading, justify="left" if heading == "signed by" else "right")
    for name, keys in (("RSA-2048", [rsa]), ("Ed25519", [ed25519]), ("both", [rsa, ed25519])):
        table.add_row(name, *_figures(raw, keys, rounds))
    console = Console()
    console.print(table)
    signer = Signer(DOMAIN, [rsa, ed25519])
    for threads in (1, 2):
        rate = max(wall(lambda: signer.sign(raw, AT), threads) for _ in range(rounds))
        console.print(f"{threads} thread(s): {rate:,.0f} mails a second with both signatures")


def _figures(raw: bytes, keys: list[Key], rounds: int) -> list[str]:
    signer = Signer(DOMAIN, keys)
    bare = sum(cpu(partial(key.sign, b"x" * 1024), rounds) for key in keys)
    ours = cpu(lambda: signer.sign(raw, AT), rounds)
    if dkimpy is None:
        return [f"{bare:,.0f}", f"{ours:,.0f}", "not installed", "-"]
    other = sum(cpu(theirs(raw, key), 3) for key in keys)
    return [f"{bare:,.0f}", f"{ours:,.0f}", f"{other:,.0f}", f"{other / ours:.1f} x"]


if __name__ == "__main__":
    main()
