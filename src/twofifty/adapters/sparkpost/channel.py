"""SparkPost: `POST /api/v1/transmissions` with raw MIME (developers.sparkpost.com/api).

Our bytes go as they are. No idempotency key. Events can be searched by campaign, not by metadata:
with the option `ask=campaign` each mail is a campaign of its own, which settles a doubt by asking,
but fills the account's list of campaigns. EU: the option `region=eu`.
"""

from collections.abc import Mapping

import msgspec

from twofifty.adapters.mail_api.body import JSON, decoded, encoded
from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import OWN_ID, Answer, ApiMail, Call, Parts, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute
from twofifty.deliver.outcome import About

# support.sparkpost.com, "Transmissions extended error codes". 420: over a sending limit.
ABOUT: Mapping[str, About] = {
    "1902": "recipient",  # generation rejected: on the suppression list
    "5002": "recipient",  # no valid recipient
    "1400": "recipient",  # the recipient has no address
    "7001": "sender",  # sending domain not configured or not verified
    "2101": "route",
    "2102": "route",
    "2103": "route",
}
ALL_REJECTED = "5002"


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""
    description: str = ""


class _Results(msgspec.Struct):
    id: str = ""
    total_accepted_recipients: int = 0


class _Reply(msgspec.Struct):
    results: _Results | None = None
    errors: list[_Error] = []


class SparkPost:
    """See `mail_api.api.MailApi`."""

    rules = Rules(about=ABOUT)

    def __init__(self, route: ApiRoute) -> None:
        self._url = f"{route.url}/api/v1/transmissions"
        self._headers = {**JSON, "authorization": route.key}
        self._campaigns = route.options.get("ask") == "campaign"

    def call(self, mail: ApiMail) -> Call | Unfit:
        own, unfit = mail.envelope.message_id, _unfit(mail.parts)
        if unfit:
            return unfit
        try:
            content = {"email_rfc822": mail.envelope.data.decode()}
        except UnicodeDecodeError:
            return Unfit("The message is not UTF-8, and the request is JSON.")
        body: dict[str, object] = {
            "options": {
                "open_tracking": False,
                "click_tracking": False,
                "transactional": True,
                "perform_substitutions": False,
            },
            "recipients": [{"address": {"email": mail.parts.to.address}}],
            "metadata": {OWN_ID: own},
            "content": content,
        }
        if self._campaigns:
            body["campaign_id"] = own
        return Call("POST", self._url, self._headers, encoded(body))

    def said(self, answer: Answer) -> Said:
        reply = decoded(answer.body, _Reply) or _Reply()
        results = reply.results
        if results and results.total_accepted_recipients:
            return Said(results.id)
        if reply.errors:
            error = reply.errors[0]
            return Said("", error.code, f"{error.message} {error.description}".strip())
        return Said("", ALL_REJECTED, "no recipient was accepted") if results else Said()


def _unfit(parts: Parts) -> Unfit | None:
    """`perform_substitutions` does not hold for headers."""
    addresses = (parts.sender.name or "", parts.to.name or "")
    headers = (parts.subject, *addresses, *(value for _, value in parts.headers))
    if any("{{" in value for value in headers):
        return Unfit("A header of the message holds {{, which the provider would replace.")
    return None
