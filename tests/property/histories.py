"""Histories of one order as shops tell them: seeded, five events, each with its own revision."""

import copy
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from twofifty.testing.clock import NOON
from twofifty.testing.samples import sample_order

Json = dict[str, Any]
Change = Callable[[Json, random.Random], None]
LENGTH = 5


def history(seed: int) -> list[Json]:
    """Events of one order, oldest first, as `POST /v1/events` takes them."""
    chance = random.Random(seed)
    order = sample_order(seed, lines=2, now=NOON)
    _pay(chance.choice(("pending", "pending", "paid", "authorized")))(order, chance)
    told = [("order.placed", copy.deepcopy(order))]
    for _ in range(LENGTH - 1):
        name = chance.choice(sorted(CHANGES))
        earlier = chance.choice(told)[1]
        if name == "order.updated" and chance.random() < 0.3:
            order = copy.deepcopy(earlier)  # an edit taken back
        else:
            chance.choice(CHANGES[name])(order, chance)
        told.append((name, copy.deepcopy(order)))
    return [_event(name, one, revision) for revision, (name, one) in enumerate(told, start=1)]


def _event(name: str, order: Json, revision: int) -> Json:
    at = NOON + timedelta(minutes=revision)
    return {"type": name, "order": {**order, "revision": revision, "updated_at": at.isoformat()}}


def _pay(state: str) -> Change:
    def change(order: Json, chance: random.Random) -> None:
        order["state"] = {**order["state"], "payment": state}

    return change


def _cancel(order: Json, chance: random.Random) -> None:
    order["state"] = {**order["state"], "cancelled_at": (NOON + timedelta(hours=1)).isoformat()}


def _reopen(order: Json, chance: random.Random) -> None:
    order["state"] = {k: v for k, v in order["state"].items() if k != "cancelled_at"}


def _ship(order: Json, chance: random.Random) -> None:
    order["state"] = {**order["state"], "fulfillment": "fulfilled"}


def _note(order: Json, chance: random.Random) -> None:
    order["note"] = f"note {chance.randrange(1_000)}"


def _address(order: Json, chance: random.Random) -> None:
    order["shipping_address"] = {
        **order["shipping_address"],
        "line1": f"{chance.randrange(99)} Way",
    }


def _recipient(email: str | None) -> Change:
    def change(order: Json, chance: random.Random) -> None:
        order["customer"] = {**order["customer"], "email": email}

    return change


def _test(order: Json, chance: random.Random) -> None:
    order["test"] = not order["test"]


CHANGES: dict[str, tuple[Change, ...]] = {
    "order.updated": (
        _note,
        _note,
        _address,
        _test,
        _reopen,
        _recipient("corrected@example.com"),
        _recipient("second@example.com"),
        _recipient("not an address"),
        _recipient(None),
    ),
    "order.cancelled": (_cancel,),
    "order.refunded": (_pay("refunded"), _pay("partially_refunded")),
    "payment.paid": (_pay("paid"),),
    "payment.authorized": (_pay("authorized"),),
    "payment.failed": (_pay("failed"),),
    "shipment.created": (_ship,),
}
