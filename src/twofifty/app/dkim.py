"""The keys that sign mail, in files that only their owner can read.

    dkim/DOMAIN/SELECTOR.rsa.pem          these sign; of several of a kind the last by its name
    dkim/DOMAIN/SELECTOR.ed25519.pem
    dkim/DOMAIN/next/                     made, to be published before they sign
    dkim/DOMAIN/retired/                  they sign no more; kept to make old mails again

The folder lies beside the store. A file's name says the selector that its record is published by.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from twofifty.app.folder import data_folder
from twofifty.compose import mime
from twofifty.compose.dkim.error import DkimError
from twofifty.compose.dkim.keys import GOOD_BITS, Key, generate, load, pem
from twofifty.compose.dkim.sign import Signer
from twofifty.errors import SettingsError
from twofifty.settings import Settings

State = Literal["live", "next", "retired"]

_FILE: Final = re.compile(r"(?P<selector>[a-z0-9][a-z0-9._-]*)\.(?P<family>rsa|ed25519)\.pem")
_SELECTOR: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_OTHERS: Final = 0o077
_FAMILIES: Final = ("rsa", "ed25519")


class Kept(msgspec.Struct, frozen=True):
    """A key in its file. `exposed`: others on this machine may read it."""

    domain: str
    state: State
    key: Key
    file: Path
    exposed: bool


def signers(settings: Settings) -> Mapping[str, Signer]:
    """Who signs, by domain, in A-labels and lower case. Raises SettingsError, which names the file
    that is at fault: better no start than mail that nobody signs."""
    live = [kept for kept in keys(settings) if kept.state == "live"]
    domains = {kept.domain for kept in live}
    return {
        domain: Signer(domain, newest([kept for kept in live if kept.domain == domain]))
        for domain in sorted(domains)
    }


def newest(live: list[Kept]) -> list[Key]:
    """Of each kind the key whose selector comes last; RSA first, which everybody can verify."""
    of_kind = {kept.key.family: kept.key for kept in sorted(live, key=lambda kept: kept.file.name)}
    return [of_kind[family] for family in _FAMILIES if family in of_kind]


def signer_again(settings: Settings, domain: str, selectors: tuple[str, ...]) -> Signer | None:
    """Who signed an old mail; None where one of the keys is gone."""
    known = {kept.key.selector: kept.key for kept in keys(settings) if kept.domain == domain}
    if not selectors or not known.keys() >= set(selectors):
        return None
    return Signer(domain, [known[selector] for selector in selectors])


def keys(settings: Settings) -> list[Kept]:
    """All keys, by domain, state and name. Raises SettingsError."""
    return list(_keys(_folder(settings)))


def create(settings: Settings, domain: str, selector: str = "", *, today: date) -> list[Kept]:
    """Makes an RSA and an Ed25519 key for a domain: they sign where it has none, else they wait in
    `next`. `selector` names the first, and with `-ed` behind it the second; empty: the day names
    them. Raises SettingsError."""
    domain = canonical_domain(domain)
    known = [kept for kept in keys(settings) if kept.domain == domain]
    state: State = "next" if any(kept.state == "live" for kept in known) else "live"
    if any(kept.state == "next" for kept in known):
        raise SettingsError(f"{domain} has keys that wait: publish their records, then rotate")
    selector = selector or _free(f"tf{today:%Y%m%d}", {kept.key.selector for kept in known})
    if not _SELECTOR.fullmatch(selector):
        raise SettingsError("a selector is up to 60 letters a-z, digits and hyphens")
    if {selector, f"{selector}-ed"} & {kept.key.selector for kept in known}:
        raise SettingsError(f"{domain} has keys of the selector {selector} already")
    made = [generate("rsa", selector, GOOD_BITS), generate("ed25519", f"{selector}-ed")]
    folder = _place(_folder(settings), domain, state)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [Kept(domain, state, key, _written(folder, key), exposed=False) for key in made]


def rotate(settings: Settings, domain: str) -> list[Kept]:
    """The keys that wait sign from now on, and those that signed are retired. Raises SettingsError:
    none wait."""
    domain, folder = canonical_domain(domain), _folder(settings)
    known = [kept for kept in keys(settings) if kept.domain == domain]
    waiting = [kept for kept in known if kept.state == "next"]
    if not waiting:
        raise SettingsError(f"{domain} has no keys that wait: create some, and publish them")
    moved = [_moved(kept, folder, "live") for kept in waiting]
    for kept in known:
        if kept.state == "live":
            _moved(kept, folder, "retired")
    return moved


def _folder(settings: Settings) -> Path:
    return data_folder(settings) / "dkim"


def _keys(folder: Path) -> Iterator[Kept]:
    for home in sorted(folder.glob("*/")):
        for state in get_args(State):
            for file in sorted(_place(folder, home.name, state).glob("*.pem")):
                yield _kept(home.name, state, file)


def _place(folder: Path, domain: str, state: State) -> Path:
    return folder / domain if state == "live" else folder / domain / state


def _kept(domain: str, state: State, file: Path) -> Kept:
    named = _FILE.fullmatch(file.name)
    if named is None:
        raise SettingsError(f"{file}: name it SELECTOR.rsa.pem or SELECTOR.ed25519.pem")
    key = _loaded(named["selector"], file)
    if key.family != named["family"]:
        raise SettingsError(f"{file}: the key in it is {key.family}: name the file so")
    return Kept(domain, state, key, file, exposed=bool(file.stat().st_mode & _OTHERS))


def _loaded(selector: str, file: Path) -> Key:
    try:
        return load(selector, file.read_bytes())
    except OSError as fault:
        raise SettingsError(f"{file}: {fault.strerror}") from None
    except DkimError as fault:
        raise SettingsError(f"{file}: {fault}") from None


def _written(folder: Path, key: Key) -> Path:
    file = folder / f"{key.selector}.{key.family}.pem"
    # A full disk or a kill must not leave half a key.
    made = folder / f"{file.name}.new"
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    made.write_bytes(pem(key))
    return made.replace(file)


def _moved(kept: Kept, folder: Path, state: State) -> Kept:
    home = _place(folder, kept.domain, state)
    home.mkdir(mode=0o700, exist_ok=True)
    file = kept.file.replace(home / kept.file.name)
    return msgspec.structs.replace(kept, state=state, file=file)


def canonical_domain(stated: str) -> str:
    """A domain as the folder has it. Raises SettingsError."""
    try:
        domain = mime.ascii_domain("domain", stated.strip().rstrip(".")).lower()
    except mime.MimeError:
        raise SettingsError(f"{stated[:80]!r} is no domain name") from None
    if domain.startswith("["):
        raise SettingsError("an IP address cannot sign mail: a domain can")
    return domain


def _free(name: str, taken: set[str]) -> str:
    """`name`, or with a letter behind it that makes it new and sorts later."""
    names = (name + letter for letter in ("", *"bcdefghijklmnopqrstuvwxyz"))
    return next((one for one in names if one not in taken), name)
