"""Seeds and settings of the tests of publishing."""

from datetime import UTC, datetime

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.inputs import Setting
from twofifty.compose.letter import Seed

SETTING = Setting(Brand(shop_name="Shop"), "en")


def seed(identity: str = "m_one") -> Seed:
    return Seed(
        id=identity,
        message_id=f"{identity}@example.com",
        sender=mime.Mailbox("Shop", "shop@example.com"),
        recipient=mime.Mailbox(None, "alex@example.com"),
        date=datetime(2026, 1, 5, 12, tzinfo=UTC),
    )
