"""Who signs: the signer of the sender's domain, or of the nearest domain above it."""

from collections.abc import Iterator, Mapping

from twofifty.compose.dkim.sign import Signer
from twofifty.compose.mime.address import ascii_domain


def signer_of(signers: Mapping[str, Signer], address: str) -> Signer | None:
    """Who signs the mails of a sender; None: nobody. `signers`: by domain, in A-labels and lower
    case. Where no key is of the address's own domain, one of a parent's signs: DMARC takes that for
    the same sender unless the domain's policy says `adkim=s`. Raises `MimeError` for an address
    whose domain is none."""
    domain = ascii_domain("From", address.rpartition("@")[2]).lower()
    return next((signers[one] for one in _upwards(domain) if one in signers), None)


def _upwards(domain: str) -> Iterator[str]:
    while domain:
        yield domain
        domain = domain.partition(".")[2]
