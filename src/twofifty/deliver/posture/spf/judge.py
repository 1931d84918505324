"""What `doctor` says of SPF."""

from collections.abc import Sequence

from twofifty.deliver.posture.dns import Asking
from twofifty.deliver.posture.finding import Finding, Findings, State, unchecked
from twofifty.deliver.posture.names import below
from twofifty.deliver.posture.spf.evaluate import (
    MOST_LOOKUPS,
    MOST_VOIDS,
    Evaluation,
    Sending,
    evaluate,
)
from twofifty.deliver.posture.spf.survey import Survey, survey

_ALL = {
    "pass": ("fail", "ends in `+all`: anybody may send as this domain; end it in `~all`"),
    "neutral": ("warn", "ends in `?all`, which says nothing; end it in `~all` or `-all`"),
    "softfail": ("ok", "ends in `~all`"),
    "fail": ("ok", "ends in `-all`"),
    "": ("warn", "has no `all` at its end: others are neutral; end it in `~all` or `-all`"),
}
_GRAVITY: dict[State, int] = {"ok": 0, "warn": 1, "fail": 2}


def judge_record(domain: str, *, bounces: bool, include: str = "") -> Asking[Findings]:
    """The record of a domain. `bounces`: return paths are in it, so that SPF looks at it; without
    that its record only matters to itself. `include`: what the provider that sends wants there."""
    found = yield from survey(domain)
    name = f"spf {domain}"
    if not found.found:
        return (_missing(name, include, bounces=bounces),)
    states = [_counted(found), *_written(found), _provider(found, include)]
    said = [one for one in states if one and not (found.unknown and one[0] == "ok")]
    unseen = tuple(unchecked(name, why) for why in found.unknown)
    return (*((_joined(name, said),) if said else ()), *unseen)


def judge_address(domain: str, sending: Sending, who: str) -> Asking[Findings]:
    """Whether the record lets an address send for the domain; `who` has it."""
    found = yield from evaluate(sending)
    name = f"spf {domain} {sending.address}"
    if found.result == "temperror":
        return (unchecked(name, found.why),)
    return (Finding(name, _STATES[found.result], _worded(found, sending, who)),)


_STATES: dict[str, State] = {
    "pass": "ok",
    "fail": "fail",
    "softfail": "fail",
    "neutral": "warn",
    "none": "warn",
    "permerror": "fail",
}
_Said = tuple[State, str] | None


def _worded(found: Evaluation, sending: Sending, who: str) -> str:
    if found.result == "pass":
        return f"may send ({who}; {found.why})"
    version = "ip4" if sending.address.version == 4 else "ip6"
    add = f"add `{version}:{sending.address}` before `all` if mail leaves from there"
    return f"{found.result} for the address of {who}: {found.why}; {add}"


def _missing(name: str, include: str, *, bounces: bool) -> Finding:
    wanted = include and f"include:{include} "
    publish = f'publish a TXT record "v=spf1 {wanted or "ip4:ADDRESS "}~all"'
    if bounces:
        return Finding(name, "fail", f"no SPF record; {publish}")
    return Finding(name, "warn", f"no SPF record; return paths are elsewhere, still {publish}")


def _counted(found: Survey) -> _Said:
    if found.lookups > MOST_LOOKUPS:
        words = f"needs {found.lookups} look-ups, {MOST_LOOKUPS} are allowed: receivers ignore it"
        return "fail", f"{words}; take includes out, or write addresses as ip4: and ip6:"
    if len(found.voids) > MOST_VOIDS:
        return "fail", f"{len(found.voids)} terms find nothing ({', '.join(found.voids)})"
    if found.voids:
        return "warn", f"{', '.join(found.voids)} finds nothing; take it out"
    return "ok", f"{found.lookups} of {MOST_LOOKUPS} look-ups"


def _written(found: Survey) -> Sequence[_Said]:
    if found.faults:
        return [("fail", fault) for fault in found.faults]
    notes: list[_Said] = [("warn", note) for note in found.notes]
    state, words = _ALL[found.all]
    return [*notes, None if found.unknown else (_state(state), words)]


def _state(word: str) -> State:
    return "fail" if word == "fail" else "warn" if word == "warn" else "ok"


def _provider(found: Survey, include: str) -> _Said:
    if not include or found.faults or found.unknown:
        return None
    if any(below(domain, include) for domain in found.domains):
        return "ok", f"includes {include}"
    return "warn", f"include:{include} is missing, which the provider that sends asks for"


def _joined(name: str, said: Sequence[tuple[State, str]]) -> Finding:
    """One line: the worst first, and nothing good of what is bad."""
    worst = max((state for state, _ in said), key=_GRAVITY.__getitem__)
    shown = [words for state, words in said if worst == "ok" or state != "ok"]
    return Finding(name, worst, "; ".join(shown))
