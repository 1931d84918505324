"""Whom a staging system may write to."""

import pytest

from twofifty.app.brakes import gates
from twofifty.errors import SettingsError
from twofifty.settings import Settings


def test_addresses_and_whole_domains_are_listed() -> None:
    said = Settings(allow_recipients=" *@staging.test, QA@example.com,")
    assert gates(said).allowed == ("*@staging.test", "qa@example.com")


@pytest.mark.parametrize("word", ["@@", "staging.test", "qa@", "@example.com", "a@b@example.com"])
def test_a_pattern_that_no_address_matches_is_refused_at_the_start(word: str) -> None:
    with pytest.raises(SettingsError, match=r"ALLOW_RECIPIENTS.*try \*@example.com"):
        gates(Settings(allow_recipients=f"*@example.com,{word}"))
