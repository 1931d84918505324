"""What makes mails ours."""

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Literal

import pytest

from twofifty.app.dkim import create
from twofifty.app.identity import OwnIdentity, check_bounce_address, instance_word
from twofifty.app.pages import mail_secrets
from twofifty.deliver.ports import Leased
from twofifty.errors import SettingsError
from twofifty.settings import Settings
from twofifty.track import unsubscribe, verp

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
MAIL = b"From: Shop <orders@shop.example.com>\r\nSubject: Order\r\n\r\nThank you.\r\n"


def _settings(folder: Path, **changes: str) -> Settings:
    return Settings(database_url=f"sqlite:///{folder}/twofifty.db", **changes)  # type: ignore[arg-type]


def _item(kind: Literal["confirmation", "shipment", "reengagement"]) -> Leased:
    return Leased(
        seq=1,
        message_id="m_abcdef",
        attempt=1,
        kind=kind,
        recipient="alex@example.com",
        source="tea",
        order=b"{}",
        queued_at=0.0,
        root="m_abcdef",
    )


def _identity(settings: Settings) -> OwnIdentity:
    return OwnIdentity(settings, instance_word(settings))


def test_without_a_bounce_address_mail_comes_back_to_its_sender(tmp_path: Path) -> None:
    identity = _identity(_settings(tmp_path))
    assert identity.return_path("orders@example.com", "m_1") == "orders@example.com"


def test_a_return_path_names_its_message(tmp_path: Path) -> None:
    settings = _settings(tmp_path, bounce_address="bounces@b.example.com")
    path = _identity(settings).return_path("orders@example.com", "m_abc")
    assert path.endswith("@b.example.com")
    assert verp.message_of(path, mail_secrets(settings)) == "m_abc"


@pytest.mark.parametrize("address", ["bounces", "@b.example.com", "x" * 60 + "@b.example.com"])
def test_a_bounce_address_that_cannot_be_used_is_an_error(address: str) -> None:
    with pytest.raises(SettingsError, match="BOUNCE_ADDRESS"):
        check_bounce_address(Settings(bounce_address=address))


def test_nobody_can_leave_a_receipt_and_everybody_the_rest(tmp_path: Path) -> None:
    settings = _settings(tmp_path, public_url="https://mail.shop.example.com")
    identity = _identity(settings)
    assert [name for name, _ in identity.headers(_item("confirmation"))] == ["Feedback-ID"]
    headers = dict(identity.headers(_item("shipment")))
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://mail.shop.example.com/u/")
    leaving = unsubscribe.read(mail_secrets(settings), link.rpartition("/")[2])
    assert leaving == unsubscribe.Leaving("alex@example.com", "service", "m_abcdef")


def test_no_link_is_offered_where_none_leads_here(tmp_path: Path) -> None:
    identity = _identity(_settings(tmp_path, smtp_url="smtp://relay.example.com"))
    assert [name for name, _ in identity.headers(_item("shipment"))] == ["Feedback-ID"]


@pytest.mark.parametrize("domain", ["shop.example.com", "example.com"])
def test_mail_is_signed_by_the_keys_of_its_domain_or_of_one_above(
    tmp_path: Path, domain: str
) -> None:
    settings = _settings(tmp_path)
    create(settings, domain, today=date(2026, 1, 1))
    signed = _identity(settings).signed(MAIL, "orders@shop.example.com", AT)
    assert signed.endswith(MAIL)
    signatures = message_from_bytes(signed, policy=SMTP).get_all("DKIM-Signature") or []
    assert {"rsa-sha256", "ed25519-sha256"} == {
        word.strip().removeprefix("a=")
        for one in signatures
        for word in one.split(";")
        if word.strip().startswith("a=")
    }
    assert all(f"d={domain};" in one for one in signatures)


def test_mail_of_another_domain_is_not_signed(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    create(settings, "other.example", today=date(2026, 1, 1))
    assert _identity(settings).signed(MAIL, "orders@shop.example.com", AT) == MAIL


def test_the_same_mail_is_signed_the_same_way_for_ever(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    create(settings, "shop.example.com", today=date(2026, 1, 1))
    one, other = (_identity(settings) for _ in range(2))
    sender = "orders@shop.example.com"
    assert one.signed(MAIL, sender, AT) == other.signed(MAIL, sender, AT)
