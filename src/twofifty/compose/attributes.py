"""What a customer chose, as names and values that they may see."""

from typing import Final

from twofifty.compose import clean

# By custom of several shops such names are for the shop alone.
_HIDDEN: Final = "_"


def chosen(attributes: dict[str, str], limit: int) -> list[str]:
    """`name: value` for the first `limit` that the customer may see; empty ones are left out."""
    seen = [
        f"{clean.line(name, 60)}: {shown}"
        for name, value in attributes.items()
        if name[:1] != _HIDDEN and (shown := clean.line(value, 200))
    ]
    return seen[:limit]
