"""Shops that make a new secret for each webhook, and tell it only once: none is lost."""

import json
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from twofifty.adapters.stripe.shop import StripeShop
from twofifty.testing.process import ServiceProcess

PUBLIC = "https://orders.example.com"
KEY = "sk_simulated"


class Stripe:
    """Stripe's API as far as connecting asks it. `closed`: the key may not see webhooks."""

    def __init__(self) -> None:
        self.endpoints: list[dict[str, Any]] = []
        self.closed = False
        server = self
        self._made = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hooks = self.path.startswith("/webhook_endpoints")
                found = [{**one, "secret": None} for one in server.endpoints] if hooks else []
                self._say(403 if hooks and server.closed else 200, {"data": found})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                self._say(200, server.made(form))

            def _say(self, status: int, value: object) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def made(self, form: dict[str, list[str]]) -> dict[str, Any]:
        self._made += 1
        self.endpoints.append(
            {
                "id": f"we_{self._made}",
                "url": form["url"][0],
                "enabled_events": form["enabled_events[]"],
                "status": "enabled",
                "secret": f"whsec_{self._made}",
            }
        )
        return self.endpoints[-1]


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    simulated = Stripe()
    thread = threading.Thread(target=simulated.server.serve_forever, daemon=True)
    thread.start()
    yield simulated
    simulated.server.shutdown()
    simulated.server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> ServiceProcess:
    return ServiceProcess(tmp_path, {"TWOFIFTY_PUBLIC_URL": PUBLIC})


def add(folder: ServiceProcess, stripe: Stripe, *more: str) -> int:
    words = ("source", "add", "stripe", "tea", "--yes", "--api-url", stripe.url, "--api-key", KEY)
    done = folder.cli(*words, *more)
    assert "Traceback" not in done.stderr
    return done.returncode


def table(folder: ServiceProcess) -> dict[str, Any]:
    text = (folder.folder / "twofifty.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text).get("sources", {}).get("tea", {})
    return found


def test_the_secret_that_the_shop_made_is_written(stripe: Stripe, folder: ServiceProcess) -> None:
    assert add(folder, stripe) == 0
    assert table(folder)["secret"] == "whsec_1"
    assert stripe.endpoints[0]["enabled_events"] == list(StripeShop.topics)
    assert folder.cli("source", "connect", "tea").returncode == 0
    assert len(stripe.endpoints) == 1


def test_the_old_secret_stays_live_beside_the_new_one(
    stripe: Stripe, folder: ServiceProcess
) -> None:
    assert add(folder, stripe) == 0
    stripe.endpoints[0]["enabled_events"] = list(StripeShop.topics[1:])
    assert folder.cli("source", "connect", "tea").returncode == 0
    assert (table(folder)["secret"], table(folder)["secrets"]) == ("whsec_2", ["whsec_1"])
    stripe.endpoints[0]["status"] = "disabled"
    assert folder.cli("source", "connect", "tea").returncode == 0
    assert (table(folder)["secret"], table(folder)["secrets"]) == (
        "whsec_3",
        ["whsec_2", "whsec_1"],
    )


def test_without_an_address_or_a_secret_nothing_is_written(
    stripe: Stripe, folder: ServiceProcess
) -> None:
    del folder.environ["TWOFIFTY_PUBLIC_URL"]
    assert add(folder, stripe) == 1
    assert table(folder) == {}
    assert add(folder, stripe, "--secret", "whsec_9") == 0
    assert table(folder)["secret"] == "whsec_9"
    assert stripe.endpoints == []


def test_a_key_that_may_not_see_webhooks_still_connects_with_their_secret(
    stripe: Stripe, folder: ServiceProcess
) -> None:
    stripe.closed = True
    assert add(folder, stripe) == 1
    assert table(folder) == {}
    assert add(folder, stripe, "--secret", "whsec_9") == 0
    assert table(folder)["secret"] == "whsec_9"
