"""What the mails say, language by language: gettext catalogs, read once.

Message ids are names (`view_order`), not English sentences. A language lacks nothing: what its
catalog does not have is taken from English. Plural forms stand in CLDR's order of categories.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec
from babel import Locale
from babel.messages.pofile import read_po

SOURCE: Final = "en"
_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")


class Texts(msgspec.Struct, frozen=True):
    """One language's texts: `plain` by name, `plurals` as the forms of a name in CLDR's order,
    `form` the place of the form that a number takes."""

    language: str
    plain: dict[str, str]
    plurals: dict[str, tuple[str, ...]]
    form: Callable[[int], int]

    def __getitem__(self, name: str) -> str:
        """The text of that name. Raises KeyError for a name that no catalog has."""
        return self.plain[name]

    def say(self, name: str, /, **values: str) -> str:
        """The text of that name with its `{placeholders}` filled."""
        return self.plain[name].format(**values)

    def count(self, name: str, number: int, shown: str) -> str:
        """The form for `number` things, with `{count}` as `shown`."""
        forms = self.plurals[name]
        return forms[min(self.form(number), len(forms) - 1)].format(count=shown)


def languages() -> tuple[str, ...]:
    """The languages that have a catalog, sorted."""
    return tuple(sorted(entry.name[:-3] for entry in files(__name__).iterdir() if _po(entry.name)))


def load(language: str) -> Texts:
    """A language's texts over the English ones. Raises FileNotFoundError for an unknown one."""
    source = _read(SOURCE)
    if language == SOURCE:
        return source
    own = _read(language)
    return Texts(language, source.plain | own.plain, source.plurals | own.plurals, own.form)


def _read(language: str) -> Texts:
    plain: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    with files(__name__).joinpath(f"{language}.po").open("rb") as stored:
        catalog = read_po(stored, locale=language, charset="utf-8", abort_invalid=True)
    for message in catalog:
        said = message.string
        if message.fuzzy or not said or not message.id:
            continue
        if isinstance(said, str):
            plain[str(message.id)] = said
        elif all(said):
            plurals[message.id[0]] = tuple(said)
    return Texts(language, plain, plurals, _former(language))


def categories(language: str) -> tuple[str, ...]:
    """CLDR's plural categories of a language, in CLDR's order."""
    tags = Locale.parse(language).plural_form.tags | {"other"}
    return tuple(category for category in _CATEGORIES if category in tags)


def _former(language: str) -> Callable[[int], int]:
    """Which of a language's forms a number takes; numbers repeat, so answers are kept."""
    rule, order = Locale.parse(language).plural_form, categories(language)

    @lru_cache(maxsize=1_024)
    def form(number: int) -> int:
        return order.index(rule(number))

    return form


def _po(name: str) -> bool:
    return name.endswith(".po")
