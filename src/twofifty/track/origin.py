"""Where a message comes from, as the store knows it: its arrival, the order that it tells, its
notice, and what it was composed from."""

from datetime import datetime

import msgspec

from twofifty.notice.model import Kind


class Cause(msgspec.Struct, frozen=True, omit_defaults=True):
    """The arrival that led to a message, and what was decided then. `at` and `outcome` are the
    arrival's; `plan`, `code` and `reason` the decision's."""

    event_id: str
    topic: str
    at: datetime
    outcome: str
    plan: str | None = None
    code: str | None = None
    reason: str | None = None


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `order` is the canonical order that it tells, None where none is known; `states`
    are all states of that order, oldest first. `raw` and `inputs` are None before it is composed,
    `inputs` also where it was composed before they were kept."""

    message_id: str
    kind: Kind
    recipient: str
    created_at: datetime
    source: str
    order_id: str
    notice: str
    facts: str
    states: tuple[bytes, ...]
    order: bytes | None = None
    cause: Cause | None = None
    template: str | None = None
    degraded: str = ""
    raw: bytes | None = None
    inputs: bytes | None = None
