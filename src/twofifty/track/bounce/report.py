"""What a mail that came back says: the values of the bounce reader."""

from datetime import datetime
from typing import Final, Literal

import msgspec

Class = Literal["hard", "soft", "message", "complaint", "auto_reply", "delivered", "none"]
"""`hard`: the address will not work. `soft`: it may later. `message`: it was about this mail, or
about us. `complaint`: somebody called it spam. `auto_reply`: a machine answered. `delivered`: it
arrived, as a notice says. `none`: the mail says nothing about mail of ours."""

TEXT_LIMIT: Final = 500
"""Characters of a diagnosis that are kept."""

Fields = tuple[tuple[str, str], ...]
"""Header fields in their order: names in lower case, values unfolded and decoded."""


class Recipient(msgspec.Struct, frozen=True):
    """What became of the mail to one address.

    `status` is the enhanced status code (RFC 3463) or empty, `code` the reply code (RFC 5321),
    `reason` the cause in one word (`reason.Reason`), `action` as in RFC 3464: `failed`, `delayed`,
    `delivered`, `relayed`, `expanded`, or empty where nothing says so.
    """

    address: str
    cls: Class
    reason: str = ""
    status: str = ""
    code: int | None = None
    diagnostic: str = ""
    action: str = ""
    remote_mta: str | None = None


class Original(msgspec.Struct, frozen=True):
    """The mail that it is about, as far as it came back: its Message-ID without angle brackets, our
    own id (`m_...`, from `X-Twofifty-ID`) and its header fields."""

    message_id: str | None = None
    own_id: str | None = None
    headers: Fields = ()


class Report(msgspec.Struct, frozen=True):
    """What one mail says. `cls` is the gravest class of its recipients. `reporter`: which host, or
    who, reports. `arrived_at`: when the reporter took the mail. `feedback_type` (RFC 5965) and what
    follows only for complaints. `fingerprint`: the same mail always has the same one."""

    cls: Class
    recipients: tuple[Recipient, ...] = ()
    original: Original = Original()
    arrived_at: datetime | None = None
    reported_at: datetime | None = None
    reporter: str | None = None
    family: str | None = None
    feedback_type: str | None = None
    fingerprint: str = ""
