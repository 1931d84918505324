"""TLS-RPT (RFC 8460): who is told when others cannot reach a domain over TLS."""

from twofifty.deliver.posture.dns import Asking, Unknown, known
from twofifty.deliver.posture.finding import Finding, Findings, unchecked
from twofifty.deliver.posture.tags import tags_of, versioned


def judge_tls_rpt(domain: str) -> Asking[Findings]:
    """The record at `_smtp._tls`."""
    name = f"tls-rpt {domain}"
    try:
        answer = yield from known(f"_smtp._tls.{domain}", "TXT")
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)
    records = versioned(answer.records, "TLSRPTv1")
    if not records:
        return (Finding(name, "ok", "no record: failures of TLS are not reported (optional)"),)
    if len(records) > 1:
        return (Finding(name, "fail", f"{len(records)} records, none counts; keep one"),)
    reports = tags_of(records[0]).get("rua", "")
    uris = [uri.strip() for uri in reports.split(",")]
    if not all(uri.lower().startswith(("mailto:", "https://")) for uri in uris):
        return (Finding(name, "fail", "`rua=` must name mailto: or https: addresses"),)
    return (Finding(name, "ok", f"reports go to {', '.join(uris)}"),)
