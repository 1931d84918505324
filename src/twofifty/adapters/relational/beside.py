"""What stands beside a mail in other channels, withdrawn where it is moot, inside a transaction."""

import msgspec

from twofifty import sql
from twofifty.adapters.relational.messages import Event, move
from twofifty.adapters.relational.ports import Database
from twofifty.notice.reach import is_moot

Q = sql.load("message")


class Stands(msgspec.Struct, frozen=True):
    """How an order stands: whether its confirmation is owed, and whether it is cancelled."""

    owed: bool
    cancelled: bool


AS_IT_WAS = Stands(owed=True, cancelled=False)
"""The order did not change."""


def tidy(db: Database, order_row: int, stands: Stands, at: float) -> None:
    """Withdraws what has not left beside mails that were withdrawn, or of what is so no more."""
    rows = db.execute(Q["unsent_beside"], {"order_id": order_row}).fetchall()
    for identity, kind, mailed in rows:
        if is_moot(kind, mailed=bool(mailed), owed=stands.owed, cancelled=stands.cancelled):
            reason = "what it would have told is so no more"
            move(db, identity, Event("superseded", "facts_changed", reason), at)
