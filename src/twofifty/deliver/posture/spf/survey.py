"""An SPF record as a whole: every include followed, every look-up counted, for any sender."""

from collections.abc import Sequence

import msgspec

from twofifty.deliver.posture.dns import Asking, Kind, ask
from twofifty.deliver.posture.names import plain
from twofifty.deliver.posture.spf.macro import has_macros
from twofifty.deliver.posture.spf.record import Malformed, Record, Term, is_spf, parse

MOST_RECORDS = 40
MOST_ASKED = 60
_LOOKED_UP = frozenset({"include", "a", "mx", "ptr", "exists"})
_VOIDABLE: dict[str, Kind] = {"a": "A", "mx": "MX", "exists": "A"}


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """`lookups`: how many terms need the DNS (RFC 7208 4.6.4), at most, for no sender needs more.
    `voids`: terms that find nothing. `domains`: every domain whose record takes part, the first
    aside. `all`: the result for everybody else, empty where nothing says it. `faults`: what makes
    receivers give up; `unknown`: what could not be looked at; `notes`: what is unwise."""

    found: bool = True
    lookups: int = 0
    voids: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    all: str = ""
    faults: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def survey(domain: str) -> Asking[Survey]:
    """The record of `domain` and of all that it includes."""
    return (yield from _Walk().run(domain))


class _Walk:
    def __init__(self) -> None:
        self._lookups = 0
        self._asked = 0
        self._voids: list[str] = []
        self._domains: list[str] = []
        self._faults: list[str] = []
        self._unknown: list[str] = []
        self._notes: list[str] = []

    def run(self, domain: str) -> Asking[Survey]:
        """The whole of it."""
        record = yield from self._record(domain)
        if record is None and not self._faults and not self._unknown:
            return Survey(found=False)
        everybody = ""
        if record is not None:
            everybody = yield from self._inside(record, (domain,))
        return Survey(
            lookups=self._lookups,
            voids=tuple(self._voids),
            domains=tuple(self._domains),
            all=everybody,
            faults=tuple(dict.fromkeys(self._faults)),
            unknown=tuple(dict.fromkeys(self._unknown)),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    def _record(self, domain: str) -> Asking[Record | None]:
        answer = yield from ask(domain, "TXT")
        found = [text for text in answer.records if is_spf(text)]
        if answer.unknown:
            self._unknown.append(f"TXT of {domain}: {answer.unknown}")
        if len(found) > 1:
            self._faults.append(f"{domain} has {len(found)} SPF records; join them into one")
        if len(found) != 1:
            return None
        try:
            return parse(found[0])
        except Malformed as fault:
            self._faults.append(f"the record of {domain} is malformed: {fault}")
            return None

    def _inside(self, record: Record, path: tuple[str, ...]) -> Asking[str]:
        """Walks through a record at the end of `path`; its result for everybody else."""
        for number, term in enumerate(record.terms):
            if term.name == "all":
                self._note_rest(record, number, path[-1])
                return term.qualifier
            yield from self._term(term, path)
        if not record.redirect:
            return ""
        self._lookups += 1
        return (yield from self._followed(record.redirect, path, "redirect="))

    def _term(self, term: Term, path: tuple[str, ...]) -> Asking[None]:
        self._lookups += term.name in _LOOKED_UP
        if term.name == "include":
            yield from self._followed(term.target, path, "include:")
        elif term.name == "ptr":
            self._notes.append(f"{path[-1]} uses `ptr`, which RFC 7208 5.5 advises against")
        elif term.name in _VOIDABLE and not has_macros(term.target):
            yield from self._looked_up(term, path[-1])

    def _looked_up(self, term: Term, domain: str) -> Asking[None]:
        name, kind = term.target or domain, _VOIDABLE[term.name]
        self._asked += 1
        if self._asked > MOST_ASKED:
            return
        answer = yield from ask(name, kind)
        if kind == "A" and answer.void and term.name == "a":
            answer = yield from ask(name, "AAAA")
        if answer.unknown:
            self._unknown.append(f"{kind} of {name}: {answer.unknown}")
        if answer.void:
            self._voids.append(f"{term.name}:{name}")

    def _followed(self, target: str, path: tuple[str, ...], word: str) -> Asking[str]:
        target = plain(target)
        if has_macros(target):
            self._notes.append(f"{word}{target} depends on the mail and was not followed")
            return ""
        if target in path:
            self._faults.append(f"{path[-1]} leads back to {target}: a loop")
            return ""
        self._domains.append(target)
        if len(self._domains) > MOST_RECORDS:
            return ""
        record = yield from self._record(target)
        if record is None:
            self._missing(target, word)
            return ""
        return (yield from self._inside(record, (*path, target)))

    def _missing(self, target: str, word: str) -> None:
        said: Sequence[str] = (*self._faults, *self._unknown)
        if not any(target in one for one in said):
            self._faults.append(f"{word}{target} has no SPF record")

    def _note_rest(self, record: Record, number: int, domain: str) -> None:
        if number + 1 < len(record.terms):
            self._notes.append(f"{domain}: what stands after `all` is never looked at")
