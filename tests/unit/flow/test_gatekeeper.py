"""Whose store it is, as every delivery process keeps up with it."""

from twofifty.adapters.memory.brakes import MemoryBrakes
from twofifty.adapters.memory.rows import Rows
from twofifty.deliver.gates import Gates
from twofifty.flow.gatekeeper import Gatekeeper
from twofifty.testing.clock import FrozenClock


async def _looked(brakes: MemoryBrakes, instance: str) -> Gates:
    keeper = Gatekeeper(brakes, Gates(per_hour=7), instance)
    await keeper.look()
    return keeper.gates


def _brakes() -> MemoryBrakes:
    return MemoryBrakes(Rows(), FrozenClock())


async def test_who_starts_first_owns_the_store() -> None:
    brakes = _brakes()
    assert await _looked(brakes, "production") == Gates(per_hour=7)
    assert (await brakes.state()).instance == "production"
    assert (await _looked(brakes, "staging")).copied == "production"


async def test_a_claim_is_seen_at_the_next_look() -> None:
    brakes = _brakes()
    await brakes.claim("production", "alex")
    keeper = Gatekeeper(brakes, Gates(), "staging")
    await keeper.look()
    assert keeper.gates.copied == "production"
    await brakes.claim("staging", "alex")
    await keeper.look()
    assert keeper.gates.copied == ""


async def test_another_name_is_another_installation_until_it_claims() -> None:
    brakes = _brakes()
    await _looked(brakes, "here-abc")
    assert (await _looked(brakes, "production")).copied == "here-abc"


async def test_where_no_mail_leaves_every_store_is_ones_own() -> None:
    brakes = _brakes()
    await brakes.claim("production", "alex")
    assert (await _looked(brakes, "")).copied == ""
