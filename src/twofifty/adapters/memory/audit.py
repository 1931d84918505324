"""The conservation check in memory."""

from collections import Counter

from twofifty.adapters.memory.rows import MessageRow, OrderRow, Rows
from twofifty.notice.policy import said
from twofifty.track.model import Tally

SHOWN = 20
_TAKEN = frozenset({"sent", "delivered", "bounced"})
_OVER = frozenset({"superseded", "cancelled", "failed", "suppressed"})
_WORKING = frozenset({"queued", "scheduled", "sending", "deferred"})


class MemoryAudit:
    """`track.ports.Audit` in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def tally(self) -> Tally:
        """See `track.ports.Audit`."""
        rows = self._rows
        unexplained = [key for key, row in rows.orders.items() if not _explained(row)]
        doubled = [key for key, row in rows.orders.items() if _doubled(row)]
        waiting = [row.arrival for row in rows.events if row.outcome == "waiting"]
        messages = rows.messages.values()
        working = {row.seq for row in messages if row.status in _WORKING}
        doubted = {row.seq for row in messages if row.status == "in_doubt"}
        return Tally(
            orders=len(rows.orders),
            by_plan=dict(Counter(said(one.planned.decision)[0] for one in rows.orders.values())),
            confirmed=sum(_confirmed(row) for row in rows.orders.values()),
            events=len(rows.events),
            by_outcome=dict(Counter(row.outcome for row in rows.events)),
            unexplained=tuple(unexplained[:SHOWN]),
            unexplained_count=len(unexplained),
            doubled=tuple(doubled[:SHOWN]),
            doubled_count=len(doubled),
            waiting_oldest=min((one.received_at for one in waiting), default=None),
            work_without_job=len(working - rows.jobs.keys()),
            job_without_work=len(rows.jobs.keys() - working - doubted),
        )


def _confirmations(row: OrderRow) -> list[MessageRow]:
    return [one for one in row.mails if one.kind == "confirmation"]


def _explained(row: OrderRow) -> bool:
    plan, _, reason = said(row.planned.decision)
    if plan in ("wait", "absent"):
        return reason is not None
    return any(one.status != "superseded" for one in _confirmations(row))


def _doubled(row: OrderRow) -> bool:
    live = [one for one in _confirmations(row) if not one.resent and one.status not in _OVER]
    return len(live) > 1


def _confirmed(row: OrderRow) -> bool:
    return any(one.status in _TAKEN for one in _confirmations(row))
