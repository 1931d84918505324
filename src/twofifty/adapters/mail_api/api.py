"""What an adapter says about its provider: pure, for the edge is `channel` and `lookup`."""

from typing import Protocol

from twofifty.adapters.mail_api.judge import Rules
from twofifty.adapters.mail_api.mail import Answer, ApiMail, Call, Said, Unfit
from twofifty.adapters.mail_api.url import ApiRoute


class MailApi(Protocol):
    """A provider's sending API. Its class takes an `ApiRoute`."""

    @property
    def rules(self) -> Rules:
        """What its error codes mean."""
        ...

    def call(self, mail: ApiMail) -> Call | Unfit:
        """The request that hands the mail over, or why there can be none."""
        ...

    def said(self, answer: Answer) -> Said:
        """What an answer says; empty where it is not this provider's JSON. Never raises."""
        ...


class ApiFactory(Protocol):
    """Makes a provider's API for one route."""

    def __call__(self, route: ApiRoute) -> MailApi:
        """`route` is for this provider."""
        ...


class LookupApi(Protocol):
    """A provider's search for sent messages. Its class takes an `ApiRoute`."""

    def question(self, message_id: str, at: float) -> Call:
        """The request that asks for it; `message_id` as `deliver.ports.Lookup` has it."""
        ...

    def found(self, answer: Answer, message_id: str) -> bool | None:
        """What a whole answer of status 200 says; None where it is not this provider's JSON."""
        ...


class LookupFactory(Protocol):
    """Makes a provider's search for one route."""

    def __call__(self, route: ApiRoute) -> LookupApi:
        """`route` is for this provider."""
        ...
