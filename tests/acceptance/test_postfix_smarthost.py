"""A real Postfix as smarthost, from the order to the mailbox and back: what it delivered is
`delivered`, what it bounced is `bounced`, by its own reports to the return path; what it delays
stays `sent`; and its log settles doubts."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from itertools import count
from typing import NamedTuple
from urllib.parse import quote

import pytest

from tests.acceptance.mails import an_order, copies, hurry, mails, note, post, statuses, until
from tests.acceptance.postfix import NEEDED, Relay, running_relay
from tests.acceptance.rows import rows
from twofifty.testing.bad_line import When, running_line
from twofifty.testing.ledger import wait_until
from twofifty.testing.moment import Drop
from twofifty.testing.ports import free_port
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Receiver, running_receiver
from twofifty.testing.script import accept, by_recipient, defer_at

pytestmark = NEEDED
PATIENCE = 90.0
KNOWN, UNKNOWN, AWAY = "home.example.test", "gone.example.test", "away.example.test"
BOUNCES = "bounces.example.test"

MORE = """
transport_maps = inline:{{ {{{bounces} = lmtp:inet:127.0.0.1:{inbound}}} }}
virtual_mailbox_domains = {known}, {unknown}
virtual_mailbox_base = $queue_directory/../mailboxes
virtual_mailbox_maps = inline:{{ {{@{known} = everybody/}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
smtpd_reject_unlisted_recipient = no
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
delay_warning_time = 2s
"""
"""Some mailboxes, a domain without any, and the way of bounces; quick, and telling of delays."""

UID = 65_534


class Site(NamedTuple):
    """A service, its smarthost, and the receiver behind that."""

    service: ServiceProcess
    relay: Relay
    receiver: Receiver

    def reaches(self, wanted: dict[str, int]) -> None:
        until(
            lambda: statuses(mails(self.service)) == wanted,
            PATIENCE,
            lambda: (Counter(mails(self.service)), self.relay.log.read_text()[-3000:]),
        )


class Yard(NamedTuple):
    """What stands before a service does: the receiver, the smarthost, and where bounces go."""

    receiver: Receiver
    relay: Relay
    inbound: int

    def open(self, start: Start, port: int | None = None) -> Site:
        """`port`: of what stands before the smarthost, if anything does."""
        asked = f"&settle=3&lookup={quote(f'log:{self.relay.log}', safe='')}"
        url = f"smtp://127.0.0.1:{port or self.relay.port}?tls=none&dsn=on&bdat=never{asked}"
        service = start(
            TWOFIFTY_SMTP_URL=url,
            TWOFIFTY_FROM="Shop <orders@shop.example.test>",
            TWOFIFTY_BOUNCE_ADDRESS=f"b@{BOUNCES}",
            TWOFIFTY_INBOUND_URL=f"lmtp://127.0.0.1:{self.inbound}",
        )
        return Site(service, self.relay, self.receiver)


@contextmanager
def smarthost(receiver: Receiver, inbound: int) -> Iterator[Relay]:
    more = MORE.format(bounces=BOUNCES, inbound=inbound, known=KNOWN, unknown=UNKNOWN, uid=UID)
    with running_relay(receiver.port, more) as relay:
        boxes = relay.log.parent / "mailboxes"
        boxes.mkdir()
        boxes.chmod(0o777)
        yield relay


@pytest.fixture
def yard() -> Iterator[Yard]:
    away = by_recipient({f"@{AWAY}": defer_at("rcpt", 451, "4.3.0", "later")})
    inbound = free_port()
    with running_receiver(away) as receiver, smarthost(receiver, inbound) as relay:
        yield Yard(receiver, relay, inbound)


def boxed(relay: Relay) -> list[bytes]:
    """Every mail that lies in a mailbox of the smarthost."""
    return [one.read_bytes() for one in (relay.log.parent / "mailboxes").rglob("new/*")]


def ids(raws: list[bytes]) -> list[str]:
    parsed = [message_from_bytes(raw, policy=policy.default) for raw in raws]
    return sorted(str(one["Message-ID"]).strip("<>") for one in parsed)


def heard(service: ServiceProcess) -> Counter[str]:
    return Counter(row[0] for row in rows(service, "SELECT type FROM feedback"))


def test_sent_becomes_delivered_or_bounced_as_the_smarthost_reports(
    yard: Yard, start: Start
) -> None:
    site = yard.open(start)
    post(site.service, (an_order(i, f"buyer{i}@{KNOWN}") for i in range(40)))
    post(site.service, (an_order(100 + i, f"buyer{i}@{UNKNOWN}") for i in range(10)))
    site.reaches({"delivered": 40, "bounced": 10})
    found = mails(site.service)
    note("a real Postfix", {"messages": 50, "delivered": 40, "bounced": 10, "lost": 0})
    assert {(one.status, one.code) for one in found if one.domain == UNKNOWN} == {
        ("bounced", "hard")
    }
    home = [one for one in found if one.domain == KNOWN]
    assert ids(boxed(site.relay)) == sorted(one.rfc_id or "" for one in home)
    post(site.service, [an_order(200, f"buyer0@{UNKNOWN}")])
    site.reaches({"delivered": 40, "bounced": 10, "suppressed": 1})


def test_what_the_smarthost_delays_is_told_stays_sent_and_arrives(yard: Yard, start: Start) -> None:
    site = yard.open(start)
    post(site.service, (an_order(i, f"buyer{i}@{AWAY}") for i in range(5)))
    until(
        lambda: heard(site.service)["deferred"] == 5,
        PATIENCE,
        lambda: (heard(site.service), site.relay.log.read_text()[-3000:]),
    )
    assert statuses(mails(site.service)) == {"sent": 5}
    site.receiver.follow(accept)
    assert wait_until(lambda: len(site.receiver.ledger) == 5, PATIENCE)
    assert {len(hashes) for hashes in copies(site.receiver.ledger).values()} == {1}
    assert not {one.status for one in mails(site.service)} - {"sent", "delivered"}


def kept_busy(service: ServiceProcess) -> int:
    """Posts one more order after the other until no mail is in doubt, for what a log says of a mail
    that is not in it counts only while it goes on; how many."""
    end = time.monotonic() + PATIENCE
    for number in count(1):
        if "in_doubt" not in statuses(mails(service)):
            return number - 1
        assert time.monotonic() < end, mails(service)
        post(service, [an_order(1000 + number, f"more{number}@{KNOWN}")])
        hurry(service)
        time.sleep(0.5)
    raise AssertionError("numbers never end")


@pytest.mark.parametrize("passed", [True, False], ids=["taken", "not-taken"])
def test_its_log_settles_every_doubt_without_a_copy(yard: Yard, start: Start, passed: bool) -> None:
    with running_line(yard.relay.port, b".", Drop(), When(every=4, passed=passed)) as line:
        site = yard.open(start, line.port)
        post(site.service, (an_order(i, f"buyer{i}@{KNOWN}") for i in range(60)))
        until(
            lambda: set(statuses(mails(site.service))) <= {"sent", "delivered", "in_doubt"},
            PATIENCE,
            lambda: statuses(mails(site.service)),
        )
        line.heal()
        more = kept_busy(site.service)
        site.reaches({"delivered": 60 + more})
        found = mails(site.service)
    doubts = sum(one.doubts for one in found)
    arrived = ids(boxed(yard.relay))
    note(
        f"a real Postfix, doubts {'taken' if passed else 'not taken'}",
        {
            "faults": line.hits,
            "messages": 60 + more,
            "in_doubt": doubts,
            "lost": 60 + more - len(set(arrived)),
            "doubled": len(arrived) - len(set(arrived)),
        },
    )
    assert arrived == sorted(one.rfc_id or "" for one in found)
    assert doubts >= 10
