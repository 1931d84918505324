"""Amazon SNS: `Publish` to a telephone number (docs.aws.amazon.com/sns, API reference).

Nothing settles a doubt there: no key, no search, and delivery reports go to CloudWatch only.
`from` is a sender's name where the country knows such.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from twofifty.adapters.alerts.gateway import Dispatch
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, Call, Said
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.adapters.ses.channel import ABOUT as COMMON
from twofifty.adapters.ses.signature import Signer
from twofifty.deliver.outcome import About

# Publish, "Errors", and "Common Errors".
ABOUT: Mapping[str, About] = {
    **COMMON,
    "AuthorizationError": "route",
    "AccessDenied": "route",
    "EndpointDisabled": "recipient",
    "InvalidParameter": "recipient",
    "InvalidParameterValue": "recipient",
    "OptedOut": "recipient",
    "ValidationException": "message",
}
LATER = frozenset({"Throttled", "Throttling", "ThrottledException"})
FORM = "application/x-www-form-urlencoded"
ACTION = {"Action": "Publish", "Version": "2010-03-31"}
_FIELD = re.compile(
    rb'(?:<|")(MessageId|Code|Message)(?:>|"\s*:\s*")((?:[^<"\\]|\\.){0,400})', re.DOTALL
)


class Sns:
    """See `alerts.gateway.Gateway`."""

    rules = Rules(about=ABOUT, later=LATER)

    def __init__(self, route: ApiRoute, callback: str = "") -> None:
        self._route = route
        self._signer = Signer(route.user, route.key, route.region, service="sns", content_type=FORM)
        stated = {"AWS.SNS.SMS.SMSType": "Transactional"}
        if route.options.get("from"):
            stated["AWS.SNS.SMS.SenderID"] = route.options["from"]
        self._attributes = _attributes(stated)

    def call(self, dispatch: Dispatch) -> Call:
        form = {
            **ACTION,
            "PhoneNumber": dispatch.envelope.recipient,
            "Message": dispatch.alert.text,
            **self._attributes,
        }
        data = urlencode(form).encode()
        signed = self._signer.headers(self._route.authority, "/", data, dispatch.at)
        return Call("POST", f"{self._route.url}/", {"content-type": FORM, **signed}, data)

    def said(self, answer: Answer) -> Said:
        """XML, or JSON where that is asked for: the first field of each name."""
        found: dict[str, str] = {}
        for name, value in _FIELD.findall(answer.body):
            found.setdefault(name.decode(), value.decode("utf-8", "replace").strip())
        return Said(found.get("MessageId", ""), found.get("Code", ""), found.get("Message", ""))


def _attributes(stated: Mapping[str, str]) -> dict[str, str]:
    form: dict[str, str] = {}
    for number, (name, value) in enumerate(stated.items(), 1):
        entry = f"MessageAttributes.entry.{number}"
        form |= {
            f"{entry}.Name": name,
            f"{entry}.Value.DataType": "String",
            f"{entry}.Value.StringValue": value,
        }
    return form
