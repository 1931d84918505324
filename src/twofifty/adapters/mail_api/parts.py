"""Our MIME bytes -> what providers' JSON wants: addresses, subject, text, HTML, further headers.

What cannot be said in parts is refused, never dropped: attachments, several recipients, a To that
names somebody else than the envelope.
"""

from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.utils import getaddresses

from twofifty.adapters.mail_api.mail import Parts, Unfit
from twofifty.compose.mime import Mailbox, MimeError, ascii_domain
from twofifty.compose.mime.clean import one_line
from twofifty.deliver.ports import Envelope

# How the bytes are written, when and by whom: a provider that writes them anew says that itself.
WRITTEN = frozenset(
    {"mime-version", "date", "dkim-signature", "arc-seal", "received", "return-path"}
)
ADDRESSED = frozenset({"from", "to", "reply-to", "subject"})
REFUSED = frozenset({"cc", "bcc", "sender"})
TEXTS = {"text/plain": "text", "text/html": "html"}

# The older policy is the faster, and puts long names in encoded words together without spaces.
_WHOLE = BytesParser(policy=policy.compat32)
# Headers may be in UTF-8 as they stand (RFC 6532), which only a parser of text understands.
_HEAD = HeaderParser(policy=policy.compat32)


def parts_of(envelope: Envelope) -> Parts | Unfit:
    """The mail of an envelope taken apart."""
    try:
        bodies = _bodies(_WHOLE.parsebytes(envelope.data))
        if isinstance(bodies, Unfit):
            return bodies
        head = _HEAD.parsestr(envelope.data.partition(b"\r\n\r\n")[0].decode())
        return _parts(head, envelope, bodies)
    # The standard library's decoders raise more than its own errors on broken headers.
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return Unfit("The message cannot be taken apart as MIME.")


def _parts(head: Message, envelope: Envelope, bodies: dict[str, str]) -> Parts | Unfit:
    sender, to, reply_to = (_mailboxes(head, name) for name in ("From", "To", "Reply-To"))
    if (len(sender), len(to)) != (1, 1) or len(reply_to) > 1:
        return Unfit("The message has not one From, one To and at most one Reply-To.")
    if not _is_same(to[0].address, envelope.recipient):
        return Unfit("The message's To names another address than its envelope.")
    parts = Parts(
        sender=sender[0],
        to=to[0],
        reply_to=next(iter(reply_to), None),
        subject=_shown(head["Subject"] or ""),
        text=bodies.get("text", ""),
        html=bodies.get("html", ""),
        headers=_further(head),
    )
    return _unfit_names(head, parts) or parts


def _unfit_names(head: Message, parts: Parts) -> Unfit | None:
    """A request has one value for each name, and none for some."""
    further = [name.lower() for name, _ in parts.headers]
    twice = {name for name in further if further.count(name) > 1}
    refused = twice | (REFUSED & {name.lower() for name in head})
    if not refused:
        return None
    return Unfit(f"The message has {min(refused)} where a request has no place for it, or twice.")


def _further(head: Message) -> tuple[tuple[str, str], ...]:
    named = ((name, _shown(value)) for name, value in head.items() if _is_further(name.lower()))
    return tuple((name, value) for name, value in named if value)


def _is_further(name: str) -> bool:
    return name not in WRITTEN | ADDRESSED and not name.startswith("content-")


def _mailboxes(head: Message, name: str) -> list[Mailbox]:
    values = [_unfolded(value) for value in head.get_all(name, [])]
    return [
        Mailbox(_shown(shown) or None, one_line(address)) for shown, address in getaddresses(values)
    ]


def _unfolded(value: str) -> str:
    """RFC 5322 2.2.3."""
    return value.replace("\r\n", "").replace("\n", "")


def _shown(value: str) -> str:
    """Unfolded, its encoded words decoded (RFC 2047), on one line."""
    value = _unfolded(value)
    return one_line(str(make_header(decode_header(value))) if "=?" in value else value)


def _bodies(mail: Message) -> dict[str, str] | Unfit:
    """Text and HTML, each once."""
    bodies: dict[str, str] = {}
    for part in _leaves(mail):
        which = TEXTS.get(part.get_content_type(), "")
        if not which or which in bodies or part.get_content_disposition() == "attachment":
            return Unfit("The message is more than one text and one HTML part.")
        bodies[which] = _decoded(part)
    return bodies if any(bodies.values()) else Unfit("The message has no text.")


def _leaves(mail: Message) -> list[Message]:
    inside = mail.get_payload()
    alternatives = mail.get_content_type() == "multipart/alternative"
    if not alternatives or not isinstance(inside, list):
        return [mail]
    return [part for part in inside if isinstance(part, Message)]


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return content.decode(part.get_content_charset("utf-8")).replace("\r\n", "\n")


def _is_same(one: str, other: str) -> bool:
    return _comparable(one) == _comparable(other)


def _comparable(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    try:
        return local, ascii_domain("To", domain).lower()
    except MimeError:
        return local, domain.lower()
