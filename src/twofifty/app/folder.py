"""Where the store and everything beside it lies, and the keys that were made there."""

import contextlib
import secrets
import shutil
from pathlib import Path

from twofifty.app.place import folder_of, is_shared, shared_secret
from twofifty.errors import StartError
from twofifty.settings import Settings

_KEY = "api-key"
_PAGES = "page-secret"


def data_folder(settings: Settings) -> Path:
    """Where everything lies that this machine keeps, beside the store where that is a file."""
    return folder_of(settings.database_url, settings.data_folder)


def made_folder(settings: Settings) -> Path:
    """`data_folder`, made where it is missing. Raises StartError."""
    folder = data_folder(settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StartError(f"DATA_FOLDER: {folder}: {fault.strerror}") from None
    return folder


def disk_low(settings: Settings) -> bool:
    """Whether less than `DISK_RESERVE_MB` is free where the store lies. A database server sees to
    its own disk, and says when it is full."""
    if is_shared(settings.database_url):
        return False
    free = shutil.disk_usage(data_folder(settings)).free
    return free < settings.disk_reserve_mb * 1024 * 1024


def has_key(settings: Settings) -> bool:
    """Whether a key was made already."""
    return is_shared(settings.database_url) or (data_folder(settings) / _KEY).exists()


def kept_key(settings: Settings) -> str:
    """The key that was made at the first start: of a store that is a file in one that only its
    owner can read, else in the store, for all who share it. Raises StartError."""
    return _secret(settings, _KEY, "tf_" + secrets.token_urlsafe(24))


def kept_page_secret(settings: Settings) -> str:
    """The secret behind the links to order pages, made at the first start likewise."""
    return _secret(settings, _PAGES, secrets.token_urlsafe(32))


def keep_in_store(settings: Settings, folder: Path) -> None:
    """Takes the secrets that lie in `folder` into a store that is shared, where it has none: links
    in mails that were sent stay good."""
    for name in (_KEY, _PAGES):
        file = folder / name
        if file.exists():
            shared_secret(settings.database_url, name, _kept(file, ""))


def _secret(settings: Settings, name: str, fresh: str) -> str:
    if is_shared(settings.database_url):
        return shared_secret(settings.database_url, name, fresh)
    return _kept(data_folder(settings) / name, fresh)


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
