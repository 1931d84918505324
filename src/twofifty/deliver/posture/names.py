"""Domain names: which are nobody's, and which lie below others."""

import idna

RESERVED = (
    "test",
    "example",
    "invalid",
    "localhost",
    "localdomain",
    "local",
    "internal",
    "home.arpa",
    "example.com",
    "example.net",
    "example.org",
)
"""RFC 2606, RFC 6761, RFC 6762, RFC 8375; `internal` is ICANN's for private use."""


def reserved(domain: str) -> bool:
    """Whether the public DNS says nothing of a domain, by design."""
    return "." not in domain or any(below(domain, name) for name in RESERVED)


def below(domain: str, above: str) -> bool:
    """Whether `domain` is `above`, or a name under it."""
    domain, above = plain(domain), plain(above)
    return domain == above or domain.endswith(f".{above}")


def plain(domain: str) -> str:
    """A domain as DNS compares it: A-labels, lower case, no final dot. What IDNA does not
    take stays as it is."""
    domain = domain.strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def domain_of(address: str) -> str:
    """The domain of a bare address; empty where it has none."""
    return plain(address.rpartition("@")[2]) if "@" in address else ""
