"""R12: servers that go wrong before a mail is begun, in each of the ways there are: every one a
route of its own, by weight, before one that works. No mail is lost or doubled; where no server
works it waits, and leaves once one is well again."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from tests.acceptance.mails import an_order, copies, hurried, mails, note, post, statuses, until
from twofifty.deliver.outcome import Phase
from twofifty.testing.bad_line import BadLine, Fault, running_line
from twofifty.testing.certificates import Authority, Certificate
from twofifty.testing.faults import OPENING, opening_cells
from twofifty.testing.load import Post
from twofifty.testing.moment import Hang, Raw, Reset, Say
from twofifty.testing.ports import free_port
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.script import GARBAGE, accept, at, by_recipient, refuse_at

# Minutes on two cores: the short forms of all this are `test_fault_mix` and `test_smtp_faults`.
pytestmark = pytest.mark.slow

AUTHORITY = Authority(datetime.now(UTC))
GOOD = AUTHORITY.good().server_context()
CERTIFICATES: dict[str, Certificate] = {
    "expired": AUTHORITY.expired(),
    "of another host": AUTHORITY.wrong_host(),
    "vouched for by nobody": AUTHORITY.self_signed(),
}
MAILS = 60
PATIENCE = 150.0


class Server(NamedTuple):
    """One that goes wrong, as a route of `SMTP_URL`."""

    name: str
    receiver: Receiver | None
    url: str


class Ground(contextlib.ExitStack):
    """Servers for a test, and the file with the authority that they are to be trusted by."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._trusted = folder / "authority.pem"
        self._trusted.write_bytes(AUTHORITY.pem)

    def bad(self, phase: Phase) -> Iterator[Server]:
        """One for each kind of fault at `phase`."""
        for cell in opening_cells():
            if cell.phase == phase:
                script = at(phase, cell.action())
                receiver = self.enter_context(running_receiver(script, offer=offered(phase)))
                yield Server(cell.kind, receiver, self.url(receiver.port, phase))
        if phase == "connect":
            yield Server("refused", None, self.url(free_port(), phase))

    def of_certificates(self) -> Iterator[Server]:
        for name, bad in CERTIFICATES.items():
            offer = Offer(tls=bad.server_context())
            receiver = self.enter_context(running_receiver(offer=offer))
            yield Server(name, receiver, self.url(receiver.port, "starttls"))

    def url(self, port: int, phase: Phase, more: str = "&weight=1") -> str:
        user = "shop:geheim@" if phase == "auth" else ""
        ca = quote(str(self._trusted), safe="")
        tls = f"starttls&ca={ca}" if phase in ("starttls", "auth") else "none"
        return f"smtp://{user}127.0.0.1:{port}?tls={tls}&timeout=2{more}"


def offered(phase: Phase) -> Offer:
    tls = GOOD if phase in ("starttls", "auth") else None
    return Offer(tls=tls, users={"shop": "geheim"} if phase == "auth" else {})


def orders(count: int, first: int = 1) -> Iterator[Post]:
    return (an_order(first + i, f"{first + i}@example.com") for i in range(count))


def all_left(service: ServiceProcess, count: int) -> None:
    until(
        lambda: statuses(mails(service)) == {"sent": count},
        PATIENCE,
        lambda: [one for one in mails(service) if one.status != "sent"],
    )


EVERY = pytest.param(OPENING, id="every-phase")
EACH = [pytest.param((phase,), id=phase, marks=pytest.mark.slow) for phase in OPENING]


@pytest.mark.parametrize("phases", [EVERY, *EACH])
def test_servers_that_never_get_to_a_mail_cost_none(
    start: Start, tmp_path: Path, phases: tuple[Phase, ...]
) -> None:
    with Ground(tmp_path) as ground, running_receiver() as good:
        bad = [one for phase in phases for one in ground.bad(phase)]
        bad += ground.of_certificates() if "starttls" in phases else ()
        routes = [*(one.url for one in bad), f"smtp://127.0.0.1:{good.port}?tls=none"]
        service = start(TWOFIFTY_SMTP_URL=",".join(routes))
        workers = service.workers()
        post(service, orders(MAILS))
        all_left(service, MAILS)
        assert service.workers() == workers
        sessions = {one.name: one.receiver.sessions for one in bad if one.receiver}
        taken = copies(good.ledger)
        found = mails(service)
    note(
        f"matrix before a mail: {', '.join(phases)}",
        {"faults": len(bad), "messages": MAILS, "lost": MAILS - len(taken), "doubled": 0},
    )
    assert {one.rfc_id for one in found} == set(taken)
    assert {len(hashes) for hashes in taken.values()} == {1}
    assert all(sessions.values()), sessions
    assert not [one for one in bad if one.receiver and len(one.receiver.ledger)]
    assert {one.doubts for one in found} == {0}


@pytest.mark.parametrize(
    "phases",
    [pytest.param(("greeting",), id="greeting"), pytest.param(OPENING, marks=pytest.mark.slow)],
)
@pytest.mark.timeout(600)
def test_where_every_server_goes_wrong_mail_waits_and_leaves_once_one_is_well(
    start: Start, tmp_path: Path, phases: tuple[Phase, ...]
) -> None:
    with Ground(tmp_path) as ground:
        bad = [one for phase in phases for one in ground.bad(phase)]
        service = start(TWOFIFTY_SMTP_URL=",".join(one.url for one in bad))
        post(service, orders(10))
        until(
            lambda: all(one.status == "deferred" for one in mails(service)),
            PATIENCE,
            lambda: mails(service),
        )
        assert {one.code for one in mails(service)} <= {"no_route", "resting", "rate"}
        for one in bad:
            if one.receiver:
                one.receiver.follow(accept)
        assert hurried(service, PATIENCE).messages == {"sent": 10}
        taken = copies(mail for one in bad if one.receiver for mail in one.receiver.ledger)
    assert sorted(len(hashes) for hashes in taken.values()) == [1] * 10


WORDS: dict[str, Fault] = {
    "421": Say(421, "going down", "4.3.2"),
    "4yz": Say(451, "not now", "4.3.0"),
    "5yz": Say(502, "no such word", "5.5.1"),
    "hang": Hang(),
    "reset": Reset(),
    "garbage": Raw(GARBAGE),
    "megabyte": Raw(b"250 ".ljust(1 << 20, b"x") + b"\r\n"),
    "wrong": Raw(b"354 go ahead\r\n"),
    "twice": Raw(b"250 one\r\n250 two\r\n"),
}


def lines(ground: Ground, word: bytes, receivers: list[Receiver]) -> list[BadLine]:
    return [
        ground.enter_context(running_line(receiver.port, word, fault))
        for receiver, fault in zip(receivers, WORDS.values(), strict=True)
    ]


@pytest.mark.parametrize(("word", "more"), [(b"RSET", ""), (b"QUIT", "&messages=1")])
def test_what_goes_wrong_between_mails_costs_none(
    start: Start, tmp_path: Path, word: bytes, more: str
) -> None:
    """RSET follows a mail whose recipient was refused; QUIT here follows every mail."""
    refusing = by_recipient({"@gone.example.test": refuse_at("rcpt", 550, "5.1.1", "unknown")})
    with Ground(tmp_path) as ground:
        receivers = [ground.enter_context(running_receiver(refusing)) for _ in WORDS]
        over = lines(ground, word, receivers)
        routes = [
            ground.url(one.port, "mail", f"&weight=1&connections=1&bdat=never{more}")
            for one in over
        ]
        service = start(TWOFIFTY_SMTP_URL=",".join(routes))
        gone = [an_order(i, f"{i}@gone.example.test") for i in range(1000, 1000 + MAILS)]
        well = list(orders(2 * MAILS))
        mixed = [one for three in zip(gone, well[::2], well[1::2], strict=True) for one in three]
        post(service, mixed)
        counted = hurried(service, PATIENCE)
        taken = copies(mail for one in receivers for mail in one.ledger)
        hits = {name: line.hits for name, line in zip(WORDS, over, strict=True)}
    note(
        f"matrix at {word.decode()}",
        {"faults": sum(hits.values()), "messages": 3 * MAILS, "lost": 2 * MAILS - len(taken)},
    )
    assert counted.messages == {"sent": 2 * MAILS, "failed": MAILS}
    assert sorted(len(hashes) for hashes in taken.values()) == [1] * 2 * MAILS
    assert all(hits.values()), hits
