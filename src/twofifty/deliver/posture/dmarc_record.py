"""A DMARC record (RFC 9989 4.7)."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from twofifty.deliver.posture.tags import mailto, tags_of

Policy = Literal["none", "quarantine", "reject"]
_POLICIES: dict[str, Policy] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}


class Dmarc(msgspec.Struct, frozen=True, kw_only=True):
    """What one says. `faults`: what receivers cannot read, in words; they then take a default, or
    leave the record alone. `psd`: `y` a public suffix, `n` an organisation's own top, else `u`."""

    policy: Policy = "none"
    below: Policy | None = None
    strict_dkim: bool = False
    strict_spf: bool = False
    reports: tuple[str, ...] = ()
    psd: str = "u"
    testing: bool = False
    faults: tuple[str, ...] = ()


def parse(text: str) -> Dmarc:
    """Takes anything that begins with `v=DMARC1`."""
    tags = tags_of(text)
    policy = _POLICIES.get(tags.get("p", "").lower())
    return Dmarc(
        policy=policy or "none",
        below=_POLICIES.get(tags.get("sp", "").lower()),
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        reports=mailto(tags.get("rua", "")),
        psd=tags.get("psd", "u").lower(),
        testing=tags.get("t", "n").lower() == "y" or tags.get("pct", "100") == "0",
        faults=tuple(_faults(tags)),
    )


_VALUES: Mapping[str, tuple[str, ...]] = {
    "p": ("none", "quarantine", "reject"),
    "sp": ("none", "quarantine", "reject"),
    "np": ("none", "quarantine", "reject"),
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "psd": ("y", "n", "u"),
    "t": ("y", "n"),
}


def _faults(tags: Mapping[str, str]) -> list[str]:
    found = [
        f"`{tag}={tags[tag]}` is none of {', '.join(values)}"
        for tag, values in _VALUES.items()
        if tag in tags and tags[tag].lower() not in values
    ]
    if "p" not in tags:
        found.append("`p=` is missing")
    found.extend(f"`{tag}` is no `tag=value`" for tag, value in tags.items() if value == "?")
    if tags.get("rua") and not mailto(tags["rua"]):
        found.append("`rua=` names no `mailto:` address")
    return found
