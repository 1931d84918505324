"""What `doctor` says of DMARC (RFC 9989): the record, and whether our mail passes."""

from collections.abc import Sequence

import msgspec

from twofifty.deliver.posture.dmarc_record import Dmarc
from twofifty.deliver.posture.dmarc_walk import Walk, aligned, walk
from twofifty.deliver.posture.dns import Asking, Unknown
from twofifty.deliver.posture.finding import Finding, Findings, unchecked


class Identities(msgspec.Struct, frozen=True):
    """What our mail from a domain is authenticated by: the `d=` of our DKIM signatures, and the
    domain of the return path (empty: the provider's own, unknown)."""

    signing: tuple[str, ...]
    return_path: str


def judge_policy(domain: str) -> Asking[Findings]:
    """The record that applies to the domain."""
    name = f"dmarc {domain}"
    try:
        found = yield from walk(domain)
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)
    doubled = ", ".join(found.doubled)
    if doubled:
        return (Finding(name, "fail", f"{doubled} has several records: none counts; keep one"),)
    if found.record is None:
        publish = f'"v=DMARC1; p=none; rua=mailto:REPORTS@{domain}" at _dmarc.{domain}'
        words = f"no record; large receivers want one: publish a TXT record {publish}"
        return (Finding(name, "warn", words),)
    return (_policy(name, found, found.record),)


def judge_alignment(domain: str, identities: Identities) -> Asking[Findings]:
    """Whether SPF or DKIM speaks for the domain that customers see in From."""
    name = f"alignment {domain}"
    try:
        author = yield from walk(domain)
        dkim, spf = yield from _aligned(author, identities)
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)
    if dkim:
        also = ", and by SPF" if spf else ""
        return (Finding(name, "ok", f"From is authenticated by DKIM (d={dkim}){also}"),)
    if spf:
        words = f"only SPF can speak for From (return path {spf}), and forwarding breaks it"
        return (Finding(name, "warn", f"{words}; sign with DKIM: `twofifty dkim create {domain}`"),)
    return (_unaligned(name, author, identities),)


def _aligned(author: Walk, identities: Identities) -> Asking[tuple[str, str]]:
    record = author.record or Dmarc()
    dkim = yield from _first(author, identities.signing, strict=record.strict_dkim)
    paths = (identities.return_path,) if identities.return_path else ()
    spf = yield from _first(author, paths, strict=record.strict_spf)
    return dkim, spf


def _first(author: Walk, domains: Sequence[str], *, strict: bool) -> Asking[str]:
    """The first of some domains that is aligned with the author's; empty: none is."""
    for domain in domains:
        other = yield from walk(domain)
        if aligned(author, other, strict=strict):
            return domain
    return ""


def _unaligned(name: str, author: Walk, identities: Identities) -> Finding:
    advice = f"make keys: `twofifty dkim create {author.domain}`"
    if not identities.signing:
        unseen = "mail is not signed here; whether the next hop signs for this domain is not known"
        return unchecked(name, f"{unseen}; {advice}")
    enforced = author.record is not None and _applied(author, author.record) != "none"
    what = f"neither DKIM (d={', '.join(identities.signing)}) nor the return path"
    where = f" ({identities.return_path})" if identities.return_path else ""
    words = f"{what}{where} is aligned with From; {advice}"
    return Finding(name, "fail" if enforced else "warn", words)


def _policy(name: str, found: Walk, record: Dmarc) -> Finding:
    where = "" if found.at == found.domain else f" (from {found.at})"
    if record.faults:
        return Finding(name, "fail", f"malformed{where}: {'; '.join(record.faults)}")
    applied = _applied(found, record)
    words = [f"p={applied}{where}"]
    if not record.reports:
        words.append("without `rua=` nobody tells you who sends as you; add rua=mailto:ADDRESS")
        return Finding(name, "warn", "; ".join(words))
    if applied == "none" or record.testing:
        words.append("reports only; raise it to quarantine once the reports show only you")
    return Finding(name, "ok", "; ".join(words))


def _applied(found: Walk, record: Dmarc) -> str:
    """The policy for the domain itself: `sp=` where the record stands above it."""
    return (record.below or record.policy) if found.at != found.domain else record.policy
