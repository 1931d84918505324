"""Named queries: `-- name: x` in a `.sql` file, `load("file")["x"]` in code."""

import re
from importlib.resources import files

_HEAD = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def load(file: str) -> dict[str, str]:
    """Every query of `file`.sql in this folder by its name."""
    parts = _HEAD.split(read(file))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def read(file: str) -> str:
    """The whole text of `file`.sql in this folder."""
    return files(__name__).joinpath(f"{file}.sql").read_text(encoding="utf-8")
