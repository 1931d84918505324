"""R12: a server that takes the mails of others goes wrong at each word of a mail for some domains,
in each of the ways there are. The mails of the others leave, nothing is lost, nothing is doubled,
and each mail ends as its fault says."""

from collections import Counter
from itertools import count, islice
from urllib.parse import quote

import pytest

from tests.acceptance.mails import (
    Mail,
    an_order,
    copies,
    hurried,
    mails,
    memory,
    note,
    post,
    statuses,
    until,
)
from twofifty.testing.faults import MAILING, Cell, mailing_cells
from twofifty.testing.law import conserved
from twofifty.testing.load import Post
from twofifty.testing.moment import PROCEED, Action, Cut, Moment
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Offer, Receiver, running_receiver

# Minutes on two cores: the short forms of all this are `test_fault_mix` and `test_smtp_faults`.
pytestmark = pytest.mark.slow

HEALTHY = "well.example.test"
CELLS = {cell.name: cell for cell in mailing_cells()}
CUTS = {f"cut-after-{size}": size for size in (1, 200, 2000)}
TIMEOUT = 2
PATIENCE = 150.0
MOST_MEMORY = 64 * 1024 * 1024

Names = list[str]
PHASES: list[Names] = [
    *([name for name, cell in CELLS.items() if cell.phase == phase] for phase in MAILING),
    list(CUTS),
]
EACH: list[Names] = [[name] for name in (*CELLS, *CUTS)]
FORMS = [
    pytest.param(PHASES, 2, 20, id="a-phase-at-a-time"),
    pytest.param(EACH, 10, 20, id="a-fault-at-a-time", marks=pytest.mark.slow),
]


def word(address: str) -> str:
    """`drop-rcpt` of `12@drop-rcpt.example.test`."""
    return address.rpartition("@")[2].removesuffix(".example.test")


class Faulty:
    """A script. The recipient's domain names the fault, and at MAIL, where no recipient is known
    yet, the sender's; those are ill that are in `ill`."""

    def __init__(self, chunking: bool) -> None:
        self.ill: set[str] = set()
        self._chunking = chunking

    def __call__(self, moment: Moment) -> Action:
        named = word(moment.sender if moment.phase == "mail" else moment.recipient)
        if named not in self.ill:
            return PROCEED
        cell = CELLS.get(named)
        if cell is not None:
            return cell.action(self._chunking) if cell.phase == moment.phase else PROCEED
        begins = moment.phase == ("rcpt" if self._chunking else "data")
        return Cut(CUTS[named]) if begins else PROCEED


def orders_of(names: Names, each: int, others: int, first: int) -> list[Post]:
    """`each` orders a fault, those at MAIL of a source whose sender's domain says so; one half of
    the `others` before them, the other half behind them."""
    numbers = count(first)
    bad = [
        an_order(number, f"{number}@{name}.example.test", name if at_mail(name) else "sample")
        for name in names
        for number in islice(numbers, each)
    ]
    well = healthy(others, next(numbers))
    return [*well[: others // 2], *bad, *well[others // 2 :]]


def at_mail(name: str) -> bool:
    return name in CELLS and CELLS[name].phase == "mail"


def sources() -> str:
    """A sender for every fault at MAIL."""
    return "\n".join(
        f'[sources.{name}]\nkind = "shopify"\nsecret = "x"\nfrom = "Shop <a@{name}.example.test>"'
        for name, cell in CELLS.items()
        if cell.phase == "mail"
    )


def healthy(number: int, first: int) -> list[Post]:
    return [an_order(first + i, f"{first + i}@{HEALTHY}") for i in range(number)]


def fate(mail: Mail, chunking: bool) -> str:
    cell: Cell | None = CELLS.get(word(mail.recipient))
    return cell.fate(chunking) if cell else "deferred"


def of_others(service: ServiceProcess) -> list[Mail]:
    return [one for one in mails(service) if one.domain == HEALTHY]


def of_the_faulty(service: ServiceProcess) -> list[Mail]:
    return [one for one in mails(service) if one.domain != HEALTHY]


def others_left(service: ServiceProcess, count: int) -> None:
    """Waits until the others' mail is `sent`, all of it."""
    until(
        lambda: statuses(of_others(service)) == {"sent": count},
        PATIENCE,
        lambda: Counter((one.status, one.code) for one in of_others(service)),
    )


@pytest.mark.parametrize(("stages", "each", "others"), FORMS)
@pytest.mark.parametrize("chunking", [False, True], ids=["DATA", "BDAT"])
@pytest.mark.timeout(3000)
def test_whatever_goes_wrong_for_some_domains_the_mail_of_the_others_leaves(
    start: Start, chunking: bool, stages: list[Names], each: int, others: int
) -> None:
    script = Faulty(chunking)
    with running_receiver(script, offer=Offer(chunking=chunking, lookup=True)) as receiver:
        service = started(start, receiver)
        post(service, healthy(20, 1))
        others_left(service, 20)
        workers, before = service.workers(), memory(service.workers())
        for stage, names in enumerate(stages, 1):
            script.ill = set(names)
            post(service, orders_of(names, each, others, stage * 1000))
            others_left(service, 20 + stage * others)
            until(lambda: all_tried(service), PATIENCE, lambda: of_the_faulty(service))
            conserved(service)
        wrong = [one for one in of_the_faulty(service) if one.first != fate(one, chunking)]
        grown = [memory([pid])[pid] - before[pid] for pid in workers]
        assert service.workers() == workers

        script.ill = set()
        counted = hurried(service, PATIENCE)
        taken, rows = copies(receiver.ledger), mails(service)

    faults = sum(map(len, stages))
    note(
        f"the words of a mail, {'BDAT' if chunking else 'DATA'}, {len(stages)} stages",
        {
            "faults": faults * each,
            "messages": len(rows),
            "lost": sum(one.status == "sent" and one.rfc_id not in taken for one in rows),
            "doubled": sum(len(hashes) - 1 for hashes in taken.values()),
            "in_doubt": sum(one.doubts > 0 for one in rows),
            "megabytes": round(max(grown) / 1024 / 1024, 1),
        },
    )
    assert not wrong
    refused = sum(fate(one, chunking) == "failed" for one in rows if one.domain != HEALTHY)
    assert len(rows) == 20 + len(stages) * others + faults * each
    assert counted.messages == {"sent": len(rows) - refused, "failed": refused}
    assert {one.rfc_id for one in rows if one.status == "sent"} == set(taken)
    assert {len(hashes) for hashes in taken.values()} == {1}
    assert max(grown) < MOST_MEMORY


def all_tried(service: ServiceProcess) -> bool:
    return all(one.first for one in of_the_faulty(service))


def started(start: Start, receiver: Receiver) -> ServiceProcess:
    lookup = quote(receiver.lookup_url, safe="")
    options = f"tls=none&timeout={TIMEOUT}&settle=1&lookup={lookup}"
    url = f"smtp://127.0.0.1:{receiver.port}?{options}"
    return start(TWOFIFTY_SMTP_URL=url, config=sources())
