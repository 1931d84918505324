"""Whether a sending address has a name that leads back to it (forward-confirmed reverse DNS)."""

import ipaddress

from twofifty.deliver.posture.dns import Asking, Unknown, known
from twofifty.deliver.posture.finding import Finding, Findings, unchecked
from twofifty.deliver.posture.spf.pointers import validated_names

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def judge_reverse(address: Address, who: str) -> Asking[Findings]:
    """`who` sends from the address."""
    name = f"ptr {address}"
    try:
        pointers = yield from known(address.reverse_pointer, "PTR")
    except Unknown as unknown:
        return (unchecked(name, unknown.why),)
    if not pointers.records:
        words = f"{who} has no name in reverse DNS; large receivers refuse mail from there"
        return (Finding(name, "warn", f"{words}: have the network's owner set a PTR record"),)
    names = yield from validated_names(address)
    if names:
        words = f"the address of {who} has the name {names[0]}, which leads back"
        return (Finding(name, "ok", words),)
    words = f"{who} is {pointers.records[0]}, which does not lead back to {address}"
    return (Finding(name, "warn", f"{words}: give that name an address record"),)
