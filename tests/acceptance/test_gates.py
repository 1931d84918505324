"""What stops mail: a copied store, staging's list, too many mails to one address."""

import shutil
from pathlib import Path

from tests.acceptance.engines import Engine
from tests.acceptance.test_delivery import paid, posted, reached
from twofifty.testing.law import settled
from twofifty.testing.process import ReceiverProcess, ServiceProcess, Start

WAITING = {"TWOFIFTY_SMTP_URL": "smtp://127.0.0.1:1?tls=none"}


def test_a_copied_store_shows_what_it_would_have_sent_and_sends_nothing(
    tmp_path: Path, engine: Engine
) -> None:
    original, copy, kept = tmp_path / "original", tmp_path / "copy", engine.settings()
    original.mkdir()
    with ServiceProcess(original, {**kept, **WAITING}) as service, service.client() as client:
        first = posted(client, paid(1))
        reached(client, first, "deferred")
        service.terminate()
    shutil.copytree(original, copy)
    copied = engine.copied(kept)
    with ReceiverProcess(tmp_path) as receiver:
        told = {"TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none"}
        with ServiceProcess(copy, {**copied, **told}) as service, service.client() as client:
            second = posted(client, paid(2))
            held = [reached(client, one, "held") for one in (first, second)]
            assert {one["code"] for one in held} == {"copied_store"}
            counted = settled(service)
        assert (receiver.count(), counted.messages) == (0, {"held": 2})
        with ServiceProcess(original, {**kept, **told}) as service, service.client() as client:
            reached(client, first, "sent")
    assert receiver.count() == 1


def test_an_installation_with_a_name_may_move(tmp_path: Path, engine: Engine) -> None:
    kept, named = engine.settings(), {**WAITING, "TWOFIFTY_INSTANCE": "production"}
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    with ServiceProcess(here, {**kept, **named}) as service, service.client() as client:
        message = posted(client, paid(1))
        reached(client, message, "deferred")
        service.terminate()
    shutil.move(here, there)
    moved = engine.copied(kept)
    with ReceiverProcess(tmp_path) as receiver:
        told = {**moved, **named, "TWOFIFTY_SMTP_URL": f"smtp://127.0.0.1:{receiver.port}?tls=none"}
        with ServiceProcess(there, told) as service, service.client() as client:
            reached(client, message, "sent")


def test_on_staging_only_listed_addresses_get_mail(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_ALLOW_RECIPIENTS="*@staging.test, qa@example.com")
        with service.client() as client:
            mine = posted(client, paid(1, customer={"email": "me@Staging.test"}))
            theirs = posted(client, paid(2, customer={"email": "customer@example.com"}))
            reached(client, mine, "sent")
            assert reached(client, theirs, "held")["code"] == "not_allowed"
            assert client.post(f"/v1/messages/{theirs}/approve").status_code == 200
            reached(client, theirs, "sent")
    assert receiver.count() == 2


def test_a_flood_to_one_address_trips_to_held(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, TWOFIFTY_RECIPIENT_PER_HOUR="3", TWOFIFTY_WORKERS="1")
        with service.client() as client:
            victim = {"email": "victim@example.com"}
            flood = [posted(client, paid(n, customer=victim)) for n in range(3)]
            for one in flood:
                reached(client, one, "sent")
            more = [posted(client, paid(n, customer=victim)) for n in range(10, 14)]
            other = posted(client, paid(20))
            assert {reached(client, one, "held")["code"] for one in more} == {"recipient_cap"}
            reached(client, other, "sent")
    assert receiver.count() == 4
