"""Canary orders go the whole way inside, and never out."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.samples import sample_order

CONFIG = """
[sources.{kind}]
kind = "{kind}"
secret = "a secret of the shop's"
canary_minutes = {minutes}
"""
SECONDS = 60.0


def config(*kinds: str, minutes: float = 0.01) -> str:
    return "".join(CONFIG.format(kind=kind, minutes=minutes) for kind in kinds)


def asked(service: ServiceProcess, path: str) -> Any:
    return httpx2.get(f"{service.url}{path}", headers={"X-API-Key": KEY}).json()


def source(service: ServiceProcess, name: str) -> dict[str, Any]:
    return {item["name"]: item for item in asked(service, "/v1/sources")["items"]}[name]


def eventually(holds: Callable[[], bool], service: ServiceProcess) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until, service.log.read_text()[-2000:]
        time.sleep(0.05)


def confirmed(service: ServiceProcess, name: str) -> None:
    """Waits for the source's first canary order."""
    eventually(lambda: bool(source(service, name).get("canary")), service)


def sent(service: ServiceProcess, message_id: str) -> None:
    """Waits until the message is sent."""
    eventually(lambda: asked(service, f"/v1/messages/{message_id}")["status"] == "sent", service)


def canaries(service: ServiceProcess) -> list[dict[str, Any]]:
    """The messages of canary orders that the sink took."""
    found: list[dict[str, Any]] = asked(service, "/v1/messages?limit=200&status=sent")["items"]
    return [one for one in found if one["recipient"].endswith("canary.invalid")]


def post(service: ServiceProcess, path: str, body: object) -> Any:
    url, headers = f"{service.url}{path}", {"X-API-Key": KEY}
    answer = httpx2.post(url, json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    return answer.json()


def order(number: int, email: str, **more: Any) -> dict[str, Any]:
    placed = sample_order(number)
    return {**placed, **more, "customer": {**placed["customer"], "email": email}}


def test_each_source_is_tried_end_to_end_and_nobody_gets_a_mail(
    start: Start, tmp_path: Path
) -> None:
    kinds = ("woocommerce", "shopify", "stripe")
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, config=config(*kinds))
        for kind in kinds:
            confirmed(service, kind)
        eventually(lambda: len(canaries(service)) >= 6, service)
        post(service, "/v1/orders", order(1, "alex@example.com"))
        eventually(lambda: receiver.count() > 0, service)
        metrics = httpx2.get(f"{service.url}/metrics").text
        for kind in kinds:
            state = source(service, kind)
            assert state["canary"]["seconds"] > 0
            assert state["faults"] == {}
            assert state.get("last_arrival") is None
            assert f'twofifty_canary_seconds{{source="{kind}"}}' in metrics
            assert f'twofifty_canary_last_success_timestamp{{source="{kind}"}}' in metrics
        assert [taken.recipients for taken in receiver.taken()] == [("alex@example.com",)]
        numbers = [one.get("order_number", "CANARY-") for one in canaries(service)]
        assert all(number.startswith("CANARY-") for number in numbers)
        assert asked(service, "/v1/audit")["alarms"] == []


def test_no_copy_of_a_canary_leaves_by_any_route_or_to_any_address(
    start: Start, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with ReceiverProcess(first, "drop:connect") as one, ReceiverProcess(second) as two:
        urls = ",".join(f"smtp://127.0.0.1:{each.port}?tls=none" for each in (one, two))
        service = start(config=config("woocommerce", minutes=60), TWOFIFTY_SMTP_URL=urls)
        eventually(lambda: len(canaries(service)) == 1, service)
        (message,) = canaries(service)
        again = post(service, f"/v1/messages/{message['id']}/resend", {})
        other = post(service, f"/v1/messages/{message['id']}/resend", {"to": "sam@example.com"})
        post(service, "/v1/orders", order(1, "alex@example.com", note="not of canary.invalid"))
        eventually(lambda: two.count() > 0, service)
        for copy in (again, other):
            sent(service, copy["id"])
        assert one.count() == 0
        assert [taken.recipients for taken in two.taken()] == [("alex@example.com",)]


def test_a_visitor_who_orders_as_a_canary_gains_nothing(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, config=config("woocommerce", minutes=0))
        for number, email in enumerate(("a@canary.invalid", "b@x.Canary.INVALID"), 1):
            sent(service, post(service, "/v1/orders", order(number, email))["messages"][0])
        post(service, "/v1/orders", order(3, "c@notcanary.invalid"))
        eventually(lambda: receiver.count() > 0, service)
        assert [taken.recipients for taken in receiver.taken()] == [("c@notcanary.invalid",)]
        assert source(service, "woocommerce").get("canary") is None
