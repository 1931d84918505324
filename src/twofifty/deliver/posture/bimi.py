"""BIMI: the shop's logo beside its mails."""

from twofifty.deliver.posture.dmarc_walk import Walk, walk
from twofifty.deliver.posture.dns import Asking, Unknown, known
from twofifty.deliver.posture.finding import Finding, Findings, unchecked
from twofifty.deliver.posture.tags import tags_of, versioned


def judge_bimi(domain: str) -> Asking[Findings]:
    """Of the default selector. The logo itself is not fetched."""
    name = f"bimi {domain}"
    try:
        answer = yield from known(f"default._bimi.{domain}", "TXT")
        records = versioned(answer.records, "BIMI1")
        if not records:
            return (Finding(name, "ok", "no record: no logo is shown (it is optional)"),)
        author = yield from walk(domain)
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)
    if len(records) > 1:
        return (Finding(name, "fail", f"{len(records)} records, none counts; keep one"),)
    return (_judged(name, records[0], author),)


def _judged(name: str, record: str, author: Walk) -> Finding:
    tags = tags_of(record)
    logo, proof = tags.get("l", ""), tags.get("a", "")
    if not logo and not proof:
        return Finding(name, "ok", "declined: no logo is shown")
    if not logo.lower().startswith("https://") or not logo.lower().endswith((".svg", ".svgz")):
        return Finding(name, "fail", f"l={logo} must be an https URL of an SVG (Tiny PS)")
    if author.record is None or author.record.policy == "none":
        words = "is ignored while DMARC is below p=quarantine"
        return Finding(name, "warn", f"a logo {words}; raise the DMARC policy first")
    if not proof:
        words = f"logo {logo} without `a=`: some receivers show it only with a certificate"
        return Finding(name, "warn", f"{words} (VMC or CMC)")
    return Finding(name, "ok", f"logo {logo}, certificate {proof} (neither was fetched)")
