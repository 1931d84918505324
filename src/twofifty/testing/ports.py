"""Ports on loopback that nobody uses right now."""

import random
import socket

_OWN = range(10_240, 32_768)
"""Below what kernels give to outgoing connections (RFC 6335 6 keeps 49152 and up for those, Linux
takes 32768 and up): a port from there is taken by somebody's connection before a server has it."""


def free_port() -> int:
    """A free TCP port on 127.0.0.1. Raises OSError if a hundred tries find none."""
    for port in random.sample(_OWN, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port on 127.0.0.1")
