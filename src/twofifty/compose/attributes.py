"""What a customer chose, as names and values that they may see."""

from twofifty.compose import clean
from twofifty.order.difference import HIDDEN


def chosen(attributes: dict[str, str], limit: int) -> list[str]:
    """`name: value` for the first `limit` that the customer may see; empty ones are left out."""
    seen = [
        f"{clean.line(name, 60)}: {shown}"
        for name, value in attributes.items()
        if not name.startswith(HIDDEN) and (shown := clean.line(value, 200))
    ]
    return seen[:limit]
