"""What DKIM cannot do."""

from twofifty.errors import TwofiftyError


class DkimError(TwofiftyError):
    """A key, a record, a signature or a mail cannot be used for DKIM."""
