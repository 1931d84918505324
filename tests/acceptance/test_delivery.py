"""What becomes of mail: outcomes by reply, one try or many, draining, and acting by hand."""

import json
import time
from email import message_from_bytes, policy
from pathlib import Path

import httpx2
import pytest

from twofifty.testing.law import conserved, settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order


def paid(i: int, **changes: object) -> dict[str, object]:
    return {**sample_order(i), "state": {"payment": "paid"}, **changes}


def posted(client: httpx2.Client, order: dict[str, object]) -> str:
    """The id of the order's message."""
    answer = client.post("/v1/orders", json=order)
    assert answer.status_code == 202, answer.text
    (identity,) = answer.json()["messages"]
    return str(identity)


def reached(client: httpx2.Client, identity: str, *statuses: str) -> dict[str, object]:
    """The message once it is in one of `statuses`."""
    until = time.monotonic() + 30
    while True:
        message: dict[str, object] = client.get(f"/v1/messages/{identity}").json()
        if message["status"] in statuses:
            return message
        assert time.monotonic() < until, message
        time.sleep(0.05)


def moves(client: httpx2.Client, identity: str) -> list[dict[str, object]]:
    events: list[dict[str, object]] = client.get(f"/v1/messages/{identity}/events").json()["items"]
    return events


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("refuse:rcpt,550,5.1.1,no such user", "refused_recipient"),
        ("refuse:dot,554,5.7.1,looks like spam", "refused_message"),
        ("refuse:mail,553,5.1.8,bad sender", "refused_sender"),
    ],
)
def test_a_permanent_refusal_is_tried_once_and_kept_with_its_reply(
    start: Start, tmp_path: Path, script: str, code: str
) -> None:
    with ReceiverProcess(tmp_path, script) as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(1))
            message = reached(client, identity, "failed")
            time.sleep(1.5)
            history = moves(client, identity)
    assert message["code"] == code
    assert message["attempts"] == 1
    assert history[-1]["code"] == int(script.split(",")[1])
    assert receiver.count() == 0


def test_a_deferred_mail_comes_back_with_the_same_bytes(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, "greylist:1,1", keep="bytes") as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(2))
            deferred = reached(client, identity, "deferred")
            frozen = client.get(f"/v1/messages/{identity}/raw").content
            message = reached(client, identity, "sent")
            assert client.get(f"/v1/messages/{identity}/raw").content == frozen
        (mail,) = receiver.mails()
    assert deferred["next_attempt_at"]
    assert message["attempts"] == 2
    assert mail == frozen


def test_no_next_hop_at_all_defers_and_nothing_is_lost(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as gone:
        service = start(gone, query="tls=none&timeout=2")
    with service.client() as client:
        identity = posted(client, paid(3))
        message = reached(client, identity, "deferred")
    assert message["code"] == "no_route"
    assert conserved(service).messages == {"deferred": 1}


def test_a_termination_finishes_what_is_begun(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, "delay:dot,1.5") as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(4))
            reached(client, identity, "sending")
            time.sleep(0.5)
        assert service.terminate() == 0
        assert conserved(service).messages == {"sent": 1}
        assert receiver.count() == 1


def test_a_test_order_is_held_until_a_person_releases_it(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(5, test=True))
            held = reached(client, identity, "held")
            assert held["code"] == "test_order"
            assert client.post(f"/v1/messages/{identity}/approve").status_code < 300
            reached(client, identity, "sent")
            assert client.post(f"/v1/messages/{identity}/approve").status_code == 409
            assert client.post(f"/v1/messages/{identity}/cancel").status_code == 409
        assert receiver.count() == 1


def test_an_old_order_is_held_and_can_be_rejected(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(6, placed_at="2025-01-01T10:00:00+01:00"))
            assert reached(client, identity, "held")["code"] == "too_old"
            assert client.post(f"/v1/messages/{identity}/reject").status_code < 300
            reached(client, identity, "cancelled")
        assert receiver.count() == 0


def test_a_resend_goes_to_the_corrected_address_in_the_same_thread(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver)
        with service.client() as client:
            first = posted(client, paid(7))
            reached(client, first, "sent")
            bad = client.post(f"/v1/messages/{first}/resend", json={"to": "nobody at all"})
            assert bad.status_code == 422
            to = "corrected@example.com"
            second = client.post(f"/v1/messages/{first}/resend", json={"to": to}).json()["id"]
            reached(client, second, "sent")
        mails = [message_from_bytes(mail, policy=policy.default) for mail in receiver.mails()]
    assert [mail["X-Twofifty-ID"] for mail in mails] == [first, second]
    assert mails[1]["To"] == to
    assert mails[1]["Message-ID"] != mails[0]["Message-ID"]
    assert mails[1]["References"] == mails[0]["Message-ID"]


def test_an_order_cancelled_before_its_mail_left_is_not_confirmed(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, "defer:rcpt,450,4.2.1,later") as receiver:
        service = start(receiver)
        with service.client() as client:
            identity = posted(client, paid(8, revision=1))
            reached(client, identity, "deferred")
            state = {"payment": "paid", "cancelled_at": "2026-11-21T10:00:00Z"}
            changed = {**paid(8, revision=2), "state": state}
            answer = client.post("/v1/orders", json=changed).json()
            assert answer["plan"] == "hold"
            stopped = reached(client, identity, "held", "superseded")
            stale = client.post("/v1/orders", json=paid(8, revision=1, note="late")).json()
            assert stale["outcome"] == "stale"
    assert stopped["code"] in ("cancelled", "facts_changed")
    assert receiver.count() == 0


def test_the_story_of_an_order_is_told_from_first_to_last(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver)
        order = paid(9)
        with service.client() as client:
            identity = posted(client, order)
            reached(client, identity, "sent")
            client.post("/v1/orders", json=order).raise_for_status()
            path = f"/v1/orders/{order['source']}/{order['id']}/timeline"
            told = client.get(path).json()["items"]
    assert [moment["what"] for moment in told] == [
        "event.applied",
        "message.queued",
        "message.sending",
        "message.sent",
        "event.duplicate",
    ]
    assert told[3]["code"] == 250
    assert json.dumps(told).count(identity) >= 3


def counted(service: ServiceProcess, line: str) -> str:
    """The metrics once they have `line`: they are counted now and then."""
    until = time.monotonic() + 30
    while line not in (metrics := httpx2.get(f"{service.url}/metrics").text):
        assert time.monotonic() < until, metrics
        time.sleep(0.2)
    return metrics


def test_the_service_says_how_it_does(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver)
        with service.client() as client:
            posted(client, paid(10))
        settled(service)
        assert httpx2.get(f"{service.url}/healthz").status_code == 200
        assert httpx2.get(f"{service.url}/readyz").status_code == 200
        metrics = counted(service, 'twofifty_messages{status="sent"} 1')
    assert 'twofifty_outcomes_total{outcome="sent"} 1.0' in metrics
    assert "twofifty_conservation_violations 0" in metrics
    logged = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert all("action" in line for line in logged)
    assert any(line["action"] == "deliver.sent" for line in logged)


def test_a_termination_does_not_wait_for_ever_for_a_deaf_server(
    start: Start, tmp_path: Path
) -> None:
    with ReceiverProcess(tmp_path, "hang:mail") as deaf:
        service = start(deaf)
        with service.client() as client:
            identity = posted(client, paid(11))
            reached(client, identity, "sending")
        assert service.terminate() == 0
    assert conserved(service).messages == {"queued": 1}


def test_a_sender_with_an_international_domain_is_no_obstacle(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, keep="bytes") as receiver:
        service = start(receiver, TWOFIFTY_FROM="Müller <bestellung@müller.example>")
        with service.client() as client:
            reached(client, posted(client, paid(12)), "sent")
        (taken,) = receiver.taken()
    assert taken.sender == "bestellung@xn--mller-kva.example"
    assert taken.message_id.endswith("@xn--mller-kva.example>")
