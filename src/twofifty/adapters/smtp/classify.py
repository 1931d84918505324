"""What a negative reply means: by its phase, its code, its enhanced code - never by its prose.

The rule: 4yz is tried again; 5yz to MAIL, RCPT, DATA or the final dot is not. A 5yz before MAIL is
about the route and not about any message (a wrong password; a server that will not talk to this
host, RFC 5321 3.1, RFC 7504). It is deferred with `connection=True`: another route may take the
same mail at once, and a mistyped password must not fail a day's confirmations for good. Postfix
treats 5yz greetings the same way by default. 421 in any phase means that the server closes the
connection (RFC 5321 3.8); it says nothing about the mail.
"""

from twofifty.adapters.smtp.hints import is_greylisting, waiting
from twofifty.deliver.outcome import About, Deferred, Phase, Refused, Reply

_OPENING: frozenset[Phase] = frozenset({"connect", "greeting", "ehlo", "starttls", "auth"})
_VERBS: dict[Phase, str] = {
    "connect": "the connection",
    "greeting": "the connection",
    "ehlo": "the greeting",
    "starttls": "STARTTLS",
    "auth": "the credentials",
    "mail": "the sender",
    "rcpt": "the recipient",
    "data": "the message",
    "dot": "the message",
}


def judge(reply: Reply, phase: Phase, route: str) -> Deferred | Refused:
    """The outcome of a 4yz or 5yz `reply` to what was sent in `phase`."""
    if reply.code < 500 or phase in _OPENING:
        return put_off(reply, phase, route)
    return Refused(
        reason=_reason(reply, phase, "refused"),
        phase=phase,
        route=route,
        about=_about(reply, phase),
        reply=reply,
    )


def put_off(reply: Reply, phase: Phase, route: str) -> Deferred:
    """The same where only a deferral is possible: any 4yz, and everything before MAIL."""
    temporary = reply.code < 500
    return Deferred(
        reason=_reason(reply, phase, "put off" if temporary else "refused"),
        phase=phase,
        route=route,
        reply=reply,
        connection=phase in _OPENING or reply.code == 421,
        retry_after=waiting(reply.text) if temporary else None,
        greylisted=is_greylisting(reply, phase),
    )


def _reason(reply: Reply, phase: Phase, verb: str) -> str:
    code = f"{reply.code} {reply.enhanced}" if reply.enhanced else f"{reply.code}"
    return f"The server {verb} {_VERBS[phase]} ({code})."


def _about(reply: Reply, phase: Phase) -> About:
    """The more precise code first: enhanced detail, enhanced subject, basic code, phase. Who asks
    us to log in or to encrypt first says nothing about a mail, whatever stands beside it."""
    if reply.code in _LOG_IN_CODES:
        return "route"
    _, subject, detail = (reply.enhanced or "0.0.0").split(".")
    return (
        _DETAILS.get(f"{subject}.{detail}")
        or (_SUBJECTS.get(subject) if phase != "mail" else None)  # here only the sender is known
        or _CODES.get((phase, reply.code))
        or _ROUTE_CODES.get(reply.code)
        or _PHASES[phase]
    )


# RFC 3463 and the IANA registry of enhanced status codes; details before their subjects.
_DETAILS: dict[str, About] = {
    "1.7": "sender",  # bad sender's mailbox address syntax
    "1.8": "sender",  # bad sender's system address
    "2.3": "message",  # longer than this mailbox takes
    "3.4": "message",  # too big for the system
    "5.1": "route",
    "5.2": "route",
    "5.4": "route",
    "5.5": "route",
    "7.8": "route",  # credentials invalid (RFC 4954)
    "7.9": "route",
    "7.11": "route",  # encryption required (RFC 4954)
    "7.27": "sender",  # sender's domain has a null MX (RFC 7505)
}
_SUBJECTS: dict[str, About] = {"1": "recipient", "2": "recipient", "6": "message", "7": "message"}

# RFC 5321 4.2.2, RFC 1870 (552 to MAIL is the size), RFC 7504 (556 to RCPT: takes no mail).
_CODES: dict[tuple[Phase, int], About] = {
    ("mail", 552): "message",
    ("rcpt", 501): "recipient",
    ("rcpt", 550): "recipient",
    ("rcpt", 551): "recipient",
    ("rcpt", 552): "recipient",
    ("rcpt", 553): "recipient",
    ("rcpt", 556): "recipient",
    ("mail", 501): "sender",
}
# What the server cannot do or wants first: no statement about the mail at all.
_ROUTE_CODES: dict[int, About] = dict.fromkeys((500, 501, 502, 503, 504, 521, 555), "route")
_LOG_IN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954 6, RFC 3207 4
# 554 and the unknown at RCPT deny this transaction, they do not call the mailbox dead: an address
# must not be suppressed for them.
_PHASES: dict[Phase, About] = {
    "mail": "sender",
    "rcpt": "message",
    "data": "message",
    "dot": "message",
}
