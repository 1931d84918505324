"""Finds the DMARC record of a domain and its organisational domain by the tree walk of RFC 9989
4.10: no list of public suffixes is needed, the DNS itself says where an organisation begins."""

import msgspec

from twofifty.deliver.posture.dmarc_record import Dmarc, parse
from twofifty.deliver.posture.dns import Asking, known
from twofifty.deliver.posture.names import plain
from twofifty.deliver.posture.tags import versioned

MOST_LABELS = 8


class Walk(msgspec.Struct, frozen=True):
    """What was found on the way up. `organisation`: the organisational domain. `record` applies to
    the domain and stands at `at`, the domain itself or one above; None: there is none. `doubled`:
    names with more than one record, which all count for nothing."""

    domain: str
    organisation: str
    at: str = ""
    record: Dmarc | None = None
    doubled: tuple[str, ...] = ()


def walk(domain: str) -> Asking[Walk]:
    """Raises Unknown where a step could not be answered."""
    domain = plain(domain)
    found: dict[str, Dmarc] = {}
    doubled: list[str] = []
    for name in _steps(domain):
        answer = yield from known(f"_dmarc.{name}", "TXT")
        records = versioned(answer.records, "DMARC1")
        if len(records) > 1:
            doubled.append(name)
        if len(records) != 1:
            continue
        found[name] = parse(records[0])
        if found[name].psd in ("y", "n"):
            break
    organisation = _organisation(domain, found)
    at = next((name for name in (domain, organisation, *_suffix(found)) if name in found), "")
    return Walk(domain, organisation, at, found.get(at), tuple(doubled))


def aligned(left: Walk, right: Walk, *, strict: bool) -> bool:
    """Whether two domains count as one: the same, or (relaxed) of the same organisation."""
    if strict:
        return left.domain == right.domain
    return left.organisation == right.organisation


def _steps(domain: str) -> list[str]:
    """The names that are asked, from the domain up to the top; of a long one the middle is left
    out, so that no name takes more than eight questions."""
    labels = domain.split(".")
    start = max(1, len(labels) - MOST_LABELS + 1) if len(labels) > MOST_LABELS else 1
    return [domain, *(".".join(labels[cut:]) for cut in range(start, len(labels)))]


def _organisation(domain: str, found: dict[str, Dmarc]) -> str:
    for name, record in found.items():
        if record.psd == "n":
            return name
        if record.psd == "y" and name != domain:
            return ".".join(domain.split(".")[-len(name.split(".")) - 1 :])
    return min(found, key=lambda name: name.count("."), default=domain)


def _suffix(found: dict[str, Dmarc]) -> list[str]:
    """The record of a public suffix serves where the organisation has none."""
    return [name for name, record in found.items() if record.psd == "y"]
