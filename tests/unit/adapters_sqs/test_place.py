"""Where the queues are: every good URL is read, no bad one is repeated."""

import subprocess
import sys
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twofifty.adapters.sqs.place import Keys, Options, Place, check_broker_url, parse_place
from twofifty.errors import SettingsError

PLAIN = "sqs://eu-central-1/twofifty"
SECRET = "wJalrXUtnFEMIsecret"


def test_a_region_and_a_queue_are_enough() -> None:
    assert parse_place(PLAIN) == Place("eu-central-1", "twofifty", fifo=False)


def test_the_queues_are_named_after_the_first() -> None:
    standard, fifo = parse_place(PLAIN), parse_place(f"{PLAIN}.fifo")
    assert (standard.urgent, standard.later, standard.dead) == (
        "twofifty",
        "twofifty-later",
        "twofifty-dead",
    )
    assert (fifo.urgent, fifo.later, fifo.dead) == (
        "twofifty.fifo",
        "twofifty-later.fifo",
        "twofifty-dead.fifo",
    )


def test_every_option_is_read() -> None:
    place = parse_place(
        f"{PLAIN}?endpoint=http://127.0.0.1:9324&create=no&groups=7&visibility=60&wait=20&receives=5"
    )
    assert place.options == Options("http://127.0.0.1:9324", "no", 7, 60, 20, 5)


@given(key=st.text(min_size=1), secret=st.text(min_size=1), token=st.text())
def test_keys_may_hold_any_characters(key: str, secret: str, token: str) -> None:
    quoted = [quote(one, safe="") for one in (key, secret, token)]
    url = f"sqs://{quoted[0]}:{quoted[1]}@eu-central-1/shop?session_token={quoted[2]}"
    assert parse_place(url).keys == Keys(key, secret, token)


def test_keys_do_not_show() -> None:
    place = parse_place(f"sqs://AKIA:{SECRET}@eu-central-1/shop?session_token=T0KEN")
    assert SECRET not in repr(place.keys)
    assert SECRET not in f"{place}"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("amqp://eu-central-1/shop", "sqs://"),
        ("sqs://[eu-central-1/shop", "is not a URL"),
        ("sqs://eu central-1/shop", "percent-encode"),
        ("sqs:///shop", "region"),
        ("sqs://localhost/shop", "region"),
        ("sqs://eu-central-1:9324/shop", "without a port"),
        ("sqs://eu-central-1", "names no queue"),
        ("sqs://eu-central-1/.fifo", "names no queue"),
        ("sqs://eu-central-1/a/b", "names no queue"),
        (f"sqs://eu-central-1/{'q' * 70}", "69"),
        ("sqs://AKIA@eu-central-1/shop", "one key without the other"),
        ("sqs://:secret@eu-central-1/shop", "one key without the other"),
        (f"{PLAIN}?session_token=T", "without keys"),
        (f"{PLAIN}?create=maybe", "create"),
        (f"{PLAIN}?visibility=0", "visibility"),
        (f"{PLAIN}?visibility=soon", "visibility"),
        (f"{PLAIN}?wait=21", "wait"),
        (f"{PLAIN}?receives=1001", "receives"),
        (f"{PLAIN}?groups=0", "groups"),
        (f"{PLAIN}?wait=1&wait=2", "twice"),
        (f"{PLAIN}?visibilty=3", "not one of"),
        (f"{PLAIN}?endpoint=ftp://127.0.0.1", "endpoint"),
        (f"{PLAIN}?endpoint=http://key:secret@127.0.0.1", "endpoint"),
        (f"{PLAIN}#part", "#"),
    ],
)
def test_what_is_wrong_is_said(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        check_broker_url(url)


@given(st.sampled_from(["/", "?", "#", ":", "@", " ", "&", "%", "[", "=", "\n"]))
def test_a_mistyped_url_is_never_repeated(sign: str) -> None:
    url = f"sqs://AKIA{sign}{SECRET}{sign}@{SECRET}.eu/sho{sign}p?{SECRET}=1&wait={SECRET}"
    with pytest.raises(SettingsError) as wrong:
        parse_place(url)
    assert SECRET not in str(wrong.value)


def test_reading_a_url_needs_no_library_of_aws() -> None:
    program = (
        "import sys, twofifty.cli.main, twofifty.adapters.sqs.place as place\n"
        f"place.check_broker_url({PLAIN!r})\n"
        "assert not [one for one in sys.modules if one.partition('.')[0] in ('aiobotocore',"
        " 'botocore', 'aiohttp')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
