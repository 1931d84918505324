"""Which version is to be used where: told by the publications alone. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from twofifty.compose.ports import Publication

EVERYWHERE: Final = ""
"""The scope of a publication for all sources."""


class Standing(msgspec.Struct, frozen=True):
    """What is used in a scope. Versions are '' for the built-in pack.

    `live` is for everybody, but for `share` mails of a hundred, which `candidate` is for. `behind`:
    what was live before, the newest first. `since`: when the newest change was made, by publication
    `publication`.
    """

    live: str = ""
    candidate: str | None = None
    share: int = 0
    behind: tuple[str, ...] = ()
    since: datetime | None = None
    publication: int = 0

    def before(self) -> str:
        """What a rollback goes back to."""
        return self.behind[0] if self.behind else ""


def standing(publications: Iterable[Publication], scope: str) -> Standing:
    """What is used in a scope: what was published for it, else what was published for all."""
    found = list(publications)
    own = [each for each in found if each.scope == scope]
    now = Standing()
    for each in own or [each for each in found if each.scope == EVERYWHERE]:
        now = _after(now, each)
    return now


def _after(now: Standing, said: Publication) -> Standing:
    if said.action == "canary":
        share = said.share if said.version != now.live else 0
        candidate = said.version if share else None
        return _marked(msgspec.structs.replace(now, candidate=candidate, share=share), said)
    went = _promoted(now, said.version) if said.action == "promote" else _back(now, said.version)
    return _marked(went, said)


def _promoted(now: Standing, version: str) -> Standing:
    if version == now.live:
        return Standing(now.live, behind=now.behind)
    return Standing(version, behind=(now.live, *now.behind))


def _back(now: Standing, version: str) -> Standing:
    """Gone back to a version: what was live after it is forgotten, so that one more goes further
    back."""
    if version == now.live:
        return Standing(now.live, behind=now.behind)
    if version in now.behind:
        return Standing(version, behind=now.behind[now.behind.index(version) + 1 :])
    return Standing(version, behind=now.behind)


def _marked(now: Standing, said: Publication) -> Standing:
    return msgspec.structs.replace(now, since=said.at, publication=said.id)


def is_chosen(candidate: str, message_id: str, share: int) -> bool:
    """Whether a message is one of the `share` of a hundred that get the candidate: the same answer
    for the same message, for ever."""
    digest = hashlib.sha256(f"{candidate}:{message_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % 100 < share


def scopes(publications: Sequence[Publication]) -> tuple[str, ...]:
    """Every scope that something was published for, `''` first."""
    return tuple(sorted({EVERYWHERE, *(each.scope for each in publications)}))
