"""Where the store and everything beside it lies, and the key that was made there."""

import contextlib
import secrets
from pathlib import Path

from twofifty.adapters.sqlite.database import path_of
from twofifty.settings import Settings


def data_folder(settings: Settings) -> Path:
    """Where the store and everything beside it lies."""
    return path_of(settings.database_url).parent


def kept_key(folder: Path) -> str:
    """The key that was made at the first start, kept in a file that only its owner can read."""
    file = folder / "api-key"
    with contextlib.suppress(FileNotFoundError):
        if key := file.read_text(encoding="ascii").strip():
            return key
    key = "tf_" + secrets.token_urlsafe(24)
    made = folder / "api-key.new"  # a full disk or a kill must not leave half a key
    made.touch(mode=0o600)
    made.write_text(key + "\n", encoding="ascii")
    made.replace(file)
    return key
