"""One way out of the house by SMTP: what an address in `SMTP_URL` comes to. Values only."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from twofifty.deliver.routes.capability import Capability

Tls = Literal["starttls", "implicit", "none", "opportunistic"]
Auth = Literal["any", "plain", "login", "xoauth2", "oauthbearer"]
Dsn = Literal["on", "failure", "off"]
Family = Literal["auto", "4", "6"]

ROUTE_OPTIONS = frozenset(
    {"weight", "rate", "domain_rate", "domain_connections", "warmup", "capability"}
)
"""Options that say how this route stands to others: handed through as they are written."""

CONNECTIONS = 24
"""Of one delivery process, unless the route says otherwise: two of them stay below the 50 that
Postfix takes from one client (`smtpd_client_connection_count_limit`)."""


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """Where access tokens are fetched (RFC 6749). `refresh` is the refresh token; without one the
    client speaks for itself (`client_credentials`) by `secret`."""

    url: str
    client: str
    refresh: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True)
class SmtpRoute:
    """One way out. `timeout` None means the phase's own default (see `timeouts`); `settle` and
    `timeout` are seconds, `messages` how many one connection carries. `local` is the address to
    send from, `helo` the name to greet with, `ca` a file of PEM certificates that alone are
    trusted, `pins` SHA-256 digests (hexadecimal) of which the server's certificate or its public
    key has one. `token` is there where access tokens are fetched. Whatever may hold a secret is
    left out of `repr`."""

    host: str
    port: int
    tls: Tls
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    lookup: str = field(default="", repr=False)
    settle: float = 900.0
    connections: int = CONNECTIONS
    timeout: float | None = None
    bdat: bool = True
    dsn: Dsn = "failure"
    auth: Auth = "any"
    token: TokenTerms | None = None
    family: Family = "auto"
    local: str = ""
    helo: str = ""
    ca: str = ""
    pins: frozenset[str] = frozenset()
    verify: bool = True
    messages: int = 100
    capability: Capability = "nothing"
    options: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def label(self) -> str:
        """`host:port`, IPv6 in brackets: what logs and timelines may show."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the host is this machine itself, where nobody can listen in."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        return self.label


def is_address(host: str) -> bool:
    """Whether it is an IP address, of whichever family."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether it names this machine, without asking anybody."""
    if host == "localhost":
        return True
    return is_address(host) and ipaddress.ip_address(host).is_loopback
