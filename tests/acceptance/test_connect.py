"""A shop is connected from the command line, and stays so while the service looks at it."""

import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tests.acceptance.engines import Engine
from twofifty.testing.process import KEY, ReceiverProcess, ServiceProcess, Start
from twofifty.testing.shop import KEY as SHOP_KEY
from twofifty.testing.shop import SECRET, SIGNING, SimulatedShop, Trouble

PUBLIC = "https://orders.example.com"
HEAD = 'from = "Tea Shop <orders@example.com>"  # a person wrote this\n'
METRIC = 'twofifty_webhooks_missing{source="tea"}'
SECONDS = 30.0


@pytest.fixture
def shop() -> Iterator[SimulatedShop]:
    with SimulatedShop() as simulated:
        yield simulated


@pytest.fixture
def folder(tmp_path: Path, engine: Engine) -> ServiceProcess:
    """A service that is not started, for its folder and its settings."""
    told = {**engine.settings(), "TWOFIFTY_PUBLIC_URL": PUBLIC, "TWOFIFTY_WORKERS": "0"}
    return ServiceProcess(tmp_path, told, HEAD)


def words(shop: SimulatedShop, *more: str) -> tuple[str, ...]:
    api = ("--api-url", shop.url, "--api-key", SHOP_KEY, "--api-secret", SECRET)
    return ("source", "add", "woocommerce", "tea", "--yes", *api, *more)


def written(service: ServiceProcess) -> str:
    return (service.folder / "twofifty.toml").read_text(encoding="utf-8")


def table(service: ServiceProcess) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(written(service))["sources"]["tea"]
    return found


def sources(service: ServiceProcess) -> dict[str, Any]:
    answer = httpx2.get(f"{service.url}/v1/sources", headers={"X-API-Key": KEY})
    return {item["name"]: item for item in answer.json()["items"]}


def eventually(holds: Callable[[], bool], service: ServiceProcess) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until, service.log.read_text()[-2000:]
        time.sleep(0.05)


def logged(service: ServiceProcess, action: str) -> int:
    return service.log.read_text().count(f'"action":"{action}"')


def checked(service: ServiceProcess) -> dict[str, bool | None]:
    done = service.cli("source", "check", "tea", "--json")
    lines = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr
    assert done.returncode == (1 if any(line["ok"] is False for line in lines) else 0)
    return {line["check"]: line["ok"] for line in lines}


def test_a_shop_is_tested_registered_and_written_with_everything_kept(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    shop.place(3)
    (folder.folder / "twofifty.toml").chmod(0o640)
    done = folder.cli(*words(shop, "--time-zone", "Europe/Berlin", "--locale", "de"))
    assert done.returncode == 0, done.stderr
    assert "3 orders changed in the last 24 h, the newest is 3" in done.stdout
    assert f"{PUBLIC}/hooks/tea" in done.stdout
    assert {hook["topic"] for hook in shop.webhooks} == {"order.created", "order.updated"}
    assert {hook["delivery_url"] for hook in shop.webhooks} == {f"{PUBLIC}/hooks/tea"}
    assert written(folder).startswith(HEAD)
    stated = table(folder)
    assert stated["secret"] == shop.webhooks[0]["secret"]
    assert len(stated["secret"]) >= 32
    assert (stated["locale"], stated["time_zone"]) == ("de", "Europe/Berlin")
    assert (folder.folder / "twofifty.toml").stat().st_mode & 0o777 == 0o640
    for secret in (stated["secret"], SECRET, SHOP_KEY):
        assert secret not in done.stdout + done.stderr


def test_what_the_shop_signs_then_is_believed(
    shop: SimulatedShop, folder: ServiceProcess, start: Start, tmp_path: Path
) -> None:
    assert folder.cli(*words(shop)).returncode == 0
    made = written(folder)
    shop.secret = table(folder)["secret"]
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, config=made, TWOFIFTY_PUBLIC_URL=PUBLIC)
        shop.hooks_to(f"{service.url}/hooks/tea")
        shop.place(2)
        assert shop.send_hooks() == 2
        eventually(lambda: receiver.count() == 2, service)


def test_every_question_can_be_answered_by_hand(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    answers = ["woocommerce", "tea", SHOP_KEY, SECRET, shop.url, "Europe/Berlin", "de", ""]
    done = folder.cli("source", "add", stdin="\n".join(answers))
    assert done.returncode == 0, done.stderr + done.stdout
    assert table(folder)["api_url"] == shop.url
    assert len(shop.webhooks) == 2
    assert SHOP_KEY not in done.stdout


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble(401), "refuses the key (401)"),
        (Trouble(301), "redirects (301)"),
        (Trouble(200), "cannot be used"),
    ],
)
def test_a_shop_that_does_not_answer_is_named_and_nothing_is_written(
    shop: SimulatedShop, folder: ServiceProcess, trouble: Trouble, said: str
) -> None:
    shop.trouble = lambda _: trouble
    done = folder.cli(*words(shop))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert written(folder) == HEAD
    assert not shop.webhooks


def test_a_name_is_not_taken_twice_and_a_replacement_shows_what_goes(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    assert folder.cli(*words(shop)).returncode == 0
    before = written(folder)
    again = folder.cli(*words(shop))
    assert again.returncode == 2
    assert "--replace" in again.stderr
    assert written(folder) == before
    shop.webhooks.clear()
    replaced = folder.cli(*words(shop, "--locale", "fr", "--replace"))
    assert replaced.returncode == 0, replaced.stderr
    assert '+locale = "fr"' in replaced.stdout
    assert table(folder)["secret"] == shop.webhooks[0]["secret"]
    assert table(folder)["secret"] not in replaced.stdout
    assert len(tomllib.loads(written(folder))["sources"]) == 1


def test_webhooks_that_are_there_already_need_their_secret(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    assert folder.cli(*words(shop)).returncode == 0
    (folder.folder / "twofifty.toml").write_text(HEAD)
    unknown = folder.cli(*words(shop))
    assert unknown.returncode == 1
    assert "--secret" in unknown.stderr
    assert written(folder) == HEAD
    known = folder.cli(*words(shop, "--secret", shop.webhooks[0]["secret"]))
    assert known.returncode == 0
    assert len(shop.webhooks) == 2


def test_without_a_public_address_nothing_is_registered(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    del folder.environ["TWOFIFTY_PUBLIC_URL"]
    done = folder.cli(*words(shop))
    assert done.returncode == 0
    assert "PUBLIC_URL" in done.stdout
    assert not shop.webhooks
    assert "PUBLIC_URL" in folder.cli("source", "connect", "tea").stderr
    folder.environ["TWOFIFTY_PUBLIC_URL"] = PUBLIC
    assert folder.cli("source", "connect", "tea").returncode == 0
    assert {hook["secret"] for hook in shop.webhooks} == {table(folder)["secret"]}


def test_check_says_what_is_wrong_and_connect_mends_it(
    shop: SimulatedShop, folder: ServiceProcess
) -> None:
    assert folder.cli(*words(shop)).returncode == 0
    fine = {"api": True, "webhooks": True, "secret": True, "arrival": None}
    assert checked(folder) == fine
    shop.webhooks.pop()
    shop.webhooks[0]["status"] = "disabled"
    assert checked(folder) == {**fine, "webhooks": False}
    assert folder.cli("source", "connect", "tea").returncode == 0
    del shop.webhooks[0]
    assert checked(folder) == fine
    shop.own_mails["email_customer_processing_order"] = True
    assert checked(folder) == {**fine, "confirmation": False}
    shop.own_mails["email_customer_processing_order"] = False
    assert checked(folder) == {**fine, "confirmation": True}
    shop.place(1)
    assert checked(folder)["arrival"] is False
    shop.trouble = lambda _: Trouble(401)
    assert checked(folder)["api"] is False


def test_the_list_says_where_webhooks_go(shop: SimulatedShop, folder: ServiceProcess) -> None:
    assert "source add" in folder.cli("source", "list").stdout
    assert folder.cli(*words(shop)).returncode == 0
    row = msgspec.json.decode(folder.cli("source", "list", "--json").stdout)
    assert row["hook_url"] == f"{PUBLIC}/hooks/tea"
    assert (row["api"], row["last_arrival"], row["last_reconcile"]) == (True, None, None)
    assert "tea" in folder.cli("source", "list").stdout


def missing(service: ServiceProcess) -> str:
    """How many webhooks are missing, as the metric says it; '' before the first look."""
    metrics = httpx2.get(f"{service.url}/metrics").text.splitlines()
    return next((one.split()[1] for one in metrics if one.startswith(METRIC)), "")


def watched(shop: SimulatedShop, start: Start) -> ServiceProcess:
    """A service that looks all the time, and has seen that every webhook is there."""
    for number, topic in enumerate(("order.created", "order.updated"), 1):
        hook = {"id": number, "topic": topic, "delivery_url": f"{PUBLIC}/hooks/tea"}
        shop.webhooks.append({**hook, "status": "active"})
    config = shop.table("tea", check_minutes=0.005, reconcile_minutes=0)
    service = start(config=config, TWOFIFTY_WORKERS="0", TWOFIFTY_PUBLIC_URL=PUBLIC)
    eventually(lambda: missing(service) == "0.0", service)
    return service


def test_a_webhook_that_is_gone_is_said_once_and_shown_until_it_is_back(
    shop: SimulatedShop, start: Start
) -> None:
    service = watched(shop, start)
    gone = shop.webhooks.pop()
    eventually(lambda: "webhooks" in sources(service)["tea"]["faults"], service)
    fault = sources(service)["tea"]["faults"]["webhooks"]
    assert "order.updated" in fault
    assert "twofifty source connect tea" in fault
    assert missing(service) == "1.0"
    asked = len(shop.asked)
    eventually(lambda: len(shop.asked) > asked + 12, service)
    assert logged(service, "connect.missing") == 1
    shop.webhooks.append(gone)
    eventually(lambda: "webhooks" not in sources(service)["tea"]["faults"], service)
    assert (
        'twofifty_webhooks_missing{source="tea"} 0.0' in httpx2.get(f"{service.url}/metrics").text
    )


def test_a_shop_that_is_away_has_lost_no_webhook(shop: SimulatedShop, start: Start) -> None:
    service = watched(shop, start)
    shop.trouble = lambda _: Trouble(503, headers={"retry-after": "60"})
    eventually(lambda: logged(service, "connect.away") > 0, service)
    assert sources(service)["tea"]["faults"] == {}
    assert logged(service, "connect.missing") == 0


def test_missing_webhooks_are_registered_again_where_the_settings_say_so(
    shop: SimulatedShop, start: Start, tmp_path: Path
) -> None:
    config = shop.table("tea", check_minutes=0.005, reconcile_minutes=0, repair_webhooks=True)
    with ReceiverProcess(tmp_path) as receiver:
        service = start(receiver, config=config)
        eventually(lambda: len(shop.webhooks) == 2, service)
        assert {hook["secret"] for hook in shop.webhooks} == {SIGNING}
        eventually(lambda: logged(service, "connect.repaired") == 1, service)
        shop.webhooks.clear()
        eventually(lambda: len(shop.webhooks) == 2, service)
        asked = len(shop.asked)
        eventually(lambda: len(shop.asked) > asked + 9, service)
        assert len(shop.webhooks) == 2
        assert sources(service)["tea"]["faults"] == {}


def test_a_shop_that_mails_its_own_confirmation_is_told_on(
    shop: SimulatedShop, start: Start
) -> None:
    shop.own_mails["email_customer_processing_order"] = True
    config = shop.table("tea", check_minutes=0.005, reconcile_minutes=0)
    service = start(config=config, TWOFIFTY_WORKERS="0")
    eventually(lambda: "confirmation" in sources(service)["tea"]["faults"], service)
    assert "switch it off" in sources(service)["tea"]["faults"]["confirmation"]
    shop.own_mails["email_customer_processing_order"] = False
    eventually(lambda: "confirmation" not in sources(service)["tea"]["faults"], service)
