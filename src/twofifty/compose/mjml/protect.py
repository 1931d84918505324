"""An MJML source, checked against the language, with words in the places of its template tags."""

import difflib
from itertools import islice
from typing import Final

import msgspec

from twofifty.compose.context import TemplateProblem, refused
from twofifty.compose.mjml.attributes import Written, attributes, protected
from twofifty.compose.mjml.tags import BLOT, Source, quoted
from twofifty.compose.mjml.token import Comment, End, Start, Text, Token, tokens
from twofifty.compose.mjml.unit import Unit, Units
from twofifty.compose.mjml.words import ATTRIBUTES, CHILDREN, ENDING

_INCLUDE: Final = (
    "mj-include is not followed; put the file into partials/ and call it: {{> name}} or "
    "{% render 'name' %}"
)
_PARTS: Final = ("mj-all", "mj-class")


# More are not looked for: the first ones say enough.
MAX_PROBLEMS: Final = 25
MAX_ATTRIBUTES: Final = 100


class Protected(msgspec.Struct, frozen=True):
    """`mjml` for the compiler. `before` and `after`: what stands around the root element. `styles`:
    style sheets that are to be written into the elements."""

    mjml: str
    units: Units
    before: str
    after: str
    styles: tuple[str, ...]


def protect(source: Source) -> Protected:
    """Raises `TemplateError` with everything that is wrong with the source as MJML."""
    reading = _Reading(source)
    for token in tokens(source.blotted, ENDING):
        reading.take(token)
        if len(reading.problems) >= MAX_PROBLEMS:
            break
    else:
        reading.finish()
    if reading.problems:
        raise refused(tuple(reading.problems))
    return Protected(
        "".join(reading.out),
        reading.units,
        "".join(reading.before),
        "".join(reading.after),
        tuple(reading.styles),
    )


class _Reading:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.units = Units(source.text)
        self.open: list[Start] = []
        self.out: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.styles: list[str] = []
        self.problems: list[TemplateProblem] = []
        self.rooted = False

    def take(self, token: Token) -> None:
        match token:
            case Start():
                self._start(token)
            case End():
                self._end(token)
            case Text():
                self._text(token)
            case Comment():
                self._comment(token)

    def finish(self) -> None:
        for start in self.open:
            self._wrong(start.start, f"<{start.name}> is never closed; add </{start.name}>")
        if not self.rooted and not self.problems:
            self._wrong(0, "this is no MJML; begin with <mjml><mj-body>")

    @property
    def _inside(self) -> str:
        return self.open[-1].name if self.open else ""

    @property
    def _loose(self) -> bool:
        return any(start.name == "mj-head" for start in self.open)

    @property
    def _dropped(self) -> bool:
        """Inside a style sheet that the compiler is not to see."""
        return self._inside == "mj-style" and self.open[-1].get("inline") == "inline"

    def _wrong(self, index: int, message: str, nearest: str | None = None) -> None:
        self.problems.append(self.source.problem(index, message, nearest))

    # Elements

    def _start(self, token: Start) -> None:
        problem = self._misplaced(token)
        if problem:
            self.problems.append(problem)
        said = self._attributes(token)
        self.rooted = self.rooted or token.name == "mjml"
        if not token.closed:
            self.open.append(token)
        if not self._dropped:
            self.out.append(self._tag(token, said))

    def _attributes(self, token: Start) -> list[Written]:
        """What the language knows of the attributes; the rest is noted."""
        if not self._is_known(token.name):
            return []
        said = list(islice(attributes(self.source, token, token.name), MAX_ATTRIBUTES))
        self.problems += [one for one in said if isinstance(one, TemplateProblem)]
        return [one for one in said if isinstance(one, Written)]

    def _is_known(self, name: str) -> bool:
        return name in ATTRIBUTES or (name in _PARTS and self._inside == "mj-attributes")

    def _tag(self, token: Start, said: list[Written]) -> str:
        loose = self._loose or token.name == "mjml"
        held = "".join(protected(one, self.units, loose) for one in said)
        return f"<{token.name}{held}{' /' if token.closed else ''}>"

    def _misplaced(self, token: Start) -> TemplateProblem | None:
        name, inside = token.name, self._inside
        if name == "mj-include":
            return self.source.problem(token.start, _INCLUDE)
        if not token.whole:
            return self.source.problem(token.start, f"<{self._shown(token)} is never ended; add >")
        if not self._is_known(name):
            return self._unknown(token)
        if inside == "mj-attributes":
            return None
        if name not in CHILDREN.get(inside, ("mjml",)):
            return self.source.problem(token.start, _unfit(name, inside))
        if not inside and self.rooted:
            return self.source.problem(token.start, "there is one <mjml>; remove this one")
        return None

    def _unknown(self, token: Start) -> TemplateProblem:
        near = difflib.get_close_matches(token.name, sorted(ATTRIBUTES), 1)
        message = f"MJML has no element <{self._shown(token)}>"
        message += "" if near else "; write HTML in <mj-text> or <mj-raw>"
        return self.source.problem(token.start, message, next(iter(near), None))

    def _shown(self, token: Start) -> str:
        """Its name as it is written."""
        return self.source.text[token.start + 1 : token.start + 1 + len(token.name)]

    def _end(self, token: End) -> None:
        if token.name not in {start.name for start in self.open}:
            self._wrong(token.start, f"</{token.name}> closes nothing; remove it")
            return
        while self._inside != token.name:
            left = self.open.pop()
            self._wrong(left.start, f"<{left.name}> is not closed before </{token.name}>")
        if not self._dropped:
            self.out.append(f"</{token.name}>")
        self.open.pop()

    # What stands in elements

    def _text(self, token: Text) -> None:
        text = self.source.text[token.start : token.end]
        if self._inside in ENDING:
            self._content(text, token.start)
        elif token.text.strip() and self._inside in ("", *CHILDREN):
            left = token.text.replace(BLOT, "").strip()
            if left:
                self._wrong(token.start + token.text.find(left), _stray(left))
            self._between(text, token.start)

    def _content(self, text: str, start: int) -> None:
        if self._dropped:
            self.styles.append(text)
        elif text.strip():
            if self._inside == "mj-title":
                # It stands in aria-label too.
                text = quoted(text.strip())
            word = self.units.word(Unit(text, start, "content", self._loose))
            self.out.append(word)

    def _comment(self, token: Comment) -> None:
        """A note of the author's is not sent; one that a client or the engine reads is kept."""
        if not token.whole:
            self._wrong(token.start, "this comment is never closed; add -->")
        elif token.text.startswith(("[if", "<![endif")) or BLOT in token.text:
            self._between(self.source.text[token.start : token.end], token.start)

    def _between(self, text: str, start: int) -> None:
        if not self.open:
            (self.after if self.rooted else self.before).append(text)
        elif "mj-raw" not in CHILDREN.get(self._inside, ()):
            self._wrong(start, f"no tags stand directly in <{self._inside}>; put them around it")
        else:
            word = self.units.word(Unit(text.strip(), start, "between", self._loose))
            self.out.append(f"<mj-raw>{word}</mj-raw>")


def _unfit(name: str, inside: str) -> str:
    fitting = sorted(parent for parent, children in CHILDREN.items() if name in children)
    where = f"in <{inside}>" if inside else "outside of <mjml>"
    return f"<{name}> cannot stand {where}; it stands in <{'> or <'.join(fitting)}>"


def _stray(left: str) -> str:
    return f"text stands between elements: {left[:30]}; write it in <mj-text>"
