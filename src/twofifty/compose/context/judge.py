"""Tokens -> the context of each value."""

from collections.abc import Iterable

import msgspec

from twofifty.compose.context.error import TemplateProblem, refused
from twofifty.compose.context.kind import Context
from twofifty.compose.context.machine import walked
from twofifty.compose.context.place import Place
from twofifty.compose.context.state import State, Where, joined
from twofifty.compose.context.token import Begin, Else, End, Literal, Token, Value
from twofifty.compose.context.verdict import Unsafe, valued, verdict


class Judged(msgspec.Struct, frozen=True):
    """The context in which the value at `place` stands."""

    place: Place
    context: Context


def contexts(tokens: Iterable[Token]) -> tuple[Judged, ...]:
    """One judgement for each value, in order.

    Raises `TemplateError`, its `problems` all of them, for values that no escaping makes safe and
    for sections that end in another context than they begin.
    """
    judged, problems = judge(tokens)
    if problems:
        raise refused(problems)
    return judged


def judge(tokens: Iterable[Token]) -> tuple[tuple[Judged, ...], tuple[TemplateProblem, ...]]:
    """As `contexts`, with the problems as a value: a value that has one is judged as TEXT."""
    walk = Walk()
    judged: list[Judged] = []
    for token in tokens:
        if isinstance(token, Value):
            judged.append(Judged(token.place, walk.value(token.place, token.shown)))
        else:
            walk.past(token)
    return tuple(judged), tuple(walk.problems)


class _Open(msgspec.Struct):
    """A section that has begun: where, in which state, and the states in which branches ended."""

    place: Place
    begun: State
    ended: list[State]
    always: bool = False


class Walk:
    """A walk through a template, token by token. Whoever walks a tree calls the steps himself."""

    def __init__(self, state: State | None = None) -> None:
        self.problems: list[TemplateProblem] = []
        self._at = state or State()
        self._literal: list[str] = []
        self._open: list[_Open] = []

    @property
    def state(self) -> State:
        """The state after all that was walked."""
        if self._literal:
            self._at = walked(self._at, "".join(self._literal))
            self._literal.clear()
        return self._at

    @state.setter
    def state(self, state: State) -> None:
        self._literal.clear()
        self._at = state

    def text(self, text: str) -> None:
        """A literal."""
        self._literal.append(text)

    def value(self, place: Place, shown: str) -> Context:
        """The context of a value. Where none is safe this is noted, and it is taken for TEXT."""
        state = self.state
        found = verdict(state)
        self._at = valued(state)
        if isinstance(found, Unsafe):
            self.note(place, found.message.replace("{value}", shown))
            return Context.TEXT
        return found

    def begin(self, place: Place) -> None:
        """A section begins."""
        self._open.append(_Open(place, self.state, []))

    def otherwise(self, *, always: bool) -> None:
        """Another branch; `always`: with it one of the branches is always taken."""
        if self._open:
            section = self._open[-1]
            section.ended.append(self.state)
            section.always = section.always or always
            self.state = section.begun

    def end(self) -> None:
        """The innermost section ends: all its branches must lead to one context."""
        if not self._open:
            return
        section = self._open.pop()
        ways = [*section.ended, self.state, *([] if section.always else [section.begun])]
        met = _met(ways)
        if met is None:
            self.note(section.place, _torn(section.begun, ways))
        self.state = section.begun if met is None else met

    def note(self, place: Place, message: str) -> None:
        """Something is wrong at `place`."""
        self.problems.append(TemplateProblem(place, message))

    def past(self, token: Literal | Begin | Else | End) -> None:
        """A token that is no value."""
        match token:
            case Literal():
                self.text(token.text)
            case Begin():
                self.begin(token.place)
            case Else():
                self.otherwise(always=token.otherwise)
            case End():
                self.end()


def _met(ways: list[State]) -> State | None:
    met: State | None = ways[0]
    for way in ways[1:]:
        met = None if met is None else joined(met, way)
    return met


def _torn(begun: State, ways: list[State]) -> str:
    ended = next(way for way in ways if joined(way, begun) is None or way != begun)
    return (
        f"this section begins in {_named(begun)} and ends in {_named(ended)}; close in it what it "
        "opens, tags, quotes and comments"
    )


def _named(state: State) -> str:
    if state.where is Where.QUOTED:
        return f"the value of {state.attribute}"
    return f"<{state.element}>" if state.where is Where.RAW else state.where.value
