"""What the figures mean, and what to change. Pure."""

from collections.abc import Callable, Iterator

import msgspec

from twofifty.testing.rehearsal.result import Result

SLOW_SECONDS = 10.0
CROWD = 0.25


class Terms(msgspec.Struct, frozen=True):
    """What of the settings advice depends on. `askable`: each route can be asked after a doubt."""

    routes: int
    askable: bool
    workers: int
    limited: bool


def verdict(result: Result) -> str:
    """One line: `ok`, or what needs attention."""
    bad = [text for text, so in _FAULTS.items() if so(result)]
    worth = [text for text, so in _WORTH.items() if so(result)]
    ended = ["ended early"] if result.stopped else []
    found = [*bad, *worth, *ended]
    return "ok" if not found else "attention: " + ", ".join(found)


_FAULTS: dict[str, Callable[[Result], bool]] = {
    "mail was lost": lambda r: r.lost > 0,
    "mail was doubled without a declared doubt": lambda r: r.beyond > 0,
    "the books do not balance": lambda r: bool(r.violations),
}
_WORTH: dict[str, Callable[[Result], bool]] = {
    "copies after doubts": lambda r: r.doubled > r.beyond,
    "mail still waits": lambda r: r.waiting > 0 and not r.stopped,
    "mail was held or failed": lambda r: r.stated > 0,
    "orders were refused": lambda r: r.refused > 0,
    "slow": lambda r: r.latency.p95 > SLOW_SECONDS,
}


def advice(result: Result, terms: Terms) -> tuple[str, ...]:
    """Sentences for this scenario, the most urgent first; none where all is well."""
    return tuple(_advice(result, terms))


def _advice(result: Result, terms: Terms) -> Iterator[str]:
    for so, text in _RULES:
        if so(result, terms):
            yield text.format(r=result, t=terms)
    yield from (f"The store says: {reason}." for reason in result.reasons)
    yield from (f"Not conserved: {text}." for text in result.violations)


Rule = tuple[Callable[[Result, Terms], bool], str]

_RULES: tuple[Rule, ...] = (
    (
        lambda r, t: bool(r.lost or r.beyond or r.violations),
        (
            "This is a fault of twofifty, not of your settings. Run it again with --keep and "
            "report it with the folder that is printed."
        ),
    ),
    (
        lambda r, t: r.doubled > r.beyond and not t.askable,
        (
            "{r.in_doubt} answers were lost and {r.doubled} copies followed. Declare lookup=URL "
            "on the route if its next hop can be asked: then no copy is made. DOUBT_COPIES=0 "
            "makes none either, and leaves such mail to a person."
        ),
    ),
    (
        lambda r, t: r.in_doubt > 0 and r.doubled == 0 and t.askable,
        "{r.in_doubt} answers were lost; the next hop was asked each time and no copy was made.",
    ),
    (
        lambda r, t: r.scenario == "provider-death" and t.routes < 2,
        (
            "While your only route was away no mail left: the slowest came {r.latency.most:.0f} s "
            "late. Add a second route to SMTP_URL (comma-separated): it takes over at once."
        ),
    ),
    (
        lambda r, t: r.waiting > 0,
        (
            "{r.waiting} mails had not arrived when the counting began. None is lost: each is "
            "tried again, later and later, for two days."
        ),
    ),
    (
        lambda r, t: _crowded(r) and t.limited,
        (
            "The queue grew to {r.longest_queue}: a rate in your settings holds mail back. Raise "
            "RATE or the route's rate if your provider allows more."
        ),
    ),
    (
        lambda r, t: _crowded(r) and not t.limited and r.scenario in ("black-friday", "quiet"),
        (
            "The queue grew to {r.longest_queue} at the peak. Raise WORKERS (now {t.workers}) "
            "where there are free cores, or connections= on the route where the server is far away."
        ),
    ),
    (
        lambda r, t: r.scenario == "slow-receiver" and r.latency.p95 > 1.0,
        (
            "A slow receiver holds connections: raise connections= on the route, or WORKERS (now "
            "{t.workers}), to keep more of them at work."
        ),
    ),
    (
        lambda r, t: r.scenario in ("greylisting", "throttled") and r.retries > 0,
        (
            "Mail was put off {r.retries} times and came again; half of all arrived within "
            "{r.latency.p50:.2g} s, nineteen of twenty within {r.latency.p95:.2g} s."
        ),
    ),
)


def _crowded(result: Result) -> bool:
    return result.longest_queue > CROWD * result.wanted and not result.shades


def summary(results: tuple[Result, ...]) -> str:
    """The whole in a sentence."""
    accepted, taken = sum(r.accepted for r in results), sum(r.taken for r in results)
    lost, doubled = sum(r.lost for r in results), sum(r.doubled for r in results)
    return (
        f"{accepted:,} orders were accepted in {len(results)} scenarios, {taken:,} of their "
        f"confirmations arrived, {lost:,} were lost, {doubled:,} came more than once."
    )
