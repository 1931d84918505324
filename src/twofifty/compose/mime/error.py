"""What cannot be put into a mail."""

from twofifty.errors import TwofiftyError


class MimeError(TwofiftyError):
    """A mail cannot be written: `field` names its part, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
