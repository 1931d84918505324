"""Writes docs/reference/settings.md from the schema.  usage: python -m tools.settings_page"""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from twofifty.settings import (
    PREFIX,
    ProviderSettings,
    ReachSettings,
    Settings,
    SourceSettings,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "settings.md"

# Defaults that depend on the machine, in words.
SAID = {"WORKERS": "one less than the cores, at least 2"}

INTRODUCTION = f"""\
# Settings

Every setting is an environment variable with the prefix `{PREFIX}`, or the same name without it, in
small letters, in `twofifty.toml`. The environment wins. `{PREFIX}CONFIG` names another file. An
unknown name is an error that tells the nearest known one, and no message shows a secret.

This page is written by `make docs` from the schema in `src/twofifty/settings/__init__.py`.

"""

TABLES: dict[str, tuple[type[msgspec.Struct], str]] = {
    "sources": (SourceSettings, """
## Sources

`sources` stands in the file only: each shop is a table `[sources.NAME]`, and its webhooks come to
`/hooks/NAME`.

"""),
    "providers": (ProviderSettings, """
## Providers

`providers` stands in the file only: who reports what became of mail is a table `[providers.NAME]`,
and the reports come to `/events/NAME`.

"""),
    "reach": (ReachSettings, """
## Reach

`reach` stands in the file only: a table `[reach.KIND]` says what is tried where a mail of that kind
(`confirmation`, `shipment`, ...) does not reach its customer.

"""),
}  # fmt: skip


def page() -> str:
    """The whole page, as Markdown."""
    settings = [field for field in msgspec.structs.fields(Settings) if field.name not in TABLES]
    written = [INTRODUCTION, *_table((field.encode_name.upper(), field) for field in settings)]
    for kind, said in TABLES.values():
        written += [said, *_table((f.encode_name, f) for f in msgspec.structs.fields(kind))]
    return "".join(written)


def _table(fields: Iterator[tuple[str, msgspec.structs.FieldInfo]]) -> Iterator[str]:
    yield "| name | default | meaning |\n|---|---|---|\n"
    for name, field in fields:
        yield f"| `{name}` | {SAID.get(name) or _default(field)} | {_meaning(field)} |\n"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "none, must be given"
    if field.default in ("", (), None, msgspec.NODEFAULT):
        return "empty"
    if isinstance(field.default, bool):
        return "`true`" if field.default else "`false`"
    return f"`{field.default}`"


def _meaning(field: msgspec.structs.FieldInfo) -> str:
    described = (meta.description for meta in getattr(field.type, "__metadata__", ()))
    return next((text for text in described if text), "").replace("|", "\\|")


def main() -> int:
    """Writes the page. Returns the exit code."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
