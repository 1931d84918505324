"""Whether the key that we sign with is the one that the DNS publishes (RFC 6376 3.6)."""

from collections.abc import Callable

import msgspec

from twofifty.deliver.posture.dns import Answer, Asking, ask
from twofifty.deliver.posture.finding import Finding, Findings, unchecked
from twofifty.deliver.posture.tags import tags_of

Problem = Callable[[str], str | None]
"""What is wrong with a record, for one key; None: it is that key's."""


class Selector(msgspec.Struct, frozen=True):
    """One key that we sign with, and where its record stands."""

    domain: str
    name: str
    problem: Problem

    @property
    def at(self) -> str:
        """The name of its TXT record."""
        return f"{self.name}._domainkey.{self.domain}"


def judge_key(selector: Selector) -> Asking[Findings]:
    """The published record of one key."""
    name = f"dkim {selector.name} {selector.domain}"
    answer = yield from ask(selector.at, "TXT")
    if answer.unknown:
        return (unchecked(name, f"TXT of {selector.at}: {answer.unknown}"),)
    return (_judged(name, selector, answer),)


def _judged(name: str, selector: Selector, answer: Answer) -> Finding:
    show = f"`twofifty dkim records {selector.domain}` shows it"
    if not answer.records:
        words = f"nothing is published at {selector.at}, so signatures fail"
        return Finding(name, "fail", f"{words}; {show}")
    if len(answer.records) > 1:
        words = f"{len(answer.records)} records at {selector.at}: receivers take any; keep one"
        return Finding(name, "fail", words)
    problem = selector.problem(answer.records[0])
    if problem:
        return Finding(name, "fail", f"the record at {selector.at}: {problem}; {show}")
    if "y" in tags_of(answer.records[0]).get("t", "").split(":"):
        return Finding(name, "warn", f"{selector.at} says t=y (testing); take that out")
    return Finding(name, "ok", f"{selector.at} publishes the key that signs")
