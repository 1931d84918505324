"""Where the store and everything beside it lies, and the keys that were made there."""

import contextlib
import secrets
from pathlib import Path

from twofifty.app.place import folder_of
from twofifty.settings import Settings


def data_folder(settings: Settings) -> Path:
    """Where the store and everything beside it lies."""
    return folder_of(settings.database_url)


def kept_key(folder: Path) -> str:
    """The key that was made at the first start, kept in a file that only its owner can read."""
    return _kept(folder / "api-key", "tf_" + secrets.token_urlsafe(24))


def kept_page_secret(folder: Path) -> str:
    """The secret behind the links to order pages, made at the first start likewise."""
    return _kept(folder / "page-secret", secrets.token_urlsafe(32))


def _kept(file: Path, fresh: str) -> str:
    """What `file` holds; where it holds nothing, `fresh` from now on. Of processes that start at
    the same moment all get the same."""
    with contextlib.suppress(FileNotFoundError):
        if known := file.read_text(encoding="ascii").strip():
            return known
        file.unlink(missing_ok=True)
    folder = file.parent
    folder.mkdir(parents=True, exist_ok=True)
    # A full disk or a kill must not leave half a key.
    made = folder / f"{file.name}.{secrets.token_hex(8)}.new"
    made.touch(mode=0o600)
    made.write_text(fresh + "\n", encoding="ascii")
    try:
        file.hardlink_to(made)
    except FileExistsError:
        pass
    except OSError:
        # A file system without links: of two that start in the same moment the later one wins.
        made.replace(file)
    made.unlink(missing_ok=True)
    return file.read_text(encoding="ascii").strip()
