"""From a mail provider's request to verified news of what became of mails.

The door is for every provider the same: known? signed? a handshake? then read. What the news does
to messages is tracking's business.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.errors import BadInput, Problem, ShopBusy
from twofifty.flow.receive import NoKeys, PublicKeys
from twofifty.intake.ports import Hook, Scheme, Trust, Wanted
from twofifty.intake.signature.diagnosis import Finding, diagnose
from twofifty.track.feed import Feed
from twofifty.track.feedback import Feedback

RETRY_SECONDS = 10.0
# Thousands of events take a second to read: nobody else waits for that.
LARGE = 65_536
PATH = ":path"
"""Among the headers that a Feed reads: the URL that was asked. No header has such a name."""
_MOST_KEYS = 4


class FeedSettings(msgspec.Struct, frozen=True):
    """What the settings say of one provider. `kind`: which one it is ('' = as it is named);
    `secrets`: the live ones, newest first; `options`: further keys of its table."""

    kind: str = ""
    secrets: tuple[str, ...] = ()
    options: Mapping[str, str] = {}


class Reporter(Feed, Protocol):
    """A Feed that says how its provider proves who it is."""

    @property
    def signature(self) -> Scheme:
        """How its requests are signed, or what secret they carry."""
        ...


@runtime_checkable
class Handshake(Protocol):
    """A Reporter whose provider wants an address confirmed before it sends events there."""

    def greeted(self, hook: Hook) -> str | None:
        """The URL, of the provider's own hosts only, that confirms when it is fetched; None where
        the verified request asks for nothing."""
        ...


class OpenFeed(msgspec.Struct, frozen=True):
    """A configured provider: its reader, and what its requests are verified with."""

    reporter: Reporter
    trust: Trust


class FeedDoor:
    """Takes requests of mail providers. Raises BadInput for what is refused (401, 404, and what
    `Feed.read` raises) and ShopBusy where it can only be said later."""

    def __init__(
        self, feeds: Mapping[str, OpenFeed], clock: Clock, keys: PublicKeys | None = None
    ) -> None:
        self._feeds = feeds
        self._clock = clock
        self._keys = keys or NoKeys()
        self._refusals: Counter[str] = Counter()

    async def hear(self, name: str, hook: Hook) -> tuple[Feedback, ...]:
        """The news in a request to `/events/{name}`; none of a handshake, which is answered."""
        feed = self._open(name)
        hook = msgspec.structs.replace(hook, at=self._clock.now())
        if not await self._verified(name, feed, hook):
            self._refused(name)
            raise BadInput(401, "the request does not prove that the provider sent it")
        reporter = feed.reporter
        asked = reporter.greeted(hook) if isinstance(reporter, Handshake) else None
        if asked is not None:
            await self._confirm(name, asked)
            return ()
        headers = {**hook.headers, PATH: hook.url}
        if len(hook.body) < LARGE:
            return reporter.read(hook.body, headers)
        return await asyncio.to_thread(reporter.read, hook.body, headers)

    def why(self, name: str, hook: Hook) -> Finding:
        """What is right or wrong with a request's proof; slow, for people. Raises BadInput 404."""
        feed = self._open(name)
        return diagnose(feed.reporter.signature, hook, feed.trust)

    def _open(self, name: str) -> OpenFeed:
        if name in self._feeds:
            return self._feeds[name]
        message = f"add a [providers.{name}] table with its secret"
        raise BadInput(404, f"there is no mail provider {name!r}", (Problem("provider", message),))

    async def _verified(self, name: str, feed: OpenFeed, hook: Hook) -> bool:
        """Fetches the certificates that the scheme asks for, a few times at most."""
        trust = feed.trust
        for _ in range(_MOST_KEYS):
            said = feed.reporter.signature.verified(hook, trust)
            if not isinstance(said, Wanted):
                return said
            found = await self._fetched(name, said.url)
            trust = msgspec.structs.replace(trust, keys={**trust.keys, said.url: found})
        return False

    async def _confirm(self, name: str, url: str) -> None:
        await self._fetched(name, url)
        telemetry.log().info(
            "a provider's subscription is confirmed", action="feeds.confirmed", provider=name
        )

    async def _fetched(self, name: str, url: str) -> bytes:
        found = await self._keys.key(name, url)
        if found is None:
            raise ShopBusy("the provider cannot be asked now", RETRY_SECONDS)
        return found

    def _refused(self, name: str) -> None:
        """Says it the first time, the tenth, the hundredth: anybody may knock."""
        self._refusals[name] += 1
        times = self._refusals[name]
        if str(times).strip("0") == "1":
            telemetry.log().warning(
                "a delivery event does not prove that its provider sent it",
                action="feeds.unauthorized",
                provider=name,
                times=times,
            )
