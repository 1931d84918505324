"""From a leased message of another channel than mail to the short message that says it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from twofifty.clock import Clock
from twofifty.compose.alert import alert as alerts
from twofifty.compose.alert.alert import TEMPLATE, Alert
from twofifty.compose.alert.write import alert
from twofifty.compose.letter import Letter
from twofifty.compose.tongue import Tongues
from twofifty.deliver.outcome import Deferred, Outcome
from twofifty.deliver.ports import Channel, Dot, Envelope, Frozen, Leased
from twofifty.flow.press import Press
from twofifty.flow.zones import zones_of
from twofifty.notice.contact import Contact, contact, country_of
from twofifty.notice.quiet import QuietHours, free_from, quiet_hours
from twofifty.order import wire


class Alerting:
    """Makes short messages. `presses` by source name, '' for any other; `quiet`: hours in which
    nobody is woken, by kind."""

    def __init__(
        self, presses: Mapping[str, Press], quiet: Mapping[str, QuietHours], clock: Clock
    ) -> None:
        self._presses = presses
        self._quiet = quiet
        self._clock = clock
        self._tongues: dict[str, Tongues] = {}

    async def made(self, item: Leased) -> tuple[Frozen, Envelope]:
        """See `flow.deliver.Maker`; what was frozen before is as it was."""
        frozen = self._frozen(item)
        return frozen, Envelope(item.message_id, "", item.recipient, frozen.raw)

    def _frozen(self, item: Leased) -> Frozen:
        if item.raw is not None:
            return Frozen(item.raw, "", item.rfc_id or "", "")
        said = self._said(item)
        return Frozen(alerts.encode(said), said.news, item.message_id, TEMPLATE)

    def _said(self, item: Leased) -> Alert:
        press = self._presses.get(item.source) or self._presses[""]
        order = wire.decode(item.order)
        at = datetime.fromtimestamp(int(self._clock.seconds()), UTC)
        letter = Letter(kind=item.kind, order=order, page_url=press.page(order, at))
        brand = press.composer.setting.brand
        tongue = self._speaking(press.composer.setting.locale).speak(order.locale)
        said = alert(item.message_id, letter, tongue, brand.shop_name)
        hours = self._quiet.get(item.kind)
        if hours is None:
            return said
        found = contact(order, item.channel)
        country = found.country if isinstance(found, Contact) else country_of(order)
        zones = zones_of(order, country, brand.time_zone or "")
        names = tuple(zone.key for zone in zones)
        return msgspec.structs.replace(said, quiet_hours=str(hours), time_zones=names)

    def _speaking(self, locale: str) -> Tongues:
        if locale not in self._tongues:
            self._tongues[locale] = Tongues(locale)
        return self._tongues[locale]


class Hushed:
    """Implements `deliver.ports.Channel` around one: in the quiet hours that a short message states
    nothing leaves, also where it is tried again."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock

    async def send(self, envelope: Envelope, dot: Dot) -> Outcome:
        """See `deliver.ports.Channel`."""
        rest = self._rest(alerts.decode(envelope.data))
        if rest > 0:
            reason = "these are quiet hours where the customer is"
            return Deferred(reason, "connect", "quiet hours", retry_after=rest, waiting=True)
        return await self._channel.send(envelope, dot)

    async def close(self) -> None:
        """Safe to call twice."""
        await self._channel.close()

    def _rest(self, said: Alert) -> float:
        now = datetime.fromtimestamp(self._clock.seconds(), UTC)
        zones = [ZoneInfo(name) for name in said.time_zones]
        return (free_from(now, quiet_hours(said.quiet_hours), zones) - now).total_seconds()
