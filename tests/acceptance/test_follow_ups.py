"""After the confirmation: one thread, each news once, the difference in words."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2

from twofifty.testing.process import ReceiverProcess, Start
from twofifty.testing.samples import sample_order

QUIET = "2"


def paid(i: int, **changes: object) -> dict[str, Any]:
    return {**sample_order(i), "state": {"payment": "paid"}, **changes}


def arrived(receiver: ReceiverProcess, count: int) -> list[EmailMessage]:
    """The mails once there are `count` of them."""
    until = time.monotonic() + 30
    while receiver.count() < count:
        assert time.monotonic() < until, receiver.count()
        time.sleep(0.05)
    return [message_from_bytes(mail, policy=policy.default) for mail in receiver.mails()]


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def quietly(client: httpx2.Client, order: dict[str, Any]) -> None:
    client.post("/v1/orders", json=order).raise_for_status()


def test_an_order_s_whole_story_is_one_thread(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_UPDATE_QUIET_SECONDS=QUIET)
        with service.client() as client:
            order = paid(1, revision=1)
            quietly(client, order)
            arrived(receiver, 1)
            first = order["lines"][0]
            order |= {"revision": 2, "lines": [{**first, "quantity": "7"}, *order["lines"][1:]]}
            quietly(client, order)
            arrived(receiver, 2)
            parcel = {"id": "p1", "carrier": "DHL", "tracking_number": "JD014", "status": "shipped"}
            order |= {"revision": 3, "parcels": [parcel]}
            quietly(client, order)
            arrived(receiver, 3)
            order |= {"revision": 4, "parcels": [{**parcel, "status": "delivered"}]}
            order["state"] = {"payment": "paid", "fulfillment": "fulfilled"}
            quietly(client, order)
            mails = arrived(receiver, 4)
            kinds = [
                one["kind"]
                for one in client.get("/v1/messages", params={"order": order["id"]}).json()["items"]
            ]
    assert kinds[::-1] == ["confirmation", "update", "shipment", "delivery"]
    root = mails[0]
    for mail in mails[1:]:
        assert mail["References"] == mail["In-Reply-To"] == root["Message-ID"]
        assert mail["Subject"].removeprefix("Re: ") == root["Subject"]
        assert mail["Thread-Topic"] == root["Thread-Topic"]
    assert "7" in text(mails[1])
    assert "JD014" in text(mails[2])


def test_edits_within_the_quiet_while_are_one_mail_and_a_reverted_one_none(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_UPDATE_QUIET_SECONDS=QUIET)
        with service.client() as client:
            one, other = paid(2, revision=1), paid(3, revision=1)
            quietly(client, one)
            quietly(client, other)
            arrived(receiver, 2)
            for revision, note in ((2, "ring"), (3, "ring twice"), (4, "leave it outside")):
                quietly(client, one | {"revision": revision, "note": note})
            quietly(client, other | {"revision": 2, "note": "by mistake"})
            quietly(client, other | {"revision": 3})
            mails = arrived(receiver, 3)
            time.sleep(2 * float(QUIET))
            assert receiver.count() == 3
    assert "leave it outside" in text(mails[2])
    assert "by mistake" not in text(mails[2])


def test_a_cancellation_leaves_at_once_and_takes_the_update_s_place(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_UPDATE_QUIET_SECONDS="600")
        with service.client() as client:
            order = paid(4, revision=1)
            quietly(client, order)
            arrived(receiver, 1)
            quietly(client, order | {"revision": 2, "note": "changed my mind"})
            state = {"payment": "refunded", "cancelled_at": "2026-11-21T10:00:00Z"}
            quietly(client, order | {"revision": 3, "state": state})
            arrived(receiver, 2)
            found = client.get("/v1/messages", params={"order": order["id"]}).json()["items"]
    assert [(one["kind"], one["status"]) for one in found[::-1]] == [
        ("confirmation", "sent"),
        ("update", "superseded"),
        ("cancellation", "sent"),
    ]
