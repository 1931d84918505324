"""R12: a server that takes the mails of others goes wrong at each word of a mail for some domains,
in each of the ways there are. The mails of the others leave, nothing is lost, nothing is doubled,
and each mail ends as its fault says."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
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
from twofifty.testing.faults import Cell, mailing_cells
from twofifty.testing.law import conserved
from twofifty.testing.load import Post
from twofifty.testing.moment import PROCEED, Action, Cut, Moment, Script
from twofifty.testing.process import ServiceProcess, Start
from twofifty.testing.receiver import Offer, Receiver, running_receiver
from twofifty.testing.script import accept

HEALTHY = "well.example.test"
CELLS = {cell.name: cell for cell in mailing_cells()}
CUTS = {f"cut-after-{size}": size for size in (1, 200, 2000)}
TIMEOUT = 2
PATIENCE = 150.0
MOST_MEMORY = 64 * 1024 * 1024

FORMS = [
    pytest.param(2, 40, id="2-a-cell"),
    pytest.param(10, 500, id="10-a-cell", marks=pytest.mark.slow),
]


def word(address: str) -> str:
    """`drop-rcpt` of `12@drop-rcpt.example.test`."""
    return address.rpartition("@")[2].removesuffix(".example.test")


def faulty(chunking: bool) -> Script:
    """The recipient's domain names the fault, and at MAIL, where no recipient is known yet, the
    sender's."""

    def script(moment: Moment) -> Action:
        named = word(moment.sender if moment.phase == "mail" else moment.recipient)
        cell = CELLS.get(named)
        if cell and cell.phase == moment.phase:
            return cell.action(chunking)
        begins = moment.phase == ("rcpt" if chunking else "data")
        return Cut(CUTS[named]) if begins and named in CUTS else PROCEED

    return script


def of_faults(each: int) -> Iterator[Post]:
    """`each` orders a fault; those at MAIL are of a source whose sender's domain says so."""
    number = 1000
    for name in (*CELLS, *CUTS):
        at_mail = name in CELLS and CELLS[name].phase == "mail"
        for _ in range(each):
            number += 1
            to = f"{number}@{name}.example.test"
            yield an_order(number, to, name if at_mail else "sample")


def sources() -> str:
    """A sender for every fault at MAIL."""
    return "\n".join(
        f'[sources.{name}]\nkind = "shopify"\nsecret = "x"\nfrom = "Shop <a@{name}.example.test>"'
        for name, cell in CELLS.items()
        if cell.phase == "mail"
    )


def healthy(count: int, first: int) -> Iterator[Post]:
    return (an_order(first + i, f"{first + i}@{HEALTHY}") for i in range(count))


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


@pytest.mark.parametrize(("each", "others"), FORMS)
@pytest.mark.parametrize("chunking", [False, True], ids=["DATA", "BDAT"])
@pytest.mark.timeout(3000)
def test_whatever_goes_wrong_for_some_domains_the_mail_of_the_others_leaves(
    start: Start, tmp_path: Path, chunking: bool, each: int, others: int
) -> None:
    with running_receiver(
        faulty(chunking), offer=Offer(chunking=chunking, lookup=True)
    ) as receiver:
        service = started(start, receiver)
        count = post(service, healthy(20, 1))
        others_left(service, 20)
        workers, before = service.workers(), memory(service.workers())
        orders = [*healthy(others // 2, 500), *of_faults(each), *healthy(others // 2, 500_000)]
        count += post(service, orders)
        others_left(service, others + 20)
        assert {one.status for one in of_the_faulty(service)} - {"sent", "failed"}
        until(
            lambda: all(one.first for one in of_the_faulty(service)),
            PATIENCE,
            lambda: [one for one in of_the_faulty(service) if not one.first],
        )
        wrong = [one for one in of_the_faulty(service) if one.first != fate(one, chunking)]

        post(service, healthy(20, 600_000))
        others_left(service, others + 40)
        conserved(service)
        grown = [memory([pid])[pid] - before[pid] for pid in workers]
        assert service.workers() == workers

        receiver.follow(accept)
        counted = hurried(service, PATIENCE + each * 20)
        assert receiver.ledger.lies == []
        taken = copies(receiver.ledger)
        rows = mails(service)

    note(
        f"matrix at the words of a mail, {'BDAT' if chunking else 'DATA'}",
        {
            "faults": len(CELLS) + len(CUTS),
            "messages": count + 20,
            "lost": sum(one.status == "sent" and one.rfc_id not in taken for one in rows),
            "doubled": sum(len(hashes) - 1 for hashes in taken.values()),
            "in_doubt": sum(one.doubts > 0 for one in rows),
            "megabytes": round(max(grown) / 1024 / 1024, 1),
        },
    )
    assert not wrong
    refused = sum(fate(one, chunking) == "failed" for one in rows if one.domain != HEALTHY)
    assert counted.messages == {"sent": count + 20 - refused, "failed": refused}
    assert {one.rfc_id for one in rows if one.status == "sent"} == set(taken)
    assert {len(hashes) for hashes in taken.values()} == {1}
    assert max(grown) < MOST_MEMORY


def started(start: Start, receiver: Receiver) -> ServiceProcess:
    lookup = quote(receiver.lookup_url, safe="")
    options = f"tls=none&timeout={TIMEOUT}&settle=1&lookup={lookup}"
    url = f"smtp://127.0.0.1:{receiver.port}?{options}"
    return start(TWOFIFTY_SMTP_URL=url, config=sources())
