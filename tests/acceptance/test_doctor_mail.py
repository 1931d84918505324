"""`twofifty doctor` as a process, against a scripted DNS and servers on loopback."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
import pytest

from twofifty.app import dkim
from twofifty.compose.dkim import record
from twofifty.settings import Settings
from twofifty.testing.dns import DnsServer, Mood, Said
from twofifty.testing.process import ReceiverProcess, Start

GOOD: Mapping[str, Said] = {
    "shop.test TXT": ["v=spf1 ip4:192.0.2.0/24 ~all", "another text"],
    "shop.test MX": ["10 mx.shop.test."],
    "mx.shop.test A": ["192.0.2.26"],
    "_dmarc.shop.test TXT": ["v=DMARC1; p=reject; rua=mailto:reports@shop.test"],
    "default._bimi.shop.test TXT": ["v=BIMI1; l=https://shop.test/l.svg; a=https://shop.test/c"],
    "_smtp._tls.shop.test TXT": ["v=TLSRPTv1; rua=mailto:tls@shop.test"],
    "b.shop.test TXT": ["v=spf1 a:relay.shop.test -all"],
    "b.shop.test MX": ["10 mx.shop.test."],
    "relay.shop.test A": ["192.0.2.25"],
    "25.2.0.192.in-addr.arpa PTR": ["relay.shop.test."],
}


class Ran(msgspec.Struct, frozen=True):
    """A run: its exit code, and what it said, by name. `text`: as it came."""

    code: int
    said: dict[str, tuple[str, str]]
    text: str

    def states(self, *names: str) -> list[str]:
        """Of those lines."""
        return [self.said[name][0] for name in names]


def doctor(folder: Path, *words: str, **told: str) -> Ran:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("TWOFIFTY_")}
    run = subprocess.run(
        (sys.executable, "-m", "twofifty.cli.main", "doctor", *(words or ("--json",))),
        cwd=folder,
        env=plain | {f"TWOFIFTY_{name}": value for name, value in told.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in run.stderr, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    said = {line["name"]: (line["state"], line["message"]) for line in lines}
    return Ran(run.returncode, said, run.stdout)


def published(folder: Path, domain: str) -> dict[str, Said]:
    """Makes keys for a domain in the folder, and says their records."""
    settings = Settings(database_url=f"sqlite:///{folder}/data/twofifty.db")
    return {
        f"{record.name(domain, kept.key.selector)} TXT": [record.text(kept.key.public)]
        for kept in dkim.create(settings, domain, "s1", today=date(2026, 11, 22))
    }


@contextmanager
def hanging() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(16)
        yield sock.getsockname()[1]


def test_a_sender_in_good_order_is_told_so_line_by_line(tmp_path: Path) -> None:
    zone = {**GOOD, **published(tmp_path, "shop.test")}
    with DnsServer(zone) as dns, ReceiverProcess(tmp_path) as receiver:
        ran = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="Shop <orders@shop.test>",
            BOUNCE_ADDRESS="bounces@b.shop.test",
            SMTP_URL=f"smtp://127.0.0.1:{receiver.port}",
        )
    good = (
        f"smtp 127.0.0.1:{receiver.port}",
        "spf shop.test",
        "dkim s1 shop.test",
        "dkim s1-ed shop.test",
        "dmarc shop.test",
        "alignment shop.test",
        "bimi shop.test",
        "mx shop.test",
        "mta-sts shop.test",
        "tls-rpt shop.test",
        "spf b.shop.test",
        "mx b.shop.test",
        "mta-sts b.shop.test",
        "tls-rpt b.shop.test",
    )
    assert ran.states(*good) == ["ok"] * len(good), ran.text
    assert "DKIM (d=shop.test), and by SPF" not in ran.said["dmarc shop.test"][1]
    assert "DKIM (d=shop.test)" in ran.said["alignment shop.test"][1]
    state, said = ran.said["sending 127.0.0.1"]
    assert (state, said.startswith("could not be checked: ")) == ("warn", True)
    assert ran.said["clock"][1].startswith("could not be checked")
    assert ran.code == 0


def test_the_address_of_a_relay_is_evaluated_and_has_to_have_a_name(tmp_path: Path) -> None:
    with DnsServer({**GOOD, "shop.test TXT": ["v=spf1 ip4:198.51.100.0/24 -all"]}) as dns:
        ran = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            SMTP_URL="smtp://relay.shop.test",
        )
        state, said = ran.said["spf shop.test 192.0.2.25"]
        assert (state, "ip4:192.0.2.25" in said) == ("fail", True)
        assert ran.said["ptr 192.0.2.25"][0] == "ok"
        bounced = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            BOUNCE_ADDRESS="bounces@b.shop.test",
            SMTP_URL="smtp://relay.shop.test",
        )
        assert bounced.said["spf b.shop.test 192.0.2.25"][0] == "ok"


@pytest.mark.parametrize(
    ("zone", "name", "word"),
    [
        ({"shop.test TXT": []}, "spf shop.test", "no SPF record"),
        ({"shop.test TXT": ["v=spf1 -all", "v=spf1 ~all"]}, "spf shop.test", "2 SPF records"),
        ({"shop.test TXT": ["v=spf1 ip4:x -all"]}, "spf shop.test", "malformed"),
        ({"shop.test TXT": ["v=spf1 include:shop.test -all"]}, "spf shop.test", "loop"),
        ({"shop.test MX": ["0 ."]}, "mx shop.test", "null MX"),
        ({"_dmarc.shop.test TXT": ["v=DMARC1; p=x"]}, "dmarc shop.test", "p=x"),
        (
            {"_dmarc.shop.test TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
            "dmarc shop.test",
            "several",
        ),
        ({"_mta-sts.shop.test TXT": ["v=STSv1"]}, "mta-sts shop.test", "id="),
    ],
)
def test_each_record_that_is_wrong_is_told_with_exit_1(
    tmp_path: Path, zone: dict[str, Said], name: str, word: str
) -> None:
    with DnsServer({**GOOD, **zone}) as dns, ReceiverProcess(tmp_path) as receiver:
        ran = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            SMTP_URL=f"smtp://127.0.0.1:{receiver.port}",
        )
    state, said = ran.said[name]
    assert (state, word in said) == ("fail", True), said
    assert ran.code == 1


def test_a_key_that_is_not_published_or_another_one_fails(tmp_path: Path) -> None:
    keys = published(tmp_path, "shop.test")
    first, second = keys
    zone = {**GOOD, second: keys[first]}
    with DnsServer(zone) as dns, ReceiverProcess(tmp_path) as receiver:
        told = {
            "DNS_SERVER": dns.address,
            "FROM": "orders@shop.test",
            "SMTP_URL": f"smtp://127.0.0.1:{receiver.port}",
        }
        ran = doctor(tmp_path, **told)
    assert ran.states("dkim s1 shop.test", "dkim s1-ed shop.test") == ["fail", "fail"]
    assert "nothing is published" in ran.said["dkim s1 shop.test"][1]
    assert "another kind of key" in ran.said["dkim s1-ed shop.test"][1]
    assert ran.code == 1


@pytest.mark.parametrize("mood", [Mood.SERVFAIL, Mood.SILENT, Mood.GARBAGE])
def test_what_nobody_could_answer_is_never_good_and_never_bad(tmp_path: Path, mood: Mood) -> None:
    zone = dict.fromkeys(GOOD, mood) | {
        "_mta-sts.shop.test TXT": mood,
        "shop.test A": mood,
        "_dmarc.test TXT": mood,
    }
    with DnsServer(zone) as dns, ReceiverProcess(tmp_path) as receiver:
        ran = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            SMTP_URL=f"smtp://127.0.0.1:{receiver.port}",
        )
    asked = ("spf", "dmarc", "alignment", "bimi", "mx", "mta-sts", "tls-rpt")
    for word in asked:
        state, said = ran.said[f"{word} shop.test"]
        assert (state, said.startswith("could not be checked: ")) == ("warn", True), (word, said)
    assert ran.code == 0


def test_where_nothing_answers_it_still_ends_and_says_so(tmp_path: Path) -> None:
    with DnsServer(dict.fromkeys(GOOD, Mood.SILENT)) as dns, hanging() as port:
        ran = doctor(
            tmp_path,
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            SMTP_URL=f"smtp://127.0.0.1:{port}?tls=starttls",
        )
    assert ran.said[f"smtp 127.0.0.1:{port}"][0] == "fail"
    assert ran.said[f"tls 127.0.0.1:{port}"][0] == "warn"
    assert "could not be checked" in ran.said["spf shop.test"][1]
    assert ran.code == 1


def test_a_fresh_clone_has_nothing_to_fail(tmp_path: Path) -> None:
    ran = doctor(tmp_path)
    assert ran.said["dns"] == ("warn", "the DNS is not looked at: nothing leaves this machine")
    assert ran.code == 0


def test_reserved_names_are_nothing_that_the_dns_could_answer_for(tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        ran = doctor(tmp_path, SMTP_URL=f"smtp://127.0.0.1:{receiver.port}")
    state, said = ran.said["dns localhost.localdomain"]
    assert (state, "reserved name" in said) == ("warn", True)
    assert ran.code == 0


def test_a_resolver_that_is_none_is_named(tmp_path: Path) -> None:
    ran = doctor(tmp_path, DNS_SERVER="dns.test")
    assert (ran.code, ran.said["dns"][0]) == (1, "fail")
    assert "DNS_SERVER" in ran.said["dns"][1]


def test_what_strangers_publish_moves_no_cursor_and_is_no_markup(tmp_path: Path) -> None:
    evil = "v=TLSRPTv1; rua=mailto:\x1b[2J[red]\x07\u009b" + "x" * 2_000
    with DnsServer({**GOOD, "_smtp._tls.shop.test TXT": [evil]}) as dns:
        ran = doctor(
            tmp_path,
            "--",
            DNS_SERVER=dns.address,
            FROM="orders@shop.test",
            SMTP_URL="smtp://127.0.0.1:1",
        )
    (line,) = [one for one in ran.text.splitlines() if one.startswith("ok   tls-rpt")]
    assert "[red]" in line
    assert line.isprintable()
    assert len(line) < 600


def test_beside_a_running_service_it_says_when_feedback_was_last_heard(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        ran = start(receiver).cli("doctor", "--json")
    said = {line["name"]: line for line in map(json.loads, ran.stdout.splitlines())}
    assert said["store"]["state"] == said["audit"]["state"] == "ok", ran.stdout
    assert said["feedback"]["state"] == "warn"
    assert "INBOUND_URL" in said["feedback"]["message"]
    assert ran.returncode == 0
