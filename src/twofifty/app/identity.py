"""What makes mails ours: the return path, Feedback-ID, a way to leave, DKIM."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from twofifty.adapters.smtp.route import SmtpRoute
from twofifty.app.dkim import signers
from twofifty.app.pages import links_lead_here, mail_secrets
from twofifty.app.routes import Stated, stated
from twofifty.compose import feedback_id
from twofifty.compose.dkim.choice import signer_of
from twofifty.compose.dkim.sign import CHANGED_BY_SES, Signer
from twofifty.deliver.ports import Leased
from twofifty.errors import SettingsError
from twofifty.flow.identity import Headers
from twofifty.notice.purpose import purpose_of
from twofifty.notice.recipient import unusable
from twofifty.settings import Settings
from twofifty.track import unsubscribe, verp
from twofifty.track.unsubscribe import Leaving

_LONGEST_ID: Final = "m_" + "a" * 26


def check_bounce_address(settings: Settings) -> None:
    """Raises SettingsError where no mail could have it as its return path."""
    if not settings.bounce_address:
        return
    if fault := unusable(settings.bounce_address):
        raise SettingsError(f"BOUNCE_ADDRESS: {fault}")
    try:
        verp.envelope_sender(settings.bounce_address, _LONGEST_ID, b"")
    except SettingsError as fault:
        raise SettingsError(f"BOUNCE_ADDRESS: {fault}") from None


class OwnIdentity:
    """`flow.identity.Identity`, as the settings and the keys beside the store say."""

    def __init__(self, settings: Settings, instance: str) -> None:
        """Raises SettingsError: a key or the bounce address cannot be used."""
        check_bounce_address(settings)
        self._bounces = settings.bounce_address
        self._secret = mail_secrets(settings)[0]
        self._instance = instance
        self._signers = _signers(settings)
        self._leave = _leave(settings, self._secret)

    def return_path(self, sender: str, message_id: str) -> str:
        """See `flow.identity.Identity`."""
        if not self._bounces:
            return sender
        return verp.envelope_sender(self._bounces, message_id, self._secret)

    def headers(self, item: Leased) -> Headers:
        """See `flow.identity.Identity`."""
        told = feedback_id.feedback_id(item.kind, item.source, self._instance)
        return ((feedback_id.NAME, told), *self._leave(item))

    def signs(self, sender: str) -> bool:
        """See `flow.identity.Identity`."""
        return bool(self._signers) and signer_of(self._signers, sender) is not None

    def signed(self, raw: bytes, sender: str, at: datetime) -> bytes:
        """See `flow.identity.Identity`. By the keys of the sender's domain, else of one above it,
        which DMARC takes as well (RFC 7489 3.1.1)."""
        signer = signer_of(self._signers, sender)
        return raw if signer is None else signer.sign(raw, at)


def _signers(settings: Settings) -> Mapping[str, Signer]:
    """Who signs, without what a provider among the routes writes anew."""
    changed = CHANGED_BY_SES if any(map(_is_ses, stated(settings.smtp_url))) else frozenset()
    made = signers(settings)
    return {domain: Signer(domain, one.keys, changed) for domain, one in made.items()}


def _is_ses(route: Stated) -> bool:
    """Amazon SES, which puts a Message-ID and a Date of its own into every mail."""
    if isinstance(route, SmtpRoute):
        return route.host.endswith(".amazonaws.com")
    return route.provider == "ses"


def _leave(settings: Settings, secret: bytes) -> Callable[[Leased], Headers]:
    """The headers by which a mail is left; none where no link leads here."""
    if not links_lead_here(settings):
        return lambda item: ()
    base = settings.base_url()

    def headers(item: Leased) -> Headers:
        purpose = purpose_of(item.kind)
        leaving = Leaving(item.recipient, purpose, item.message_id)
        return unsubscribe.headers(purpose, f"{base}/u/{unsubscribe.issue(secret, leaving)}")

    return headers


def instance_word(settings: Settings) -> str:
    """Which installation of ours sent a mail, in a word that tells nothing else."""
    return settings.instance or hashlib.sha256(settings.base_url().encode()).hexdigest()[:8]
