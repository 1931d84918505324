"""check_host() of RFC 7208 4: may this address send for this domain?"""

import ipaddress
from collections.abc import Callable
from typing import Literal

import msgspec

from twofifty.deliver.posture.dns import Asking, Unknown, askable, known, mail_hosts
from twofifty.deliver.posture.spf.macro import dotted, expand, fitted, letters_of
from twofifty.deliver.posture.spf.pointers import matching_name, validated_names
from twofifty.deliver.posture.spf.record import Malformed, Record, Term, is_spf, parse

Result = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_LOOKUPS = 10
MOST_VOIDS = 2
MOST_HOSTS = 10


class Sending(msgspec.Struct, frozen=True):
    """Who sends: the address that connects, the return path and the name said at EHLO."""

    address: Address
    sender: str
    helo: str

    @property
    def parts(self) -> tuple[str, str]:
        """Local part and domain of the return path; `postmaster` at the EHLO name where it is
        empty (RFC 7208 2.4)."""
        local, _, domain = self.sender.rpartition("@")
        return (local or "postmaster", domain or self.helo)


class Evaluation(msgspec.Struct, frozen=True):
    """What came of it, and why, in words: the term that matched, or what is wrong."""

    result: Result
    why: str = ""


class Broken(Exception):
    """A permerror (RFC 7208 2.6.7); the text says why."""


def evaluate(sending: Sending) -> Asking[Evaluation]:
    """The result for one sender."""
    address = sending.address
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        sending = msgspec.structs.replace(sending, address=address.ipv4_mapped)
    try:
        return (yield from _Run(sending).host(sending.parts[1]))
    except Unknown as unknown:
        return Evaluation("temperror", unknown.why)
    except Broken as broken:
        return Evaluation("permerror", str(broken))


class _Run:
    """One evaluation: what is counted is counted over all includes."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._lookups = 0
        self._voids = 0

    def host(self, domain: str) -> Asking[Evaluation]:
        """check_host() for `domain`."""
        domain = domain.rstrip(".")
        if "." not in domain or not askable(domain) or domain.startswith("["):
            return Evaluation("none", f"{domain} is no domain")
        record = yield from self._record(domain)
        if record is None:
            return Evaluation("none", f"{domain} has no SPF record")
        for term in record.terms:
            if (yield from self._matches(term, domain)):
                return _matched(term, domain)
        if not record.redirect:
            return Evaluation("neutral", f"nothing in the record of {domain} matches")
        return (yield from self._redirected(record.redirect, domain))

    def _record(self, domain: str) -> Asking[Record | None]:
        answer = yield from known(domain, "TXT")
        found = [text for text in answer.records if is_spf(text)]
        if len(found) > 1:
            raise Broken(f"{domain} has {len(found)} SPF records")
        if not found:
            return None
        try:
            return parse(found[0])
        except Malformed as fault:
            raise Broken(f"the record of {domain}: {fault}") from None

    def _redirected(self, redirect: str, domain: str) -> Asking[Evaluation]:
        self._count()
        target = yield from self._expanded(redirect, domain)
        found = yield from self.host(target)
        if found.result == "none":
            raise Broken(f"redirect={target}: {found.why}")
        return found

    def _matches(self, term: Term, domain: str) -> Asking[bool]:
        if term.name == "all":
            return True
        if term.network is not None:
            return self._sending.address in term.network
        self._count()
        target = yield from self._expanded(term.target, domain)
        return (yield from _MATCHERS[term.name](self, term, target))

    def include(self, term: Term, target: str) -> Asking[bool]:
        """RFC 7208 5.2."""
        found = yield from self.host(target)
        if found.result == "none":
            raise Broken(f"include:{target}: {found.why}")
        return found.result == "pass"

    def a(self, term: Term, target: str) -> Asking[bool]:
        """RFC 7208 5.3."""
        addresses = yield from self._addresses(target)
        return any(self._covers(one, term) for one in addresses)

    def mx(self, term: Term, target: str) -> Asking[bool]:
        """RFC 7208 5.4."""
        answer = yield from known(target, "MX")
        self._note(void=answer.void)
        if len(answer.records) > MOST_HOSTS:
            raise Broken(f"{target} has more than {MOST_HOSTS} MX hosts")
        for host in mail_hosts(answer):
            addresses = yield from self._addresses(host)
            if any(self._covers(one, term) for one in addresses):
                return True
        return False

    def exists(self, term: Term, target: str) -> Asking[bool]:
        """RFC 7208 5.7: always by an A record."""
        answer = yield from known(target, "A")
        self._note(void=answer.void)
        return bool(answer.records)

    def ptr(self, term: Term, target: str) -> Asking[bool]:
        """RFC 7208 5.5."""
        names = yield from validated_names(self._sending.address)
        return matching_name(names, target, exact=False) != ""

    def _addresses(self, name: str) -> Asking[tuple[str, ...]]:
        kind: Literal["A", "AAAA"] = "A" if self._sending.address.version == 4 else "AAAA"
        answer = yield from known(name, kind)
        self._note(void=answer.void)
        return answer.records

    def _covers(self, published: str, term: Term) -> bool:
        address = self._sending.address
        length = term.cidr[0 if address.version == 4 else 1]
        return address in ipaddress.ip_network(f"{published}/{length}", strict=False)

    def _expanded(self, spec: str, domain: str) -> Asking[str]:
        """A domain-spec as the domain it stands for; empty: the current one."""
        letters = letters_of(spec)
        if not letters and "%" not in spec:
            return spec or domain
        address = self._sending.address
        local, sender_domain = self._sending.parts
        values = {
            "s": f"{local}@{sender_domain}",
            "l": local,
            "o": sender_domain,
            "d": domain,
            "i": dotted(address),
            "v": "in-addr" if address.version == 4 else "ip6",
            "h": self._sending.helo,
        }
        if "p" in letters:
            names = yield from validated_names(address)
            values["p"] = matching_name(names, domain, exact=True) or "unknown"
        return fitted(expand(spec, values))

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > MOST_LOOKUPS:
            raise Broken(f"more than {MOST_LOOKUPS} look-ups are needed")

    def _note(self, *, void: bool) -> None:
        self._voids += void
        if self._voids > MOST_VOIDS:
            raise Broken(f"more than {MOST_VOIDS} look-ups find nothing")


_MATCHERS: dict[str, Callable[[_Run, Term, str], Asking[bool]]] = {
    "include": _Run.include,
    "a": _Run.a,
    "mx": _Run.mx,
    "exists": _Run.exists,
    "ptr": _Run.ptr,
}
_RESULTS: dict[str, Result] = {
    "pass": "pass",
    "fail": "fail",
    "softfail": "softfail",
    "neutral": "neutral",
}


def _matched(term: Term, domain: str) -> Evaluation:
    what = str(term.network) if term.network else term.target
    return Evaluation(
        _RESULTS[term.qualifier], f"`{term.name}` {what} of {domain}".replace("  ", " ")
    )
