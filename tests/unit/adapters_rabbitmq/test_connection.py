"""What is said of a broker that cannot be reached as `BROKER_URL` wants it."""

import asyncio

import pytest

from twofifty.adapters.rabbitmq.address import address_of
from twofifty.adapters.rabbitmq.connection import opened
from twofifty.errors import BrokerError


async def test_tls_at_a_port_that_speaks_none_says_which_to_take() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"AMQP\x00\x00\x09\x01")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    host = server.sockets[0].getsockname()[:2]
    wanted = f"RabbitMQ at 127.0.0.1:{host[1]}: it speaks no TLS at this port; write amqp://"
    with pytest.raises(BrokerError, match=wanted):
        await opened(address_of(f"amqps://user:password@127.0.0.1:{host[1]}/"), host)
    server.close()
