"""What a server's TLS is worth: version, certificate, time left."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from twofifty.deliver.posture.finding import Finding

SOON_DAYS = 14
_OLD = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})


class Shown(msgspec.Struct, frozen=True):
    """What a server shows in the handshake; times are aware. `names`: whom the certificate is
    for."""

    version: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...] = ()


def judge_certificate(name: str, host: str, shown: Shown, now: datetime) -> Finding:
    """Whether it may be trusted by its dates and names; who signed it is the log-in's business."""
    left = (shown.not_after - now).days
    until = f"{shown.not_after:%Y-%m-%d}"
    if shown.not_after <= now:
        return Finding(name, "fail", f"the certificate ended on {until}; renew it")
    if shown.not_before > now:
        words = f"the certificate begins on {shown.not_before:%Y-%m-%d}: is the clock right?"
        return Finding(name, "fail", words)
    if not any(covers(one, host) for one in shown.names):
        words = f"the certificate is for {_few(shown.names)}, not for {host}"
        return Finding(name, "fail", words)
    if shown.version in _OLD:
        return Finding(name, "warn", f"{shown.version} is broken; the server should offer TLS 1.2")
    if left < SOON_DAYS:
        return Finding(name, "warn", f"the certificate ends in {left} days, on {until}; renew it")
    return Finding(name, "ok", f"{shown.version}, certificate for {left} more days ({until})")


def covers(pattern: str, host: str) -> bool:
    """RFC 6125 6.4.3: `*` stands for the whole first label."""
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:] != ""
    return pattern == host


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) or "nobody"
