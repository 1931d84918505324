"""This machine's own addresses, as others see them."""

import ipaddress
import socket
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Documentation addresses (RFC 5737, RFC 3849): the kernel picks its route, nothing is sent.
_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def public_addresses() -> tuple[Address, ...]:
    """The addresses that mail would leave this machine from, where they are public; empty behind
    address translation."""
    return tuple(one for one in _sources() if one.is_global)


def _sources() -> Iterator[Address]:
    for family, far in _ANYWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect((far, 9))
                yield ipaddress.ip_address(sock.getsockname()[0].partition("%")[0])
            except OSError:
                continue
