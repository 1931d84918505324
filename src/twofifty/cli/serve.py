"""`twofifty serve`: the service until SIGTERM or SIGINT."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import msgspec
import uvicorn
import uvloop

from twofifty import telemetry
from twofifty.app import heap
from twofifty.app.service import Service
from twofifty.cli import worker
from twofifty.cli.faces import Changes, Counters, OneTimeTokens, services
from twofifty.errors import StartError
from twofifty.settings import Settings
from twofifty.web.app import web_app

Ready = Callable[[Service, OneTimeTokens], Awaitable[None]]
BACKLOG = 2_048


async def _nothing(service: Service, tokens: OneTimeTokens) -> None:
    """Nothing more to do once the service is ready."""


def run(settings: Settings, *, role: str = "all", ready: Ready = _nothing) -> int:
    """Serves; `ready` is awaited beside it once requests are answered. Returns the exit code.

    Raises StartError: the port is taken, the data folder cannot be written.
    """
    if role == "worker":
        return worker.run(settings)
    with _bound(settings.host, settings.port) as listening:
        settings = msgspec.structs.replace(settings, port=listening.getsockname()[1])
        return uvloop.run(_serve(settings, listening, role, ready))


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which would end the process before we are done."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(settings: Settings, listening: socket.socket, role: str, ready: Ready) -> int:
    service = Service(settings)
    tokens, counters = OneTimeTokens(), Counters(service)
    changes = Changes(service, counters)
    await service.start(deliver=role == "all")
    stopping = asyncio.Event()
    given = services(service, counters, changes, tokens)
    server = _Server(_config(web_app(replace(given, stopping=stopping.is_set))))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    beside = [
        asyncio.create_task(changes.watch()),
        asyncio.create_task(service.fronts.run(service.store.archive.version)),
        asyncio.create_task(_announce(server, service, tokens, ready)),
        asyncio.create_task(_end_when_broken(service)),
        asyncio.create_task(_exit_when(stopping, server, service)),
    ]
    await server.serve(sockets=[listening])
    for task in beside:
        task.cancel()
    await service.stop()
    telemetry.log().info("stopped", action="service.stop")
    return 0


async def _announce(
    server: uvicorn.Server, service: Service, tokens: OneTimeTokens, ready: Ready
) -> None:
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.005)  # uvicorn has no event for it
    heap.settle()
    telemetry.log().info("serving", action="service.start", url=service.settings.base_url())
    await ready(service, tokens)


async def _exit_when(stopping: asyncio.Event, server: uvicorn.Server, service: Service) -> None:
    await stopping.wait()
    service.expect_the_end()
    server.should_exit = True


async def _end_when_broken(service: Service) -> None:
    await service.broken.wait()
    telemetry.log().critical("this process cannot go on", action="service.broken")
    os._exit(worker.BROKEN)


def _config(app: Callable[..., Awaitable[None]]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
        backlog=BACKLOG,
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise StartError(
            f"cannot listen on {host}:{port}: {fault.strerror}; another TWOFIFTY_PORT may be free"
        ) from None
    listening.listen(BACKLOG)
    return listening
