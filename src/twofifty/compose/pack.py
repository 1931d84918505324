"""A pack: all files that mails are made of, known by the hash of their content.

    theme.toml                          logo, colours, font, footer, layout
    KIND.LAYOUT.html.ENGINE             the HTML part: `confirmation.full.html.mustache`
    KIND.LAYOUT.mjml.ENGINE             the same, written in MJML
    KIND.LAYOUT.txt.ENGINE              the text part
    KIND.LAYOUT.subject.ENGINE          the subject, where the catalog's is not wanted
    partials/NAME.FORMAT.ENGINE         what several of them share
    locales/LANG.po                     texts that replace or add to the catalog's

KIND is a message kind, ENGINE `mustache` or `liquid`. LAYOUT may be left out: the only one.
What a shop's pack does not have, the built-in pack has.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal

import msgspec

from twofifty.notice.model import Kind

Format = Literal["html", "mjml", "txt", "subject"]
Engine = Literal["mustache", "liquid"]

DEFAULT_LAYOUT: Final = "full"
_PART = re.compile(
    r"(?P<kind>[a-z]+)(?:\.(?P<layout>[a-z0-9_-]{1,40}))?"
    r"\.(?P<format>html|mjml|txt|subject)\.(?P<engine>mustache|liquid)"
)
_PARTIALS: Final = "partials/"
_VERSION: Final = 12


class Part(msgspec.Struct, frozen=True):
    """A file of a pack that is a part of a mail. `path` is its name in the pack."""

    path: str
    kind: str
    layout: str
    format: Format
    engine: Engine

    @property
    def place(self) -> tuple[str, str, str]:
        """Kind, layout, and which part of the mail it is: `html`, `txt` or `subject`."""
        return self.kind, self.layout, "html" if self.format == "mjml" else self.format


class Pack(msgspec.Struct, frozen=True):
    """Files by their path, and the version that their content gives."""

    files: Mapping[str, str]
    version: str

    def over(self, other: "Pack") -> "Pack":
        """This pack with what only the other has. A part of the other's is left out where this one
        has its own for the same place, in whatever format or engine."""
        mine = {part.place for part in self.parts()}
        taken = {part.path for part in other.parts() if part.place in mine}
        below = {path: text for path, text in other.files.items() if path not in taken}
        return pack(below | dict(self.files))

    def partials(self, written: Format) -> dict[str, str]:
        """Mustache partials for parts written in that format, by name."""
        end = f".{written}.mustache"
        return {
            path.removeprefix(_PARTIALS).removesuffix(end): text
            for path, text in self.files.items()
            if path.startswith(_PARTIALS) and path.endswith(end)
        }

    def parts(self) -> tuple[Part, ...]:
        """Its files that are parts of mails, by path."""
        found = (part_of(path) for path in sorted(self.files))
        return tuple(part for part in found if part is not None)


def pack(stated: Mapping[str, str]) -> Pack:
    """The pack of these files: the same files are the same version, for ever."""
    said = msgspec.json.encode(sorted(stated.items()))
    return Pack(dict(stated), hashlib.sha256(said).hexdigest()[:_VERSION])


def part_of(path: str) -> Part | None:
    """What a path says of its file; None for one that is no part of a mail."""
    found = _PART.fullmatch(path)
    if found is None:
        return None
    layout = found["layout"] or DEFAULT_LAYOUT
    return msgspec.convert(
        {**found.groupdict(), "path": path, "layout": layout},
        Part,
    )


@lru_cache(maxsize=1)
def builtin() -> Pack:
    """The pack that comes with the product."""
    return pack(dict(_walk(files("twofifty.compose").joinpath("templates"), "")))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")))
    return found


KINDS: Final[tuple[Kind, ...]] = (
    "confirmation",
    "update",
    "cancellation",
    "refund",
    "shipment",
    "delay",
    "delivery",
    "agent",
)
"""The kinds of mail that a pack has."""
