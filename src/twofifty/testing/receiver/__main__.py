"""`python -m twofifty.testing.receiver`: the receiver as a process that outlives its senders.

Once it listens it prints one JSON line, `{"port": n, "lookup": URL or null, "pid": n}`, and runs
until SIGTERM or Ctrl-C. Exit codes: 0 ended, 1 cannot listen or write the ledger, 2 wrong usage.
"""

import argparse
import asyncio
import os
import signal
import ssl
import sys
from pathlib import Path

import msgspec
import uvloop

from twofifty.testing.ledger import Ledger
from twofifty.testing.named import script_named
from twofifty.testing.receiver.offer import Offer
from twofifty.testing.receiver.server import Receiver
from twofifty.testing.script import any_of


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line and serves."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        script = any_of(
            *(script_named(text, options.seed + i) for i, text in enumerate(options.script))
        )
    except ValueError as error:
        parser.error(str(error))
    try:
        receiver = Receiver(
            script, ledger=Ledger(options.ledger, options.keep), offer=_offer(options)
        )
        uvloop.run(_serve(receiver))
    except OSError as error:
        sys.stderr.write(f"receiver: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m twofifty.testing.receiver")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--script",
        action="append",
        default=[],
        metavar="NAME[@SHARE][:ARG,...]",
        help="what goes wrong; given several times, the first that steps in decides",
    )
    parser.add_argument("--seed", type=int, default=1, help="for what happens only sometimes")
    parser.add_argument("--ledger", type=Path, metavar="FILE.jsonl", help="a line a message")
    parser.add_argument("--keep", choices=("hash", "bytes"), default="hash")
    parser.add_argument("--lookup", action="store_true", help="answer by Message-ID over HTTP")
    parser.add_argument("--chunking", action="store_true", help="offer CHUNKING")
    parser.add_argument("--dsn", action="store_true", help="offer DSN")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="offer STARTTLS")
    parser.add_argument("--implicit-tls", action="store_true", help="TLS from the first byte")
    return parser


def _offer(options: argparse.Namespace) -> Offer:
    return Offer(
        host=options.host,
        port=options.port,
        tls=_context(*options.tls) if options.tls else None,
        implicit_tls=options.implicit_tls,
        users=dict(user.split(":", 1) for user in options.user),
        chunking=options.chunking,
        dsn=options.dsn,
        lookup=options.lookup,
    )


def _context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def _serve(receiver: Receiver) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with receiver:
        line = {"port": receiver.port, "lookup": receiver.lookup_url or None, "pid": os.getpid()}
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
