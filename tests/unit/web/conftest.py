"""A real server on loopback, whose app each test brings along."""

import socket
import threading
import time
from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx2
import pytest
import uvicorn

from tests.unit.web.shop import KEY, Shop
from twofifty.testing.clock import FrozenClock
from twofifty.web.app import App, web_app


class Stage:
    """An ASGI app that can be changed under a running server."""

    def __init__(self) -> None:
        self.app: App | None = None
        self.address = ""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    made = Stage()
    listener = socket.create_server(("127.0.0.1", 0))
    made.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(made, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield made
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def shop() -> Shop:
    made = Shop(FrozenClock())
    made.fill(30)
    return made


@pytest.fixture
def visitor(stage: Stage, shop: Shop) -> Iterator[httpx2.Client]:
    """Somebody without a key, as a program."""
    stage.app = web_app(shop.services())
    with httpx2.Client(base_url=stage.address) as client:
        yield client


@pytest.fixture
def api(visitor: httpx2.Client) -> httpx2.Client:
    """Somebody with the API key."""
    visitor.headers["X-API-Key"] = KEY
    return visitor


@pytest.fixture
def browser(visitor: httpx2.Client, stage: Stage) -> httpx2.Client:
    """A browser that is not logged in."""
    visitor.headers.update({"accept": "text/html", "origin": stage.address})
    return visitor


@pytest.fixture
def console(browser: httpx2.Client) -> httpx2.Client:
    """A browser that is logged in."""
    answer = browser.post("/login", data={"key": KEY})
    assert answer.status_code == 303
    return browser
