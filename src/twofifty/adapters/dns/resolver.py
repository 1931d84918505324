"""Asks the system's resolver, or one that is named. Retries over TCP where an answer is cut off."""

import asyncio
import ipaddress
from collections.abc import Callable

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdata
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from twofifty.deliver.posture.dns import Answer, Kind, Question
from twofifty.errors import SettingsError

SECONDS = 4.0
"""How long an answer may take, all retries included."""
EACH = 1.5
MOST_RECORDS = 100
MOST_AT_ONCE = 32
SILENT_AFTER = 3
"""So many questions without an answer, and none answered before: there is no resolver."""
_UNREACHED = "no DNS resolver answered in time"


class DnsResolver:
    """Answers every question once, and the same again later: one look at the world.

    `server` is `ADDRESS` or `ADDRESS:PORT` (IPv6 in brackets where a port follows); empty: the
    system's. Raises SettingsError where it is neither.
    """

    def __init__(self, server: str = "", seconds: float = SECONDS) -> None:
        self._resolver, self._missing = _resolver(server)
        self._resolver.timeout = min(EACH, seconds)
        self._resolver.lifetime = seconds
        self._answers: dict[Question, asyncio.Future[Answer]] = {}
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._heard = False
        self._unheard = 0

    async def ask(self, question: Question) -> Answer:
        """Never raises; never takes longer than its time, waiting for a slot aside."""
        if self._missing:
            return Answer(unknown=self._missing)
        known = self._answers.get(question)
        if known is None:
            known = self._answers[question] = asyncio.ensure_future(self._asked(question))
        # Who waits may be cancelled; the question is others' as well.
        return await asyncio.shield(known)

    async def close(self) -> None:
        """Gives up what is still being asked."""
        for waiting in self._answers.values():
            waiting.cancel()
        await asyncio.gather(*self._answers.values(), return_exceptions=True)

    async def _asked(self, question: Question) -> Answer:
        async with self._slots:
            if self._unheard >= SILENT_AFTER and not self._heard:
                return Answer(unknown=_UNREACHED)
            answer = await self._tried(question)
        if answer.unknown == _UNREACHED:
            self._unheard += 1
        else:
            self._heard = True
        return answer

    async def _tried(self, question: Question) -> Answer:
        try:
            return await self._resolved(question)
        except dns.resolver.NXDOMAIN:
            return Answer(absent=True)
        except dns.exception.Timeout:
            return Answer(unknown=_UNREACHED)
        except dns.resolver.NoNameservers as fault:
            return Answer(unknown=_refusal(fault))
        except (dns.exception.DNSException, OSError, ValueError, EOFError) as fault:
            return Answer(unknown=f"the answer makes no sense ({type(fault).__name__})")

    async def _resolved(self, question: Question) -> Answer:
        found = await self._resolver.resolve(
            dns.name.from_text(question.name),
            question.kind,
            raise_on_no_answer=False,
            search=False,
        )
        records = list(found.rrset or ())[:MOST_RECORDS]
        return Answer(tuple(_TEXTS[question.kind](record) for record in records))


def _resolver(server: str) -> tuple[dns.asyncresolver.Resolver, str]:
    """And why there is none, where the system names none."""
    if server:
        made = dns.asyncresolver.Resolver(configure=False)
        address, port = place(server)
        made.nameservers, made.port = [address], port
        return made, ""
    try:
        return dns.asyncresolver.Resolver(), ""
    except dns.exception.DNSException:
        return dns.asyncresolver.Resolver(configure=False), "this machine names no DNS resolver"


def place(server: str) -> tuple[str, int]:
    """Address and port of `DNS_SERVER`. Raises SettingsError."""
    host, port = server, "53"
    if server.startswith("[") or server.count(":") == 1:
        host, _, port = server.rpartition(":")
    if server.endswith("]"):
        host, port = server, "53"
    try:
        address = str(ipaddress.ip_address(host.strip("[]")))
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65_536:
        raise SettingsError("DNS_SERVER: write it as ADDRESS or ADDRESS:PORT, as 127.0.0.1:5353")
    return address, number


def _refusal(fault: dns.resolver.NoNameservers) -> str:
    """What the last of the servers said, in one word: SERVFAIL, REFUSED."""
    errors: list[tuple[object, ...]] = fault.kwargs.get("errors", [])
    said = str(errors[-1][3]) if errors else ""
    return f"the resolver answered {said}" if said.isupper() else "the resolver gave no answer"


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""


def _mx(record: dns.rdata.Rdata) -> str:
    return f"{record.preference} {_name(record.exchange)}" if isinstance(record, MX) else ""


def _ptr(record: dns.rdata.Rdata) -> str:
    return _name(record.target) if isinstance(record, PTR) else ""


def _txt(record: dns.rdata.Rdata) -> str:
    return b"".join(record.strings).decode("latin-1") if isinstance(record, TXT) else ""


_TEXTS: dict[Kind, Callable[[dns.rdata.Rdata], str]] = {
    "A": str,
    "AAAA": str,
    "MX": _mx,
    "PTR": _ptr,
    "TXT": _txt,
}
