"""Which adapter reads whose delivery events: a line a provider or gateway, loaded lazily."""

import difflib
import importlib
from collections.abc import Mapping

from twofifty.errors import SettingsError
from twofifty.flow.feeds import FeedSettings, OpenFeed, Reporter
from twofifty.intake.ports import Trust

# The class in `adapters/PROVIDER/events.py`.
PROVIDERS = {
    "ses": "SesEvents",
    "sendgrid": "SendGridEvents",
    "postmark": "PostmarkEvents",
    "mailgun": "MailgunEvents",
    "resend": "ResendEvents",
    "brevo": "BrevoEvents",
    "mailjet": "MailjetEvents",
    "sparkpost": "SparkPostEvents",
    "mailersend": "MailerSendEvents",
}
# Gateways of text messages, the same way.
GATEWAYS = {
    "twilio": "TwilioEvents",
    "vonage": "VonageEvents",
}
_READERS = {**PROVIDERS, **GATEWAYS}
_OTHER_NAMES = {
    "amazon-ses": "ses",
    "amazonses": "ses",
    "aws-ses": "ses",
    "twilio-sendgrid": "sendgrid",
    "nexmo": "vonage",
    "sendinblue": "brevo",
    "messagebird": "sparkpost",
    "bird": "sparkpost",
}


def provider_of(name: str) -> str:
    """The provider that is meant. Raises SettingsError naming the nearest known one."""
    found = name.strip().lower().replace("_", "-")
    found = _OTHER_NAMES.get(found, found)
    if found in _READERS:
        return found
    near = difflib.get_close_matches(found, _READERS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(_READERS))}"
    raise SettingsError(f"there is no mail provider {name!r}; {hint}")


def reporter(name: str) -> Reporter:
    """The reader of that provider's events. Raises SettingsError."""
    known = provider_of(name)
    module = importlib.import_module(f"twofifty.adapters.{known}.events")
    made: Reporter = getattr(module, _READERS[known])()
    return made


def opened(settings: Mapping[str, FeedSettings]) -> dict[str, OpenFeed]:
    """Every configured provider under its name. Raises SettingsError, which names the table."""
    return {name: _opened(name, stated) for name, stated in settings.items()}


def _opened(name: str, stated: FeedSettings) -> OpenFeed:
    try:
        return OpenFeed(reporter(stated.kind or name), _trust(stated))
    except SettingsError as fault:
        raise SettingsError(f"providers.{name}: {fault}") from None


def _trust(stated: FeedSettings) -> Trust:
    """The secrets. An SNS topic's ARN among them is none: it says whose events are ours, and
    whoever knows it must not get in by it."""
    topics = [one for one in stated.secrets if one.startswith("arn:")]
    secrets = tuple(one for one in stated.secrets if one not in topics)
    options = {"topic_arn": " ".join(topics), **stated.options} if topics else stated.options
    return Trust(secrets, options)
