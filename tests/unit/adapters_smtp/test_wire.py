"""The wire itself: what counts as handed over, and when waiting ends."""

import asyncio

import pytest

from twofifty.adapters.smtp.wire import Wire, WireFault


async def never_read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


def test_drained_means_that_the_system_has_every_byte() -> None:
    async def scenario() -> None:
        server = await asyncio.start_server(never_read, "127.0.0.1", 0, limit=1)
        port = server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        wire = Wire(loop)
        transport, _ = await loop.create_connection(lambda: wire, "127.0.0.1", port)
        for _ in range(100_000):
            wire.write(b"x" * 10_000)
            if transport.get_write_buffer_size():
                break
            await wire.drained(1)
        with pytest.raises(WireFault, match=r"stopped reading for 0\.05 s"):
            await wire.drained(0.05)
        assert not wire.quiet
        server.close()

    asyncio.run(scenario())


def test_a_dropped_wire_says_so_at_once_and_writes_nothing() -> None:
    async def scenario() -> None:
        got = bytearray()

        async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            got.extend(await reader.read())
            writer.close()

        server = await asyncio.start_server(read, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        wire = Wire(loop)
        await loop.create_connection(lambda: wire, "127.0.0.1", port)
        wire.abort()
        wire.write(b"late")
        for wait in (wire.reply(60), wire.drained(60)):
            with pytest.raises(WireFault):
                await wait
        await asyncio.sleep(0.02)
        assert not got
        server.close()

    asyncio.run(scenario())
