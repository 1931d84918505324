"""Messages of Amazon SNS (https://docs.aws.amazon.com/sns/latest/dg/
sns-verify-signature-of-message.html), signature versions 1 and 2."""

import re
from datetime import datetime

import msgspec

from twofifty.errors import BadInput
from twofifty.intake import loose, strict
from twofifty.intake.node import Node
from twofifty.intake.ports import Hook, Trust, Wanted
from twofifty.intake.signature import mac, public_key, stamp
from twofifty.intake.signature.marked import NotSignable

_CERTIFICATE = re.compile(
    r"https://sns\.[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?"
    r"/SimpleNotificationService-[0-9a-zA-Z]{1,64}\.pem"
)
_NAME = re.compile(r"(?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?")
_DIGESTS = {"1": "sha1", "2": "sha256"}
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}


class SnsSigned(msgspec.Struct, frozen=True):
    """A Scheme (see `intake.ports`): RSA over the fields of the message, with the certificate at
    its `SigningCertURL`, which must be SNS's own.

    Amazon signs the messages of all its customers, so the source's option `topic_option` has to
    name the topics that are ours (ARNs, blanks between them); without it nothing is verified.
    """

    topic_option: str = "topic_arn"

    def marks(self) -> tuple[str, ...]:
        return ("body",)

    def carried(self, hook: Hook) -> bool:
        return _message(hook.body).text("Signature") is not None

    def needs(self) -> tuple[str, ...]:
        return (self.topic_option,)

    def claimed(self, hook: Hook) -> datetime | None:
        return stamp.moment(_message(hook.body).text("Timestamp") or "")

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        """See `Scheme.verified`."""
        message = _message(hook.body)
        url = message.text("SigningCertURL") or ""
        digest = _DIGESTS.get(message.text("SignatureVersion") or "")
        ours = message.text("TopicArn") in trust.options.get(self.topic_option, "").split()
        if not ours or digest is None or not _CERTIFICATE.fullmatch(url):
            return False
        if url not in trust.keys:
            return Wanted(url)
        key = public_key.of_certificate(trust.keys[url], hook.at, _NAME)
        given = mac.unwritten(message.text("Signature") or "")
        return public_key.signed(key, given, _signed_text(message), digest)

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        """See `Scheme.signed`. Raises NotSignable."""
        raise NotSignable("only Amazon SNS can sign this")


def _message(body: bytes) -> Node:
    try:
        return Node(strict.tree(body))
    except BadInput:
        return Node(None)


def _signed_text(message: Node) -> bytes:
    """Name and value of each signed field that is there, a line each."""
    fields = _SIGNED.get(message.text("Type") or "", ())
    said = loose.mapping(message.value)
    found = [(name, said.get(name)) for name in fields]
    lines = [f"{name}\n{value}\n" for name, value in found if isinstance(value, str)]
    return "".join(lines).encode("utf-8", "replace")
