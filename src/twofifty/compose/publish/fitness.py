"""When a version is taken back by itself: the rule, and its figures. Pure.

A version's mails are compared with those of the version before it. It is taken back when

- 3 or more of its mails fell back to a simpler template, and these are 2 of a hundred more than of
  the version before; or
- of 50 or more, 5 or more failed, or 5 or more bounced, or 3 or more were complained about, and
  these are more than twice as many of a hundred as before, and at least 2 (complaints: 0.3) more.

By chance alone, at 2 of a hundred bounces, 5 of the first 50 happen once in 300 canaries.
"""

from typing import Final, NamedTuple

from twofifty.compose.ports import Counts

SAMPLE: Final = 50


class _Rule(NamedTuple):
    """`least` of them, among `sample` mails; `more` shares than before, and `times` its share."""

    what: str
    sample: int
    least: int
    more: float
    times: float


_RULES: Final = (
    _Rule("degraded", 1, 3, 0.02, 1.0),
    _Rule("failed", SAMPLE, 5, 0.02, 2.0),
    _Rule("bounced", SAMPLE, 5, 0.02, 2.0),
    _Rule("complained", SAMPLE, 3, 0.003, 2.0),
)
_WORDS: Final = {
    "degraded": "fell back to a simpler template",
    "failed": "failed",
    "bounced": "bounced",
    "complained": "were complained about",
}


def unfit(now: Counts, before: Counts) -> str:
    """Why a version is to be taken back, in words; empty where it is not."""
    return next((_said(rule, now, before) for rule in _RULES if _broken(rule, now, before)), "")


def _broken(rule: _Rule, now: Counts, before: Counts) -> bool:
    count = getattr(now, rule.what)
    if now.messages < rule.sample or count < rule.least:
        return False
    share, was = _share(rule.what, now), _share(rule.what, before)
    return share >= was + rule.more and share > was * rule.times


def _share(what: str, counts: Counts) -> float:
    part: int = getattr(counts, what)
    return part / counts.messages if counts.messages else 0.0


def _said(rule: _Rule, now: Counts, before: Counts) -> str:
    return (
        f"{getattr(now, rule.what)} of {now.messages} mails {_WORDS[rule.what]}; "
        f"of the version before, {getattr(before, rule.what)} of {before.messages}"
    )
