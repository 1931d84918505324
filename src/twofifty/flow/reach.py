"""Whoever is not reached by mail is told by another channel: what is tried next, and when.

The store says who was not reached in time; here it is decided, order by order:

    a channel of the rule, not tried yet, whose gateway is set,
    to which the customer agreed, and where they can be found       told by it, after quiet hours
    none of that kind (any more)                                     given up, with the reasons

Each step takes a channel away or ends it, so that it ends for everybody.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from twofifty import telemetry
from twofifty.clock import Clock
from twofifty.deliver.ports import Brakes
from twofifty.flow.looking import look_again_and_again
from twofifty.flow.zones import zones_of
from twofifty.notice.consent import consented
from twofifty.notice.contact import Contact, contact
from twofifty.notice.model import Kind
from twofifty.notice.quiet import QuietHours, free_from
from twofifty.notice.reach import ReachRule, Unreached
from twofifty.notice.recipient import is_canary
from twofifty.order import wire
from twofifty.order.model import Order
from twofifty.track.ports import Reach

MOST: Final = 100
"""Who is decided about at one look."""


class Escalate(msgspec.Struct, frozen=True):
    """Told by another channel, not before `run_at`."""

    channel: str
    recipient: str
    run_at: datetime


class GiveUp(msgspec.Struct, frozen=True):
    """No channel is left. `reason` is one plain sentence."""

    reason: str


class Policy(msgspec.Struct, frozen=True):
    """What a kind's rule is decided with. `gateways`: the channels that one is set for.
    `time_zones`: by source name, '' for any other; where an order says none."""

    rule: ReachRule
    gateways: frozenset[str]
    quiet: QuietHours | None = None
    time_zones: Mapping[str, str] = {}


def decide(
    order: Order, tried: Collection[str], policy: Policy, now: datetime
) -> Escalate | GiveUp:
    """What is done for a customer whom the channels in `tried` did not reach. Pure."""
    if is_canary(order.customer.email or ""):
        return GiveUp("it is a canary's, whom nothing reaches")
    reasons: list[str] = []
    for channel in policy.rule.channels:
        if channel in tried:
            continue
        found = _found(order, channel, policy)
        if isinstance(found, Contact):
            return Escalate(channel, found.recipient, _run_at(order, found, policy, now))
        reasons.append(f"{channel}: {found}")
    return GiveUp("; ".join(reasons) or "every channel was tried")


def _found(order: Order, channel: str, policy: Policy) -> Contact | str:
    """Where the customer may be told by a channel; else why not."""
    if channel not in policy.gateways:
        return "no gateway is set for it"
    if not consented(order, channel):
        return "the customer did not agree to it"
    return contact(order, channel)


def _run_at(order: Order, found: Contact, policy: Policy, now: datetime) -> datetime:
    default = policy.time_zones.get(order.source, policy.time_zones.get("", ""))
    return free_from(now, policy.quiet, zones_of(order, found.country, default))


class ReachWatch:
    """Looks who was not reached, and has it tried by other channels. While the kill switch is
    pulled nothing is decided: mail that waits on purpose is not late."""

    def __init__(
        self, reach: Reach, policies: Sequence[Policy], clock: Clock, brakes: Brakes
    ) -> None:
        self._reach = reach
        self._policies: Mapping[Kind, Policy] = {one.rule.kind: one for one in policies}
        self._clock = clock
        self._brakes = brakes

    async def run(self) -> None:
        """Looks again and again; ends at once where there is no rule."""
        if self._policies:
            await look_again_and_again(self.look, "reach.unlooked")

    async def look(self) -> None:
        """Decides about everybody whose time has come."""
        if (await self._brakes.state()).stopped:
            return
        rules = [policy.rule for policy in self._policies.values()]
        for one in await self._reach.unreached(rules, self._clock.seconds(), MOST):
            await self._settle(one, self._decided(one))

    def _decided(self, one: Unreached) -> Escalate | GiveUp:
        now = datetime.fromtimestamp(self._clock.seconds(), UTC)
        try:
            return decide(wire.decode(one.order), one.tried, self._policies[one.kind], now)
        except Exception as fault:  # noqa: BLE001
            # An order that cannot be decided about must not keep others waiting for ever.
            return GiveUp(f"it could not be decided: {type(fault).__name__}")

    async def _settle(self, one: Unreached, decided: Escalate | GiveUp) -> None:
        if isinstance(decided, GiveUp):
            await self._reach.give_up(one, decided.reason)
            telemetry.log().warning(
                "no further channel reaches the customer",
                action="reach.given_up",
                message=one.message_id,
                reason=decided.reason,
            )
            return
        run_at = decided.run_at.timestamp()
        made = await self._reach.escalate(one, decided.channel, decided.recipient, run_at)
        telemetry.log().info(
            "another channel tells the customer",
            action="reach.escalated",
            message=one.message_id,
            cause=one.cause,
            channel=decided.channel,
            by=made,
        )
