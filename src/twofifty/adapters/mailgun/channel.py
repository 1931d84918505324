"""Mailgun: `POST /v3/DOMAIN/messages.mime` (documentation.mailgun.com, Messages).

Our bytes go as they are, as a file in multipart/form-data (RFC 7578). No idempotency key: a doubt
is settled by searching the events. EU: the option `region=eu`.
"""

from base64 import b64encode
from hashlib import sha256

import msgspec

from twofifty.adapters.mail_api.body import decoded, marked
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute

# Mailgun has no error codes: the status says what there is to know. Places that it fills in:
MARKS = ("%recipient", "%unsubscribe_url%", "%tag_unsubscribe_url%", "%mailing_list_unsubscribe")


class _Reply(msgspec.Struct):
    id: str = ""
    message: str = ""


class Mailgun:
    """See `mail_api.api.MailApi`."""

    rules = Rules()

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/v3/{route.domain}/messages.mime"
        self._authorization = authorization(route.key)

    def call(self, mail: ApiMail) -> Call | Unfit:
        unfit = marked(mail.parts, *MARKS)
        if unfit:
            return unfit
        boundary = f"=_{sha256(mail.envelope.data).hexdigest()[:32]}"
        headers = {
            "authorization": self._authorization,
            "content-type": f'multipart/form-data; boundary="{boundary}"',
        }
        return Call("POST", self._url, headers, _form(mail, boundary))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        return Said(reply.id.strip("<>"), "", reply.message)


def authorization(key: str) -> str:
    """HTTP Basic, the user is always `api`."""
    return "Basic " + b64encode(f"api:{key}".encode()).decode()


def _form(mail: ApiMail, boundary: str) -> bytes:
    fields = {
        "to": mail.parts.to.address,
        "o:tracking": "no",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
        f"v:{OWN_ID}": mail.envelope.message_id,
    }
    begin = f"--{boundary}\r\nContent-Disposition: form-data; name="
    plain = "".join(f'{begin}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    file = f'{begin}"message"; filename="message.eml"\r\nContent-Type: message/rfc822\r\n\r\n'
    return (plain + file).encode() + mail.envelope.data + f"\r\n--{boundary}--\r\n".encode()
