"""The bytes of a mail that we wrote."""


class Written(bytes):
    """A mail as `mime.write` made it, or such a mail with its signatures: whoever reads it need not
    look whether its lines end in CRLF alone, that none begins with a dot or holds a NUL, and that
    no line of its body ends in white space. Never make one of other bytes."""
