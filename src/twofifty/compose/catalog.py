"""A pack's own texts, laid over the catalogs that come with the product.

A pack's `locales/LANG.po` replaces single texts of a language, or adds a language. What is wrong in
it is found when the pack is published: a wrong placeholder would fail each mail that says it.
"""

import difflib
import re
import string
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import chain

import msgspec
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.context.place import Place
from twofifty.compose.texts import SOURCE, Catalogs, Texts, categories, former, load, over

_FOLDER = "locales/"
# A text that begins on a line and does not end there; the reader would lose its last letter.
_OPEN = re.compile(r'\s*(?:msg\w+(?:\[\d+\])?\s+)?"(?:[^"\\]|\\.)*$')


class Own(msgspec.Struct, frozen=True):
    """A catalog of a pack: its language, its texts, and what is wrong with it."""

    language: str
    plain: dict[str, str]
    plurals: dict[str, tuple[str, ...]]
    problems: tuple[TemplateProblem, ...]


class Voices(Mapping[str, Texts]):
    """Every catalog by its name, a pack's own texts over them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._below = Catalogs()
        read = [own_catalog(path, text) for path, text in sorted(files.items()) if is_catalog(path)]
        self._own = {each.language: each for each in read if each.language}
        self._made: dict[str, Texts] = {}
        self.problems = tuple(problem for each in read for problem in each.problems)

    def __getitem__(self, name: str) -> Texts:
        """The texts of a catalog. Raises KeyError for a name that there is none of."""
        known = self._made.get(name)
        if known is None:
            known = self._made[name] = self._laid_over(name)
        return known

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._below

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._below, *self._own}))

    def __len__(self) -> int:
        return len(set(self._below) | set(self._own))

    def _laid_over(self, name: str) -> Texts:
        own = self._own.get(name)
        if own is None:
            return self._below[name]
        if name in self._below:
            below = self._below[name]
            return Texts(name, below.plain | own.plain, below.plurals | own.plurals, below.form)
        return over(Texts(name, own.plain, own.plurals, former(name)), load(SOURCE))


def is_catalog(path: str) -> bool:
    """Whether a file of a pack is a catalog."""
    return path.startswith(_FOLDER) and path.endswith(".po")


def own_catalog(path: str, text: str) -> Own:
    """What a catalog of a pack says, without the texts that are wrong."""
    language = path.removeprefix(_FOLDER).removesuffix(".po")
    try:
        messages = _read(language, text)
    except (ValueError, UnknownLocaleError):
        said = f"{language!r} is no language; name it as `de`, `pt_BR` or `zh_Hant`"
        return Own("", {}, {}, (_problem(path, 1, said),))
    except PoFileError as fault:
        return Own("", {}, {}, (_unread(path, fault),))
    open_ = next((row for row, line in enumerate(text.splitlines(), 1) if _OPEN.match(line)), 0)
    if open_:
        return Own("", {}, {}, (_problem(path, open_, "this text has no closing quote"),))
    return _own(path, language, list(filter(_is_said, messages)))


def _read(language: str, text: str) -> list[Message]:
    Locale.parse(language)
    with BytesIO(text.encode()) as stored:
        return list(read_po(stored, locale=language, charset="utf-8", abort_invalid=True))


def _is_said(message: Message) -> bool:
    return bool(message.id and message.string) and not message.fuzzy


def _own(path: str, language: str, told: list[Message]) -> Own:
    wrong = [tuple(_wrong(path, language, each)) for each in told]
    fine = [each for each, problems in zip(told, wrong, strict=True) if not problems]
    return Own(
        language,
        {_name(each): _forms(each)[0] for each in fine if not each.pluralizable},
        {_name(each): _forms(each) for each in fine if each.pluralizable},
        tuple(chain.from_iterable(wrong)),
    )


def _wrong(path: str, language: str, message: Message) -> Iterator[TemplateProblem]:
    where = _problem(path, message.lineno or 1, repr(_name(message)))
    name, forms, source = _name(message), _forms(message), load(SOURCE)
    wanted = categories(language)
    if message.pluralizable and (len(forms) != len(wanted) or not all(forms)):
        yield _also(where, f" needs {len(wanted)} plural forms in {language} ({', '.join(wanted)})")
    if _is_miscounted(message, source):
        way = "msgid_plural and msgstr[0] ..." if name in source.plurals else "msgstr alone"
        yield _also(where, f" is written with {way}")
        return
    known = _names("".join(source.plurals.get(name, ()) or (source.plain.get(name, ""),)))
    for form in forms:
        yield from _misnamed(where, form, known or frozenset())


def _is_miscounted(message: Message, source: Texts) -> bool:
    """Whether a text that counts is written as one that does not, or the other way."""
    name = _name(message)
    if bool(message.pluralizable) == (name in source.plurals):
        return False
    return name in source.plurals or name in source.plain


def _also(where: TemplateProblem, said: str) -> TemplateProblem:
    return TemplateProblem(where.place, where.message + said)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def _misnamed(
    where: TemplateProblem, form: str, known: frozenset[str]
) -> Iterator[TemplateProblem]:
    found = _names(form)
    if found is None:
        yield _problem(where.place.template, where.place.line, f"{where.message}: unpaired braces")
        return
    for name in sorted(found - known):
        near = next(iter(difflib.get_close_matches(name, known, 1, 0.3)), None)
        if near:
            hint = f"; did you mean {{{near}}}?"
        else:
            hint = "; this text has no placeholder" if not known else ""
        said = f"{where.message} has no placeholder {{{name}}}{hint}"
        yield TemplateProblem(where.place, said, near)


def _names(text: str) -> frozenset[str] | None:
    """The placeholders of a text; None where its braces are not paired."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    return frozenset(
        name + (f"!{how}" if how else "") + (spec or "")
        for _, name, spec, how in parts
        if name is not None
    )


def _unread(path: str, fault: PoFileError) -> TemplateProblem:
    """Why a file is no catalog. The reader counts its lines from nought, and says them too."""
    said = re.sub(r" on \d+$", "", str(fault))
    return _problem(path, (fault.lineno or 0) + 1, f"cannot be read: {said}")


def _problem(path: str, line: int, message: str) -> TemplateProblem:
    return TemplateProblem(Place(path, line, 1), message)
