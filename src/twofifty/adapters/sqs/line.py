"""The line to SQS: one question, one answer as a value, every fault a BrokerError."""

import asyncio
import ipaddress
from contextlib import AsyncExitStack
from typing import Final, TypeVar

import msgspec
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, ClientError

from twofifty.adapters.sqs.faults import told
from twofifty.adapters.sqs.place import Place
from twofifty.errors import BrokerError

R = TypeVar("R")

CONNECT_SECONDS: Final = 4.0
ANSWER_SECONDS: Final = 8.0
_ATTEMPTS: Final = 3
_AT_ONCE: Final = 32
"""Requests on their way at the same time, of each sort."""
_FAULTS: Final[tuple[type[Exception], ...]] = (
    BotoCoreError,
    ClientError,
    OSError,
    ValueError,
    msgspec.ValidationError,
)


class Line:
    """Asks for what its place has. Connections are opened when they are needed, kept, and opened
    again. What fails for now is tried three times with growing random pauses, as AWS wants it
    (mode `standard`), then told. Questions that may stay open go over connections of their own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._session = AioSession()
        self._open = AsyncExitStack()
        self._clients: dict[bool, object] = {}
        self._opening = asyncio.Lock()
        self._closed = False

    async def ask(self, what: str, answer: type[R], patient: bool = False, **words: object) -> R:
        """Asks `what`, an action of the API as in `send_message_batch`. Raises BrokerError, and
        NoQueue where the queue is not there."""
        try:
            client = await self._client(patient)
            return msgspec.convert(await getattr(client, what)(**words), answer)
        except _FAULTS as fault:
            raise told(fault, _titled(what, words), self._place) from None

    async def close(self) -> None:
        """Ends what is open; nothing can be asked after that."""
        self._closed = True
        async with self._opening:
            self._clients.clear()
            await self._open.aclose()

    async def _client(self, patient: bool) -> object:
        async with self._opening:
            if self._closed:
                raise BrokerError("the line to SQS was closed")
            if patient not in self._clients:
                self._clients[patient] = await self._opened(patient)
            return self._clients[patient]

    async def _opened(self, patient: bool) -> object:
        keys, options = self._place.keys, self._place.options
        config = AioConfig(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS + (options.wait if patient else 0.0),
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=_AT_ONCE,
            parameter_validation=False,
            user_agent="twofifty",
            proxies={} if _is_loopback(options.endpoint) else None,
        )
        client: object = await self._open.enter_async_context(
            self._session.create_client(
                "sqs",
                region_name=self._place.region,
                endpoint_url=options.endpoint or None,
                aws_access_key_id=keys.key_id if keys else None,
                aws_secret_access_key=keys.secret if keys else None,
                aws_session_token=(keys.token or None) if keys else None,
                config=config,
            )
        )
        return client


def _titled(what: str, words: dict[str, object]) -> str:
    """As in `SendMessageBatch to twofifty`: the action's name and the queue's."""
    action = what.title().replace("_", "")
    queue = str(words.get("QueueName") or words.get("QueueUrl") or "").rpartition("/")[2]
    return f"{action} of {queue}" if queue else action


def _is_loopback(endpoint: str) -> bool:
    """No proxy is asked for what is on this machine."""
    host = endpoint.partition("://")[2].rstrip("/").rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
