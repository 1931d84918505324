"""What is said of publishing: what is wanted, what was kept, where a version is used."""

from typing import Final

import msgspec

from twofifty.compose.ports import PackHead
from twofifty.compose.publish.judgement import Judgement
from twofifty.compose.shelf import EVERYWHERE

BUILTIN: Final = "builtin"
LIVE: Final = "live"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be published by whom. `scope`: a source's name, '' for all. `share`: of a hundred
    mails, how many get it; 100: all of them. `force`: also what is judged unfit."""

    actor: str
    scope: str = EVERYWHERE
    share: int = 100
    note: str = ""
    force: bool = False


class Committed(msgspec.Struct, frozen=True):
    """A version on the shelf. `is_new`: it was not there before."""

    version: str
    is_new: bool
    judgement: Judgement


class Shown(msgspec.Struct, frozen=True):
    """A committed version with where it is used: `live` and `canary` name scopes, '' for all."""

    head: PackHead
    live: tuple[str, ...] = ()
    canary: tuple[str, ...] = ()
    share: int = 0
