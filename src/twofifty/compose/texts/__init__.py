"""What the mails say, language by language: gettext catalogs, read when they are first spoken.

Message ids are names (`view_order`), not English sentences. A language lacks nothing: what its
catalog does not have is taken from its wider language (`pt_BR` from `pt`), then from English.
Plural forms stand in CLDR's order of categories.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec
from babel import Locale
from babel.messages.pofile import read_po

SOURCE: Final = "en"
_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
_MOST_DIGITS: Final = 20
# CLDR's `pt` counts as Brazil does; our catalog of that name is Portugal's.
_COUNTED_AS: Final = {"pt": "pt_PT"}


class Texts(msgspec.Struct, frozen=True):
    """One language's texts: `plain` by name, `plurals` as the forms of a name in CLDR's order,
    `form` the place of the form that a number takes."""

    language: str
    plain: dict[str, str]
    plurals: dict[str, tuple[str, ...]]
    form: Callable[[int | Decimal], int]

    def __getitem__(self, name: str) -> str:
        """The text of that name. Raises KeyError for a name that no catalog has."""
        return self.plain[name]

    def say(self, name: str, /, **values: str) -> str:
        """The text of that name with its `{placeholders}` filled."""
        return self.plain[name].format(**values)

    def count(self, name: str, number: int | Decimal, shown: str) -> str:
        """The form for `number` things, with `{count}` as `shown`."""
        forms = self.plurals[name]
        return forms[min(self.form(number), len(forms) - 1)].format(count=shown)


class Catalogs(Mapping[str, Texts]):
    """All texts by the name of their catalog (`zh_Hant`), each read when it is first asked for."""

    def __init__(self) -> None:
        self._names = languages()
        self._known = frozenset(self._names)

    def __getitem__(self, name: str) -> Texts:
        """The texts of a catalog. Raises KeyError for a name that there is none of."""
        if name not in self._known:
            raise KeyError(name)
        return load(name)

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a catalog, sorted."""
    return tuple(sorted(entry.name[:-3] for entry in files(__name__).iterdir() if _po(entry.name)))


@lru_cache(maxsize=128)
def load(language: str) -> Texts:
    """A language's texts over those of its wider language and the English ones. Raises
    FileNotFoundError for an unknown one."""
    own = _read(language)
    wider = _wider(language)
    return own if wider is None else over(own, load(wider))


def over(own: Texts, wider: Texts) -> Texts:
    """`own` with what it lacks from `wider`; borrowed plural forms take the places of its own."""
    plurals = dict(own.plurals)
    for name in wider.plurals.keys() - own.plurals.keys():
        plurals[name] = _borrowed(wider.plurals[name], wider.language, own.language)
    return Texts(own.language, wider.plain | own.plain, plurals, own.form)


def categories(language: str) -> tuple[str, ...]:
    """CLDR's plural categories of a language, in CLDR's order."""
    tags = _counting(language).plural_form.tags | {"other"}
    return tuple(category for category in _CATEGORIES if category in tags)


def former(language: str) -> Callable[[int | Decimal], int]:
    """Which of a language's forms a number takes; numbers repeat, so answers are kept. What is no
    number of things (NaN, `1E+999999`) takes the form of `other`."""
    rule, order = _counting(language).plural_form, categories(language)

    @lru_cache(maxsize=1_024)
    def counted(number: int | Decimal) -> int:
        return order.index(rule(number))

    def form(number: int | Decimal) -> int:
        if isinstance(number, int):
            return counted(number)
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            return len(order) - 1
        # CLDR counts visible decimals: `1.50` is what is shown as `1.5`, `2.0` as `2`
        return counted(number.normalize() if number % 1 else int(number))

    return form


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
    return Texts(language, plain, plurals, former(language))


def _wider(language: str) -> str | None:
    """The catalog that fills what a catalog lacks; None for the source of them all."""
    if language == SOURCE:
        return None
    above = language.rpartition("_")[0]
    return above if above in languages() else SOURCE


def _borrowed(forms: tuple[str, ...], lender: str, borrower: str) -> tuple[str, ...]:
    said = dict(zip(categories(lender), forms, strict=False))
    return tuple(said.get(category, forms[-1]) for category in categories(borrower))


def _counting(language: str) -> Locale:
    return Locale.parse(_COUNTED_AS.get(language, language))


def _po(name: str) -> bool:
    return name.endswith(".po")
