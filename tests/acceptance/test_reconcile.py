"""A shop whose webhooks get lost, doubled, late and out of order: every order is confirmed once."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest

from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.shop import Faults, SimulatedShop, Trouble

SECONDS = 60.0


def counts(service: ServiceProcess) -> dict[str, int]:
    answer = httpx2.get(f"{service.url}/v1/conservation", headers={"X-API-Key": KEY}).json()
    found: dict[str, int] = answer["messages"]
    return found


def settled(service: ServiceProcess, sent: int) -> None:
    """Waits until so many messages are sent and none is on its way."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        now = counts(service)
        if now.get("sent", 0) >= sent and not now.keys() & {"queued", "sending", "deferred"}:
            return
        time.sleep(0.2)
    raise AssertionError(f"not settled: {counts(service)}")


def once_each(receiver: ReceiverProcess, numbers: range) -> None:
    taken = Counter(one.recipients[0] for one in receiver.taken())
    assert taken == Counter(f"alex{number}@example.com" for number in numbers)


def reconciled(service: ServiceProcess, *words: str) -> dict[str, object]:
    done = service.cli("reconcile", "shop", "--json", *words)
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = msgspec.json.decode(done.stdout)
    return report


@pytest.mark.parametrize("share", [0.01, 0.2])
def test_lost_doubled_and_reordered_webhooks_end_in_one_confirmation_each(
    start: Start, tmp_path: Path, share: float
) -> None:
    with ReceiverProcess(tmp_path) as receiver, SimulatedShop() as shop:
        service = start(
            receiver, config=shop.table("shop", reconcile_minutes=0), TWOFIFTY_MAILS="none"
        )
        shop.hooks_to(f"{service.url}/hooks/shop")
        shop.place(150)
        shop.place(20, status="pending")
        for number in range(1, 40):
            shop.change(number, customer_note="changed")
        for number in range(151, 161):
            shop.change(number, status="processing", date_paid_gmt="2026-01-01T00:00:00")
        shop.send_hooks(Faults(drop=share, double=share, reorder=True), seed=250)
        before = sum(counts(service).values())
        dry = reconciled(service, "--dry-run")
        assert sum(counts(service).values()) == before <= 160
        report = reconciled(service)
        assert dry["counts"] == report["counts"]
        settled(service, 160)
        once_each(receiver, range(1, 161))
        again = reconciled(service)
        assert set(again["counts"]) <= {"agrees"}  # type: ignore[call-overload]


def test_orders_that_are_too_old_are_reported_and_not_mailed(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver, SimulatedShop() as shop:
        service = start(receiver, config=shop.table("shop", reconcile_minutes=0))
        shop.place(5, ago=timedelta(days=30))
        shop.place(1)
        report = reconciled(service, "--since", "2020-01-01")
        assert report["counts"] == {"too_old": 5, "missing": 1}
        settled(service, 1)
        once_each(receiver, range(6, 7))


def test_the_service_compares_by_itself(start: Start, tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver, SimulatedShop() as shop:
        shop.place(40)
        service = start(receiver, config=shop.table("shop"))
        settled(service, 40)
        once_each(receiver, range(1, 41))
        answer = httpx2.get(f"{service.url}/v1/sources", headers={"X-API-Key": KEY}).json()
        (source,) = answer["items"]
        assert source["compared"]["counts"] == {"missing": 40}


TROUBLES = {
    "busy": Trouble(429, b"{}", {"retry-after": "1"}),
    "broken": Trouble(500),
    "html": Trouble(200),
    "nonsense": Trouble(200, b"{}"),
}


@pytest.mark.parametrize("name", ["busy", "broken"])
def test_a_shop_that_is_busy_or_broken_at_times_is_asked_again(
    start: Start, tmp_path: Path, name: str
) -> None:
    def trouble(number: int) -> Trouble | None:
        return TROUBLES[name] if number % 2 else None

    with ReceiverProcess(tmp_path) as receiver, SimulatedShop(trouble) as shop:
        shop.place(60)
        service = start(receiver, config=shop.table("shop", reconcile_minutes=0))
        assert reconciled(service)["counts"] == {"missing": 60}
        settled(service, 60)
        once_each(receiver, range(1, 61))


@pytest.mark.parametrize("name", ["html", "nonsense", "broken"])
def test_a_shop_that_answers_nonsense_is_named_and_the_run_goes_on_where_it_was(
    start: Start, tmp_path: Path, name: str
) -> None:
    with ReceiverProcess(tmp_path) as receiver, SimulatedShop() as shop:
        shop.place(70)
        service = start(receiver, config=shop.table("shop", reconcile_minutes=0))
        shop.trouble = lambda number: TROUBLES[name] if number > 1 else None
        failed = service.cli("reconcile", "shop")
        assert failed.returncode == 1
        assert "the shop" in failed.stderr
        assert "Traceback" not in failed.stderr
        asked = len(shop.asked)
        shop.trouble = lambda _: None
        report = reconciled(service)
        # One that is away is asked for that page again, one that may have lost it for the first.
        away = name == "broken"
        assert report["listed"] == (70 - 50 if away else 70)
        assert ("exclude=1%2C" in shop.asked[asked]) == away
        settled(service, 70)
        once_each(receiver, range(1, 71))
