"""`twofifty dkim ...`: the keys that sign mail, their DNS records, and a look at signatures."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from twofifty import telemetry
from twofifty.app import dkim
from twofifty.app.dkim import Kept
from twofifty.cli.moment import moment
from twofifty.compose.dkim import record
from twofifty.compose.dkim.canonical import parts
from twofifty.compose.dkim.choice import signer_of
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import GOOD_BITS
from twofifty.compose.dkim.verify import Lookup, Verified, verify
from twofifty.errors import SettingsError
from twofifty.settings import Settings, load

dkim_app = typer.Typer(help="DKIM: keys that sign mail, and their records.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="The sender's, or one above it.")]
Mail = Annotated[str, typer.Argument(metavar="FILE", help="A mail; - for standard input")]
At = Annotated[str, typer.Option(help="As of this date or time; else now.")]


@dkim_app.command("create")
def create_verb(
    domain: Domain,
    selector: Annotated[str, typer.Option(help="Its name in DNS; else of the day.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an RSA and an Ed25519 key for a domain and print what to publish in DNS. Where the
    domain has keys already the new ones wait for `rotate`."""
    today = datetime.now(UTC).date()
    made = dkim.create(_settings(), domain, selector, today=today)
    _print(_records(made, as_json=as_json))
    if not as_json:
        typer.echo(_advice(made[0]))


@dkim_app.command("rotate")
def rotate_verb(domain: Domain) -> None:
    """Sign with the keys that wait, and retire those that signed."""
    moved = dkim.rotate(_settings(), domain)
    names = ", ".join(kept.key.selector for kept in moved)
    typer.echo(f"{moved[0].domain}: {names} will sign once the service was restarted.")
    typer.echo("Leave the old records in DNS for a week: mail on its way is verified with them.")


@dkim_app.command("records")
def records_verb(domain: Domain, as_json: AsJson = False) -> None:
    """Print the DNS records of a domain's keys, but for the retired ones."""
    settings, wanted = _settings(), dkim.canonical_domain(domain)
    found = [kept for kept in dkim.keys(settings) if kept.domain == wanted]
    if not found:
        raise SettingsError(f"{wanted} has no keys: twofifty dkim create {wanted}")
    _print(_records([kept for kept in found if kept.state != "retired"], as_json=as_json))


@dkim_app.command("list")
def list_verb(as_json: AsJson = False) -> None:
    """List the keys of every domain."""
    settings = _settings()
    signers = dkim.signers(settings)
    for kept in dkim.keys(settings):
        signs = kept.state == "live" and kept.key.selector in signers[kept.domain].selectors
        typer.echo(_as_json(kept, signs=signs) if as_json else _line(kept, signs=signs))


@dkim_app.command("sign")
def sign_verb(file: Mail, at: At = "") -> None:
    """Print a mail with the signatures of its sender's domain."""
    raw = _read(file)
    sender = _sender(raw)
    signer = signer_of(dkim.signers(_settings()), sender)
    if signer is None:
        domain = sender.rpartition("@")[2]
        raise SettingsError(f"no key is of {domain}: twofifty dkim create {domain}")
    sys.stdout.buffer.write(signer.sign(raw, _moment(at)))


@dkim_app.command("verify")
def verify_verb(
    file: Mail,
    key: Annotated[
        list[str] | None, typer.Option(help="A record, such as `v=DKIM1; k=rsa; p=...`.")
    ] = None,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Verify a mail's signatures with records that are given, else with our own keys: no DNS. 1 if
    there is none or any does not hold."""
    known = _given(key) if key else _own(_settings())
    found = verify(_read(file), known, _moment(at))
    for one in found:
        typer.echo(msgspec.json.encode(one) if as_json else _verdict(one))
    if not found:
        typer.echo("the mail has no DKIM-Signature", err=True)
    sys.exit(0 if found and not any(one.problem for one in found) else 1)


def _settings() -> Settings:
    settings = load(os.environ, Path.cwd())
    telemetry.configure(settings.log_format, settings.log_level)
    return settings


def _moment(said: str) -> datetime:
    return moment("--at", said) if said else datetime.now(UTC)


def _read(file: str) -> bytes:
    """A mail; where every line of it ends as lines do in files here, as it goes over the wire."""
    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    return raw if b"\r" in raw else raw.replace(b"\n", b"\r\n")


def _sender(raw: bytes) -> str:
    said = [field.value for field in parts(raw).fields if field.name == "from"]
    address = parseaddr(said[0].decode("utf-8", "replace").strip())[1] if said else ""
    if "@" not in address:
        raise DkimError("the mail has no From with an address")
    return address


def _given(records: Sequence[str]) -> Lookup:
    return lambda domain, selector: records


def _own(settings: Settings) -> Lookup:
    published: dict[tuple[str, str], list[str]] = {}
    for kept in dkim.keys(settings):
        where = published.setdefault((kept.domain, kept.key.selector), [])
        where.append(record.text(kept.key.public))
    return lambda domain, selector: published.get((domain, selector), [])


def _verdict(one: Verified) -> str:
    return f"{one.domain} {one.selector} {one.algorithm}: {one.problem or 'holds'}"


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)


def _records(shown: Sequence[Kept], *, as_json: bool) -> Iterator[str]:
    """Each record in the two forms that people need."""
    stated = [(kept.domain, kept.key.selector, record.text(kept.key.public)) for kept in shown]
    if as_json:
        for domain, selector, text in stated:
            made = {"name": record.name(domain, selector), "type": "TXT", "value": text}
            yield msgspec.json.encode(made | {"strings": record.strings(text)}).decode()
        return
    yield "In a zone file:\n"
    yield from (record.zone_line(*one) for one in stated)
    yield f"\nIn a DNS panel, in the zone {stated[0][0]}:"
    for domain, selector, text in stated:
        name = record.name(domain, selector).removesuffix(f".{domain}")
        yield f"\n  type   TXT\n  name   {name}\n  value  {text}"


def _advice(made: Kept) -> str:
    """What to do next."""
    if made.state == "next":
        return f"\nOnce DNS shows both records: twofifty dkim rotate {made.domain}"
    return "\nOnce DNS shows both records, restart the service: mail is signed from then on."


def _line(kept: Kept, *, signs: bool) -> str:
    key = kept.key
    short = key.family == "rsa" and key.bits < GOOD_BITS
    notes = [
        "signs" if signs else kept.state,
        *(["others can read its file"] if kept.exposed else []),
        *([f"shorter than {GOOD_BITS} bits"] if short else []),
    ]
    return f"{kept.domain}  {key.selector}  {key.family} {key.bits}  {', '.join(notes)}"


def _as_json(kept: Kept, *, signs: bool) -> str:
    shown = {
        "domain": kept.domain,
        "selector": kept.key.selector,
        "kind": kept.key.family,
        "bits": kept.key.bits,
        "state": kept.state,
        "signs": signs,
        "exposed": kept.exposed,
        "file": str(kept.file),
    }
    return msgspec.json.encode(shown).decode()
