"""What a provider's answer means: by its status and its error code - never by its prose.

    2xx with an id          accepted
    2xx without one         in doubt: something answered that is not the provider
    a code of its table     refused, about what the table says; or later; or in doubt
    401 402 403 404 3xx     refused, about the route: the key, the account, the address asked
    413                     refused, about the message
    408 425 429             deferred, by Retry-After; nothing was taken
    503                     deferred where the provider documents it as "not taken", or where it
                            says when to come again; else in doubt
    other 4xx               refused, about the message
    other 5xx               in doubt: it may have been taken before the fault

A code is looked for with the status before it, then as it is, then by its first word.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from twofifty.adapters.mail_api.mail import Answer, Said, Unfit
from twofifty.deliver.outcome import (
    About,
    Accepted,
    Deferred,
    InDoubt,
    Outcome,
    Phase,
    Refused,
    Reply,
)
from twofifty.deliver.refusal import UNWANTED

LONGEST_HINT = 86_400.0
LONGEST_TEXT = 400
SHORTEST_SECRET = 6

_CODE = re.compile(r"[^A-Za-z0-9_.:# -]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LATER = frozenset({408, 425, 429})
_ROUTE = frozenset({401, 402, 403, 404, 405, 410, 421})

# The phase of SMTP in which a server says the like, its reply code and its enhanced code.
_LIKE: dict[About, tuple[Phase, int, str]] = {
    "recipient": ("rcpt", 550, "5.1.1"),
    "sender": ("mail", 550, "5.7.1"),
    "message": ("dot", 554, "5.6.0"),
    "route": ("auth", 535, "5.7.8"),
}
_NAMES: dict[About, str] = {
    "recipient": "the recipient",
    "sender": "the sender",
    "message": "the message",
    "route": "this account or key",
}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's table of error codes. `about`: what a refusal is about; `later`: nothing was
    taken, come again; `doubt`: an equal request may have been taken; `unwanted`: the recipient
    asked the provider to be left alone; `down_is_no`: whether 503 is documented as "not taken"."""

    about: Mapping[str, About] = {}
    later: frozenset[str] = frozenset()
    doubt: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    down_is_no: bool = False


class Judge(msgspec.Struct, frozen=True):
    """Judges answers of one route. `secrets` never show, whatever a provider repeats."""

    route: str
    rules: Rules
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Judge({self.route})"

    def outcome(self, answer: Answer, said: Said, now: float) -> Outcome:
        """The outcome of a whole answer that came at `now` (seconds since the epoch)."""
        if said.id and not said.code and answer.status < 300:
            return Accepted(Reply(250, self._shown(f"taken as {said.id}"), "2.0.0"), self.route)
        ruled = self._ruled(answer, said, now)
        return ruled or self._by_status(answer, said, now)

    def unfit(self, unfit: Unfit) -> Refused:
        """The outcome of a mail that was never sent, because the provider cannot express it."""
        return Refused(unfit.reason, "data", self.route, unfit.about)

    def _ruled(self, answer: Answer, said: Said, now: float) -> Outcome | None:
        """By the provider's own table, where it has that code."""
        codes = _codes(answer.status, said.code)
        if any(code in self.rules.later for code in codes):
            return self._later(answer, said, now)
        if any(code in self.rules.doubt for code in codes):
            return self._doubt(answer, said)
        if any(code in self.rules.unwanted for code in codes):
            return self._unwanted(answer, said)
        about = next((self.rules.about[code] for code in codes if code in self.rules.about), None)
        return self._refused(answer, said, about) if about else None

    def _by_status(self, answer: Answer, said: Said, now: float) -> Outcome:
        status = answer.status
        if status in _LATER or self._is_down(answer):
            return self._later(answer, said, now)
        if status in _ROUTE or 300 <= status < 400:
            return self._refused(answer, said, "route")
        if 400 <= status < 500 or (status < 300 and said.code):
            return self._refused(answer, said, "message")
        return self._doubt(answer, said)

    def _is_down(self, answer: Answer) -> bool:
        hinted = self.rules.down_is_no or "retry-after" in answer.headers
        return answer.status == 503 and hinted

    def _refused(self, answer: Answer, said: Said, about: About) -> Refused:
        phase, code, enhanced = _LIKE[about]
        reason = f"The provider refused {_NAMES[about]} ({self._name(answer, said)})."
        reply = Reply(code, self._text(answer, said), enhanced)
        return Refused(reason, phase, self.route, about, reply)

    def _unwanted(self, answer: Answer, said: Said) -> Refused:
        """The address works, and its owner wants nothing: see `deliver.refusal`."""
        reason = f"The recipient wants no messages ({self._name(answer, said)})."
        reply = Reply(550, self._text(answer, said), UNWANTED)
        return Refused(reason, "rcpt", self.route, "recipient", reply)

    def _later(self, answer: Answer, said: Said, now: float) -> Deferred:
        """As SMTP's 421: it would not talk, which says nothing about the mail."""
        return Deferred(
            reason=f"The provider put it off ({self._name(answer, said)}).",
            phase="greeting",
            route=self.route,
            reply=Reply(421, self._text(answer, said), "4.3.2"),
            connection=True,
            retry_after=retry_after(answer.headers, now),
        )

    def _doubt(self, answer: Answer, said: Said) -> InDoubt:
        name = self._name(answer, said)
        return InDoubt(f"The provider did not say whether it took the mail ({name}).", self.route)

    def _name(self, answer: Answer, said: Said) -> str:
        code = self._shown(_CODE.sub("", said.code)[:60]).strip()
        return f"HTTP {answer.status} {code}".rstrip()

    def _text(self, answer: Answer, said: Said) -> str:
        return self._shown(f"{self._name(answer, said)}: {said.text}".rstrip(": "))

    def _shown(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***") if len(secret) >= SHORTEST_SECRET else text
        return _CONTROLS.sub(" ", text)[:LONGEST_TEXT]


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by Retry-After (RFC 9110 10.2.3: seconds or a date), a day at most."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), LONGEST_HINT)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = (aware - datetime.fromtimestamp(now, UTC)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_HINT)


def _codes(status: int, code: str) -> tuple[str, ...]:
    """The more precise first."""
    first = code.partition(" ")[0]
    return (f"{status} {code}", code, f"{status} {first}", first) if code else ()
