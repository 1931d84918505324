"""Names of people in two parts, as Shopify has them."""

from twofifty.compose.clean import line


def parted(name: str | None) -> tuple[str, str]:
    """First and last name, cut at the last space; a name of one word is a first name."""
    first, _, last = line(name or "", 120).rpartition(" ")
    return (first, last) if first else (last, "")
