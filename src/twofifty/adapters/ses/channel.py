"""Amazon SES: `SendEmail` of API v2 with raw MIME (docs.aws.amazon.com, SES API v2).

Our bytes go as they are, but SES writes Message-ID and Date anew. No idempotency key, no search:
a doubt is settled by events, which carry our id as a tag. Options: `region` where the host is no
region; `configuration`, the configuration set that sends the events (and must not track).
"""

from base64 import b64encode
from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.ses.signature import Signer
from twofifty.deliver.outcome import About

PATH = "/v2/email/outbound-emails"
# SendEmail, "Errors", and "Common Errors". An unverified sender is a MessageRejected like any.
ABOUT: Mapping[str, About] = {
    "MessageRejected": "message",
    "BadRequestException": "message",
    "ValidationException": "message",
    "MailFromDomainNotVerifiedException": "sender",
    "AccountSuspendedException": "route",
    "SendingPausedException": "route",
    "NotFoundException": "route",  # no such configuration set
    "AccessDeniedException": "route",
    "ExpiredTokenException": "route",
    "IncompleteSignature": "route",
    "InvalidClientTokenId": "route",
    "InvalidSignatureException": "route",
    "MissingAuthenticationToken": "route",
    "MissingAuthenticationTokenException": "route",
    "OptInRequired": "route",
    "RequestExpired": "route",
    "SignatureDoesNotMatch": "route",
    "UnrecognizedClientException": "route",
}
LATER = frozenset(
    {"LimitExceededException", "TooManyRequestsException", "ThrottlingException", "Throttling"}
)


class _Reply(msgspec.Struct):
    MessageId: str = ""
    type_: str = msgspec.field(default="", name="__type")
    message: str = ""
    Message: str = ""


class Ses:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT, later=LATER, down_is_no=True)

    def __init__(self, route: ApiRoute) -> None:
        self._route = route
        self._signer = Signer(route.user, route.key, route.region)
        self._configuration = route.options.get("configuration", "")

    def call(self, mail: ApiMail) -> Call:
        body: dict[str, object] = {
            "Destination": {"ToAddresses": [mail.parts.to.address]},
            "Content": {"Raw": {"Data": b64encode(mail.envelope.data).decode()}},
            "EmailTags": [{"Name": OWN_ID, "Value": mail.envelope.message_id}],
        }
        if self._configuration:
            body["ConfigurationSetName"] = self._configuration
        data = encoded(body)
        signed = self._signer.headers(self._route.authority, PATH, data, mail.at)
        return Call("POST", f"{self._route.url}{PATH}", {**JSON, **signed}, data)

    def said(self, answer: Answer) -> Said:
        """The error's name is a header (`Name:URL`), or in the body with a namespace before it."""
        reply = decoded(answer.body, _Reply) or _Reply()
        name = answer.headers.get("x-amzn-errortype", "") or reply.type_
        code = name.partition(":")[0].rpartition("#")[2]
        return Said(reply.MessageId, code, reply.message or reply.Message)
