"""Names of an address that lead back to it (RFC 7208 5.5), for `ptr` and the macro `%{p}`."""

import ipaddress
from collections.abc import Sequence

from twofifty.deliver.posture.dns import Asking, Kind, ask
from twofifty.deliver.posture.names import below

MOST_NAMES = 10


def validated_names(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Asking[tuple[str, ...]]:
    """Of the first ten names; one that cannot be looked up is left out."""
    pointers = yield from ask(address.reverse_pointer, "PTR")
    kind: Kind = "A" if address.version == 4 else "AAAA"
    found: list[str] = []
    for name in pointers.records[:MOST_NAMES]:
        answer = yield from ask(name, kind)
        if any(ipaddress.ip_address(one) == address for one in answer.records):
            found.append(name)
    return tuple(found)


def matching_name(names: Sequence[str], domain: str, *, exact: bool) -> str:
    """The name that is `domain`, else one below it, else (`exact`: only of `%{p}`, which takes
    what there is) the first; empty where none will do."""
    inside = sorted((name for name in names if below(name, domain)), key=len)
    if inside:
        return inside[0]
    return names[0] if exact and names else ""
