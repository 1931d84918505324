"""A URL whose password is not percent-encoded is refused, and nothing of it is shown."""

import msgspec
import pytest

from twofifty.app.brokers import check_broker
from twofifty.app.place import check_store
from twofifty.errors import SettingsError
from twofifty.settings import Settings

STORE = "postgresql://user:{}@db.example.com:5432/shop?pool=2"
BROKER = "amqp://user:{}@mq.example.com:5672/shop"
BAD = ["geheim/word", "geheim?word", "geheim#word", "geh@eim", "geh@eim/word"]


def broker(url: str) -> None:
    settings = Settings(database_url=STORE.format("x"))
    check_broker(msgspec.structs.replace(settings, broker_url=url))


@pytest.mark.parametrize("word", BAD)
def test_a_password_that_ends_too_soon_is_not_shown(word: str) -> None:
    for check, url in ((check_store, STORE), (broker, BROKER)):
        with pytest.raises(SettingsError) as caught:
            check(url.format(word))
        assert "percent-encode" in str(caught.value)
        assert "geh" not in str(caught.value)


@pytest.mark.parametrize("word", ["geheim", "geh%2Feim", "geh%40eim%3F%23"])
def test_an_encoded_password_is_taken(word: str) -> None:
    check_store(STORE.format(word))
    broker(BROKER.format(word))
    check_store("postgresql:///shop?host=/run/postgresql&user=shop")
