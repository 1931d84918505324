"""SMTP replies as bytes (RFC 5321 4.2), and what the receiver says when nothing is wrong."""

from twofifty.testing.moment import Say


def reply(code: int, text: str, enhanced: str | None = None) -> bytes:
    """One reply; several lines where `text` has several."""
    words = f"{enhanced} " if enhanced else ""
    *lines, last = text.split("\n")
    body = "".join(f"{code}-{words}{line}\r\n" for line in lines)
    return f"{body}{code} {words}{last}\r\n".encode()


def said(say: Say) -> bytes:
    """The reply that a script asked for."""
    return reply(say.code, say.text, say.enhanced)


SENDER_OK = reply(250, "sender ok", "2.1.0")
RECIPIENT_OK = reply(250, "recipient ok", "2.1.5")
GO_AHEAD = reply(354, "end with <CR><LF>.<CR><LF>")
CHUNK_OK = reply(250, "chunk ok", "2.0.0")
RESET = reply(250, "reset", "2.0.0")
NOTHING_DONE = reply(250, "ok", "2.0.0")
BYE = reply(221, "bye", "2.0.0")
CANNOT_VERIFY = reply(252, "cannot verify, will try", "2.5.0")
READY_FOR_TLS = reply(220, "go ahead", "2.0.0")
WELCOME_USER = reply(235, "authenticated", "2.7.0")
WRONG_PASSWORD = reply(535, "wrong user name or password", "5.7.8")
AUTH_NEEDED = reply(530, "authentication needed", "5.7.0")
NO_SERVICE = reply(503, "no service here", "5.5.1")
OUT_OF_ORDER = reply(503, "command out of order", "5.5.1")
UNKNOWN_COMMAND = reply(500, "command not known", "5.5.2")
BARE_NEWLINE = reply(500, "bare CR or LF in a command", "5.5.2")
LINE_TOO_LONG = reply(500, "line too long", "5.5.6")
BAD_ARGUMENT = reply(501, "argument not understood", "5.5.4")
UNKNOWN_PARAMETER = reply(555, "parameter not known", "5.5.4")
NEEDS_SMTPUTF8 = reply(553, "address needs SMTPUTF8", "5.6.7")
UNKNOWN_MECHANISM = reply(504, "mechanism not known", "5.5.4")
TOO_BIG = reply(552, "message too big", "5.3.4")
