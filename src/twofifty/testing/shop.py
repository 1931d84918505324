"""A simulated shop on loopback: WooCommerce's API and webhooks, with the faults of real ones.

    with SimulatedShop() as shop:
        service = start(config=shop.table("shop"))
        shop.hooks_to(f"{service.url}/hooks/shop")
        shop.place(100)
        shop.send_hooks(Faults(drop=0.2, double=0.1, reorder=True), seed=250)

Orders are placed, and may be changed; each change makes a webhook that is sent when the test says
so, or never. The API answers as the shop's would, and worse where `trouble` says so.
"""

import base64
import json
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
import msgspec

from twofifty.intake.signature import Hashed

KEY, SECRET, SIGNING = "ck_simulated", "cs_simulated", "as the shop signs"
API = "/wp-json/wc/v3"
_SCHEME = Hashed(header="x-wc-webhook-signature")


class Faults(msgspec.Struct, frozen=True):
    """What befalls webhooks: shares of them dropped and doubled, and whether they come in any
    order."""

    drop: float = 0.0
    double: float = 0.0
    reorder: bool = False


class Trouble(msgspec.Struct, frozen=True):
    """An answer that is none: `status` with `headers` and `body`."""

    status: int
    body: bytes = b"<html>Bad gateway</html>"
    headers: dict[str, str] = {}


class _Hook(msgspec.Struct, frozen=True):
    topic: str
    body: bytes


class SimulatedShop:
    """See the module. `trouble(number)` says what befalls the API's request of that number, from 1;
    None: it is answered. `asked` holds the targets of all requests, in order. `webhooks` are as the
    API shows them; take one away, or set its `status` to `disabled`, as the shop does after
    failures. Webhooks are signed with `secret`. `own_mails`: which mails of its own the shop sends,
    by id."""

    def __init__(self, trouble: Callable[[int], Trouble | None] = lambda _: None) -> None:
        self.orders: dict[int, dict[str, Any]] = {}
        self.webhooks: list[dict[str, Any]] = []
        self.own_mails: dict[str, bool] = {}
        self.asked: list[str] = []
        self.trouble = trouble
        self.secret = SIGNING
        self._pending: list[_Hook] = []
        self._target = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def table(self, name: str, **more: object) -> str:
        """The shop's table of `twofifty.toml`."""
        stated = {
            "kind": "woocommerce",
            "secret": SIGNING,
            "api_url": self.url,
            "api_key": KEY,
            "api_secret": SECRET,
            "check_minutes": 0,
            **more,
        }
        lines = (f"{key} = {json.dumps(value)}" for key, value in stated.items())
        return f"[sources.{name}]\n" + "\n".join(lines) + "\n"

    def hooks_to(self, url: str) -> None:
        """Where webhooks go."""
        self._target = url

    def place(
        self, count: int, *, ago: timedelta = timedelta(0), status: str = "processing"
    ) -> None:
        """Places orders, numbered on, each with its webhook pending."""
        for number in range(len(self.orders) + 1, len(self.orders) + count + 1):
            when = datetime.now(UTC) - ago
            self.orders[number] = _order(number, when, status)
            self._pend(number, "order.created")

    def change(self, number: int, **fields: Any) -> None:
        """Changes an order a second later than it changed last, its webhook pending."""
        order = self.orders[number]
        before = datetime.fromisoformat(order["date_modified_gmt"])
        order.update(fields, date_modified_gmt=_stamp(before + timedelta(seconds=1)))
        self._pend(number, "order.updated")

    def send_hooks(self, faults: Faults | None = None, seed: int = 0) -> int:
        """Sends what is pending, with faults; how many webhooks were answered with 200."""
        faults, chance = faults or Faults(), random.Random(seed)
        sent = [hook for hook in self._pending if chance.random() >= faults.drop]
        sent += [hook for hook in sent if chance.random() < faults.double]
        if faults.reorder:
            chance.shuffle(sent)
        self._pending = []
        with httpx2.Client(timeout=30) as client:
            return sum(self._sent(client, hook) == 200 for hook in sent)

    def _sent(self, client: httpx2.Client, hook: _Hook) -> int:
        signed = _SCHEME.signed(hook.body, self.secret, url=self._target, at=datetime.now(UTC))
        headers = {"x-wc-webhook-topic": hook.topic, **signed}
        return client.post(self._target, content=hook.body, headers=headers).status_code

    def _pend(self, number: int, topic: str) -> None:
        self._pending.append(_Hook(topic, json.dumps(self.orders[number]).encode()))

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """What the API says: status, headers, body."""
        self.asked.append(target)
        if (worse := self.trouble(len(self.asked))) is not None:
            return worse.status, worse.headers, worse.body
        found = self._found(method, urlsplit(target).path, parse_qs(urlsplit(target).query), body)
        status = 404 if found is None else 200
        return status, {"content-type": "application/json"}, json.dumps(found).encode()

    def _found(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Any:
        if path == f"{API}/webhooks" and method == "POST":
            self.webhooks.append({"id": len(self.webhooks) + 1, **json.loads(body)})
            return self.webhooks[-1]
        if path == f"{API}/webhooks":
            return self.webhooks
        if path == f"{API}/orders":
            return self._listed(query)
        if path.startswith(f"{API}/settings/"):
            return _switch(self.own_mails.get(path.split("/")[-2]))
        if path.startswith(f"{API}/orders/") and path.count("/") == 5:
            number = path.rpartition("/")[2]
            return self.orders.get(int(number)) if number.isdigit() else None
        return None

    def _listed(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        after = query.get("modified_after", [""])[0]
        left_out = set(filter(None, query.get("exclude", [""])[0].split(",")))
        changed = [
            order
            for order in self.orders.values()
            if order["date_modified_gmt"] > after and str(order["id"]) not in left_out
        ]
        most = int(query.get("per_page", ["10"])[0])
        return sorted(changed, key=lambda order: str(order["date_modified_gmt"]))[:most]


def _switch(on: bool | None) -> dict[str, str] | None:
    """A setting as the API shows it; None: there is none of that name."""
    return None if on is None else {"value": "yes" if on else "no"}


def _stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}"


def _order(number: int, when: datetime, status: str) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"{number}",
        "status": status,
        "currency": "EUR",
        "total": f"{10 + number}.00",
        "total_tax": "0.00",
        "date_created_gmt": _stamp(when),
        "date_modified_gmt": _stamp(when),
        "date_paid_gmt": _stamp(when) if status == "processing" else None,
        "billing": {"first_name": "Alex", "email": f"alex{number}@example.com"},
        "line_items": [
            {
                "id": 1,
                "name": "Tea",
                "quantity": 1,
                "price": 10 + number,
                "subtotal": f"{10 + number}.00",
                "total": f"{10 + number}.00",
            }
        ],
    }


def _handler(shop: SimulatedShop) -> type[BaseHTTPRequestHandler]:
    expected = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("authorization") == expected:
                status, headers, content = shop.answer(self.command, self.path, body)
            else:
                status, headers, content = 401, {}, b"{}"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: the test reads `asked`."""

    return Handler
