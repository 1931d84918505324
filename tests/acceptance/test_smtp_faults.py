"""Every phase of SMTP with every fault, over real sockets: the right class of outcome, no sender
stuck, nothing lost, and a doubt only where the end of the message had left."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple, get_args

import pytest

from twofifty.adapters.smtp.pool import SmtpChannel
from twofifty.adapters.smtp.url import parse_routes
from twofifty.deliver.outcome import Accepted, Deferred, InDoubt, Outcome, Phase, Refused
from twofifty.deliver.ports import Envelope
from twofifty.testing.certificates import Authority, Certificate
from twofifty.testing.moment import Action, Cut, Drip, Drop, Hang, Raw, Reset, Say
from twofifty.testing.ports import free_port
from twofifty.testing.receiver import Offer, Receiver
from twofifty.testing.script import GARBAGE, accept, at

AUTHORITY = Authority(datetime.now(UTC))
TLS = AUTHORITY.good().server_context()
OPENING: tuple[Phase, ...] = ("connect", "greeting", "ehlo", "starttls", "auth")
NO_CODE = ("connect", "wrong code")
POSITIVE: dict[Phase, int] = {"greeting": 220, "starttls": 220, "auth": 235, "data": 354}
SILENT = ("hang", "drip")
OVER = ("BDAT", "BDAT step by step", "DATA", "DATA step by step")
PATIENCE = 60.0
"""Seconds after which a sender counts as stuck; the longest sum of its own timeouts is a tenth."""

FAULTS: dict[str, Action] = {
    "421": Say(421, "going down", "4.3.2"),
    "4yz": Say(451, "try again later", "4.3.0"),
    "5yz": Say(554, "no", "5.7.0"),
    "hang": Hang(),
    "drip": Drip(4),
    "drop": Drop(),
    "reset": Reset(),
    "garbage": Raw(GARBAGE),
    "megabyte": Raw(b"250 ".ljust(1 << 20, b"x") + b"\r\n"),
    "endless": Raw(b"250-more\r\n" * 100_000),
    "wrong code": Say(354, "go ahead"),
}


class Told(NamedTuple):
    """One fault's story: the outcome, how often the journal was asked, which mails arrived."""

    outcome: Outcome
    asked: int
    taken: list[str]


class Journal:
    """Slow enough that what the server says or does is known before the end leaves."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> bool:
        self.asked += 1
        await asyncio.sleep(0.1)
        return True


def mail(name: str) -> Envelope:
    body = f"Message-ID: <{name}@example.com>\r\nSubject: Order\r\n\r\n{'Thank you. ' * 6}\r\n" * 40
    return Envelope(name, "orders@example.com", "buyer@example.com", body.encode())


def offered(over: str, tls: bool) -> Offer:
    return Offer(
        chunking=over.startswith("BDAT"),
        pipelining="step" not in over,
        tls=TLS if tls else None,
        users={"shop": "geheim"} if tls else {},
    )


def opened(port: int, tls: bool, seconds: float) -> SmtpChannel:
    user, secured = ("shop:geheim@", "&tls=starttls") if tls else ("", "")
    (route,) = parse_routes(f"smtp://{user}127.0.0.1:{port}?timeout={seconds}{secured}")
    trust = AUTHORITY.client_context() if tls else None
    return SmtpChannel(route, helo="shop.example.com", ssl_context=trust)


async def through(channel: SmtpChannel) -> None:
    """The second mail, as often as it takes."""
    for attempt in range(100):
        if isinstance(await channel.send(mail("second"), Journal()), Accepted):
            return
        await asyncio.sleep(0.02 * attempt)


async def told(phase: Phase, action: Action, over: str, seconds: float) -> Told:
    """The first mail meets the fault; a second one goes through once the server is well again."""
    tls = phase in ("starttls", "auth")
    async with Receiver(at(phase, action), offer=offered(over, tls)) as server:
        channel, journal = opened(server.port, tls, seconds), Journal()
        async with asyncio.timeout(PATIENCE):
            outcome = await channel.send(mail("first"), journal)
            server.follow(accept)
            await through(channel)
            await channel.close()
        taken = [one.message_id.strip("<>").partition("@")[0] for one in server.ledger]
        return Told(outcome, journal.asked, taken)


def stories(phase: Phase, fault: str) -> Iterator[tuple[str, Told]]:
    """The same fault over every way of handing a message over."""
    seconds = 0.5 if fault in SILENT else 20.0

    def action(over: str) -> Action:
        """354 is the wrong code everywhere but after DATA."""
        odd = fault == "wrong code" and phase == "data" and over.startswith("DATA")
        return Raw(b"220 what?\r\n") if odd else FAULTS[fault]

    async def side_by_side() -> list[Told]:
        return await asyncio.gather(*(told(phase, action(over), over, seconds) for over in OVER))

    yield from zip(OVER, asyncio.run(side_by_side()), strict=True)


def is_consistent(story: Told) -> bool:
    """What holds whatever happens: nothing taken that is said not to be, nothing lost that is said
    to be taken, no doubt without the journal."""
    copies = story.taken.count("first")
    if "second" not in story.taken:
        return False
    match story.outcome:
        case Accepted():
            return copies == 1
        case InDoubt():
            return copies <= 1 and story.asked == 1
        case _:
            return copies == 0


def is_routes(outcome: Outcome) -> bool:
    """Whether it is tried again, and was no fault of the mail's."""
    if isinstance(outcome, Refused):
        return outcome.about == "route"
    return isinstance(outcome, Deferred) and outcome.connection


@pytest.mark.parametrize(
    ("phase", "fault"),
    # Nothing is said when a connection is made, so nothing can be said slowly or wrongly.
    [one for one in product(OPENING, FAULTS) if one not in (("connect", "drip"), NO_CODE)],
)
def test_a_fault_before_mail_is_the_routes_and_never_the_mails(phase: Phase, fault: str) -> None:
    for over, story in stories(phase, fault):
        assert isinstance(story.outcome, Deferred), (over, story)
        assert story.outcome.connection
        assert story.asked == 0
        assert is_consistent(story), (over, story)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("phase", ["mail", "rcpt"])
def test_a_fault_before_the_message_is_no_doubt(phase: Phase, fault: str) -> None:
    for over, story in stories(phase, fault):
        kind = Refused if fault == "5yz" else Deferred
        assert isinstance(story.outcome, kind), (over, story)
        # A reset takes replies with it that were on their way.
        assert story.outcome.phase == phase or (fault, story.outcome.phase) == ("reset", "mail")
        assert story.asked == 0
        assert is_consistent(story), (over, story)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_before_the_end_of_the_message_has_left_is_no_doubt(fault: str) -> None:
    """At DATA, and at the first of two chunks. A server that says nothing at all to that chunk is
    only noticed once the last is out, where it pipelines."""
    for over, story in stories("data", fault):
        kind: type[Outcome] = Refused if fault == "5yz" else Deferred
        if (over, fault) == ("BDAT", "hang"):
            kind = InDoubt
        assert isinstance(story.outcome, kind), (over, story)
        assert is_consistent(story), (over, story)


@pytest.mark.parametrize("fault", FAULTS)
def test_after_the_end_of_the_message_only_a_whole_reply_is_no_doubt(fault: str) -> None:
    kinds: dict[str, type] = {"421": Deferred, "4yz": Deferred, "5yz": Refused}
    for over, story in stories("dot", fault):
        assert isinstance(story.outcome, kinds.get(fault, InDoubt)), (over, story)
        assert story.asked == 1
        assert is_consistent(story), (over, story)


@pytest.mark.parametrize("after", [1, 200, 2000])
def test_a_connection_that_dies_in_the_body_is_no_doubt(after: int) -> None:
    async def side_by_side() -> tuple[Told, Told]:
        return await asyncio.gather(
            told("data", Cut(after), "DATA", 20.0), told("rcpt", Cut(after), "BDAT", 20.0)
        )

    for story in asyncio.run(side_by_side()):
        assert isinstance(story.outcome, Deferred), story
        assert story.outcome.connection
        assert is_consistent(story), story


@pytest.mark.parametrize("phase", [one for one in get_args(Phase) if one != "connect"])
def test_two_replies_at_once_never_pass_for_an_acceptance(phase: Phase) -> None:
    """The second is nobody's; if it were the next one's, each reply would be taken for another."""
    for over in OVER:
        code = POSITIVE.get(phase, 250)
        if phase == "data" and over.startswith("BDAT"):
            code = 250
        twice = Raw(f"{code} 2.0.0 one\r\n{code} 2.0.0 two\r\n".encode())
        story = asyncio.run(told(phase, twice, over, 20.0))
        if phase == "dot":
            assert isinstance(story.outcome, Accepted)
        else:
            assert is_routes(story.outcome), (over, story)
            assert is_consistent(story), (over, story)


def test_a_port_where_nobody_listens_is_a_fault_of_the_route() -> None:
    async def scenario() -> Outcome:
        channel = opened(free_port(), False, 20.0)
        return await channel.send(mail("first"), Journal())

    outcome = asyncio.run(scenario())
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection) == ("connect", True)


BAD_CERTIFICATES = {
    "expired": AUTHORITY.expired(),
    "of another host": AUTHORITY.wrong_host(),
    "vouched for by nobody": AUTHORITY.self_signed(),
}


def over_tls(scheme: str, offer: Offer, action: Action | None = None) -> tuple[Outcome, int]:
    """The outcome, and how many mails were begun."""

    async def scenario() -> tuple[Outcome, int]:
        script = at("starttls", action) if action else accept
        async with Receiver(script, offer=offer) as server:
            tls = "&tls=starttls" if scheme == "smtp" else ""
            (route,) = parse_routes(f"{scheme}://127.0.0.1:{server.port}?timeout=20{tls}")
            trust = AUTHORITY.client_context()
            channel = SmtpChannel(route, helo="shop.example.com", ssl_context=trust)
            async with asyncio.timeout(PATIENCE):
                outcome = await channel.send(mail("first"), Journal())
                await channel.close()
            return outcome, server.ledger.counts["mail"]

    return asyncio.run(scenario())


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("bad", BAD_CERTIFICATES)
def test_a_certificate_that_is_not_right_gets_no_mail(scheme: str, bad: str) -> None:
    certificate: Certificate = BAD_CERTIFICATES[bad]
    offer = Offer(tls=certificate.server_context(), implicit_tls=scheme == "smtps")
    outcome, begun = over_tls(scheme, offer)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.connection, begun) == ("starttls", True, 0)


def test_plain_text_in_the_place_of_tls_gets_no_mail() -> None:
    agreed_only = over_tls("smtp", Offer(tls=TLS), Raw(b"220 go ahead\r\n"))
    injected = over_tls("smtp", Offer(tls=TLS), Raw(b"220 go ahead\r\n250 hello\r\n"))
    at_once = over_tls("smtps", Offer())
    not_offered = over_tls("smtp", Offer())
    for outcome, begun in (agreed_only, injected, at_once, not_offered):
        assert isinstance(outcome, Deferred)
        assert (outcome.phase, outcome.connection, begun) == ("starttls", True, 0)
