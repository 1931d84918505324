"""What mail programs do not know: `caniemail.json`, written by tools/caniemail_facts.py.

The results are those of https://www.caniemail.com/ (MIT licence).
"""

from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

# Most of the world's mail is read in these.
LARGE: Final = frozenset(
    ("Apple Mail", "Gmail", "Outlook for Windows", "Outlook.com", "Yahoo! Mail")
)
# Without these a mail falls apart or hides something; without others it is only plainer.
BREAKING: Final = frozenset(
    "css-display-flex css-display-grid css-variables css-grid-template html-svg html-object "
    "html-dialog image-avif image-svg image-webp image-heif image-tiff image-mp4".split()
)


class Feature(msgspec.Struct, frozen=True):
    """`slug`: its page is https://www.caniemail.com/features/SLUG/. `no` and `partly`: the families
    of mail programs; `share`: how much of those tested `no` is."""

    slug: str
    title: str
    no: tuple[str, ...]
    partly: tuple[str, ...]
    share: float

    @property
    def breaks(self) -> bool:
        """Whether a mail is broken without it, in a program that many use."""
        return self.slug in BREAKING and bool(LARGE.intersection(self.no))


class _Stated(msgspec.Struct, frozen=True):
    marks: tuple[str, ...]
    title: str
    no: tuple[int, ...]
    partly: tuple[int, ...]
    tested: int


class _Table(msgspec.Struct, frozen=True):
    families: tuple[str, ...]
    features: dict[str, _Stated]


@lru_cache(maxsize=1)
def features() -> dict[str, Feature]:
    """The features by what shows them: `p:gap`, `v:display:flex`, `e:video`."""
    text = files("twofifty.compose.lint").joinpath("caniemail.json").read_bytes()
    table = msgspec.json.decode(text, type=_Table)
    return {
        mark: _feature(slug, one, table.families)
        for slug, one in table.features.items()
        for mark in one.marks
    }


def _feature(slug: str, one: _Stated, families: tuple[str, ...]) -> Feature:
    lacking = tuple(families[number] for number in one.no)
    partial = tuple(families[number] for number in one.partly)
    share = round(len(lacking) / one.tested, 2) if one.tested else 0.0
    return Feature(slug, one.title, lacking, partial, share)
