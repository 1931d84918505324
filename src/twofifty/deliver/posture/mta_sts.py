"""MTA-STS (RFC 8461): whether others must use TLS when they send to a domain."""

import re
from collections.abc import Sequence

import msgspec

from twofifty.deliver.posture.dns import Asking, Unknown, known, mail_hosts
from twofifty.deliver.posture.finding import Finding, unchecked
from twofifty.deliver.posture.tags import tags_of, versioned

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_LONGEST_AGE = 31_557_600
SHORT_AGE = 86_400


class Policy(msgspec.Struct, frozen=True):
    """A policy file. `faults`: in words, what keeps senders from using it."""

    mode: str = ""
    max_age: int = 0
    mx: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Announced(msgspec.Struct, frozen=True):
    """What the DNS says: either there is a policy to fetch, for those hosts, or `finding` is all
    that there is to say."""

    finding: Finding | None = None
    hosts: tuple[str, ...] = ()


def policy_url(domain: str) -> str:
    """Where the policy of a domain stands (RFC 8461 3.3)."""
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def announced(domain: str) -> Asking[Announced]:
    """The TXT record at `_mta-sts`, and the hosts that the policy must name."""
    name = f"mta-sts {domain}"
    try:
        answer = yield from known(f"_mta-sts.{domain}", "TXT")
        hosts = yield from known(domain, "MX")
    except Unknown as unknown:
        return Announced(unchecked(name, unknown.why))
    records = versioned(answer.records, "STSv1")
    if not records:
        return Announced(Finding(name, "ok", "no record: TLS to us is not enforced (optional)"))
    if len(records) > 1:
        words = f"{len(records)} records, none counts; keep one"
        return Announced(Finding(name, "fail", words))
    if not _ID.fullmatch(tags_of(records[0]).get("id", "")):
        words = "the record has no `id=` of 1 to 32 letters and digits"
        return Announced(Finding(name, "fail", words))
    return Announced(hosts=tuple(host for host in mail_hosts(hosts) if host))


def parse(text: str) -> Policy:
    """A policy file (RFC 8461 3.2). Of a key that comes twice the first counts, `mx` aside."""
    said: dict[str, str] = {}
    mx: list[str] = []
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "mx":
            mx.append(value.strip().lower().rstrip("."))
        else:
            said.setdefault(key.strip(), value.strip())
    age = said.get("max_age", "")
    seconds = int(age) if age.isdecimal() and age.isascii() and len(age) <= 10 else -1
    return Policy(said.get("mode", ""), seconds, tuple(mx), tuple(_faults(said, seconds, mx)))


def judge_policy(domain: str, policy: Policy, hosts: Sequence[str]) -> Finding:
    """A policy against the MX hosts of its domain."""
    name = f"mta-sts {domain}"
    if policy.faults:
        return Finding(name, "fail", f"the policy is malformed: {'; '.join(policy.faults)}")
    if policy.mode == "none":
        return Finding(name, "ok", "mode none: TLS to us is not enforced")
    left_out = [host for host in hosts if not any(matches(host, one) for one in policy.mx)]
    if left_out:
        words = f"the policy leaves out {', '.join(left_out)}: senders will not deliver there"
        return Finding(name, "fail" if policy.mode == "enforce" else "warn", words)
    if policy.mode == "testing":
        words = "mode testing: nothing is enforced yet; change it once reports are clean"
        return Finding(name, "ok", words)
    if policy.max_age < SHORT_AGE:
        return Finding(name, "warn", f"max_age {policy.max_age} s is short; take a week or more")
    return Finding(name, "ok", f"mode enforce, names {', '.join(policy.mx)}")


def matches(host: str, pattern: str) -> bool:
    """Whether a policy's `mx` names a host: `*.` stands for exactly one label (RFC 8461 4.1)."""
    host = host.lower().rstrip(".")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return host == pattern


def _faults(said: dict[str, str], age: int, mx: Sequence[str]) -> list[str]:
    found: list[str] = []
    if said.get("version") != "STSv1":
        found.append("`version: STSv1` is missing")
    if said.get("mode") not in ("enforce", "testing", "none"):
        found.append("`mode` is none of enforce, testing, none")
    if not 0 <= age <= _LONGEST_AGE:
        found.append(f"`max_age` is no number of seconds up to {_LONGEST_AGE}")
    if not mx and said.get("mode") != "none":
        found.append("`mx` is missing")
    return found
