"""A person sees what a change changes, and nobody a secret."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.cli.difference import difference

BEFORE = """\
smtp_url = "smtp://user:hush-0@mail.test:587"
[sources.tea]   # hush-1
kind = "ebay"
secret = "hush-2"  # hush-3
secrets = [
  "hush-4",  # until June
  "hush-5",
]
verification_token = "hush-6"
map.token = "hush-7"
inline = { kind = "x", password = "hush-8" }
# api_key = "hush-9"
api_url = "postgresql://reader:hush-10@db.test:5432/shop?password=hush-11"
locale = "de" # hush-12
note = \"\"\"
kind = "hush-13"
[hush-14]
\"\"\"
reconcile_minutes = 15
confirm = false
client_id = "hush-15"

[[sources.tea.rows]]
list = [["hush-16"], ["hush-17"]]
"""
SECRETS = st.text(st.characters(categories=("L", "N")), min_size=8, max_size=12)


def shown(before: str, after: str) -> list[str]:
    return list(difference(before, after))


def test_nothing_that_may_be_a_secret_is_shown_wherever_it_stands() -> None:
    lines = shown(BEFORE, "") + shown("", BEFORE)
    assert "hush" not in "\n".join(lines)


def test_what_is_harmless_is_shown() -> None:
    lines = shown(BEFORE, "")
    for line in (
        "-[sources.tea]",
        '-kind = "ebay"',
        '-locale = "de"',
        "-reconcile_minutes = 15",
        "-confirm = false",
        '-api_url = "postgresql://...@db.test:5432/shop?..."',
        "-secret = ...",
        "-inline = ...",
    ):
        assert line in lines


def test_a_changed_secret_is_a_change_though_it_looks_the_same() -> None:
    lines = shown('kind = "x"\nsecret = "a"\nlocale = "de"\n', 'kind = "x"\nsecret = "b"\n')
    assert lines == ["@@", ' kind = "x"', "-secret = ...", '-locale = "de"', "+secret = ..."]
    assert shown(BEFORE, BEFORE) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hush/x@db.test/shop",
        "postgresql://u:12?hush@db.test/shop",
        "postgresql://u:12#hush@db.test/shop",
        "host=db.test password=hush",
        "hush@db.test",
        "mysql://u:hush@[db/shop",
    ],
)
def test_an_address_that_may_hide_a_password_is_not_shown(url: str) -> None:
    assert "hush" not in "\n".join(shown("", f"api_url = {json.dumps(url)}\n"))


@given(key=st.sampled_from(["secret", "x", '"a b"', "kind.token", "api_secret"]), secret=SECRETS)
def test_the_value_of_a_key_that_nobody_knows_is_never_shown(key: str, secret: str) -> None:
    for value in (json.dumps(secret), json.dumps([secret]), f"{{ a = {json.dumps(secret)} }}"):
        assert secret not in "\n".join(shown("", f"{key} = {value}\n"))
