# SPDX-License-Identifier: GPL-3.0-or-later
"""A man in the middle: a TCP relay in front of a real host that tampers with one of its replies."""

import asyncio
import threading
from dataclasses import dataclass

from misbehaviour import Misbehaviour, framed

_PENDING = b"\x03\x01\0\0"


@dataclass
class Spoilt:
    """What is done on one connection: to the `index`th message from the host, to no other."""

    index: int
    by: Misbehaviour


class Relay:
    """Relays TCP 445 of `address` to `target`, spoiling one message a connection, as listed, in the order they come."""

    def __init__(self, address: str, target: str, plan: list[Spoilt]):
        self.sizes: list[int] = []  #: of the host's messages on the last connection
        self.requests: list[bytes] = []  #: the client's on the last connection
        self._address = address
        self._target = target
        self._plan = list(plan)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Relay":
        self._thread.start()
        started = asyncio.start_server(self._serve, self._address, 445)
        self._server = asyncio.run_coroutine_threadsafe(started, self._loop).result()
        return self

    def __exit__(self, *_) -> None:
        async def end() -> None:
            self._server.close()
            serving = asyncio.all_tasks() - {asyncio.current_task()}
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await reader.read(1 << 16)
            if not first:
                return  # a client that only checked the port
            spoilt = self._plan.pop(0) if self._plan else Spoilt(-1, Misbehaviour())
            self.sizes, self.requests = [], [first]
            from_host, to_host = await asyncio.open_connection(self._target, 445)
            to_host.write(first)
            asking = asyncio.ensure_future(self._forward(reader, to_host))
            try:
                await self._answer(from_host, writer, spoilt)
            finally:
                asking.cancel()
                to_host.close()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, to_host: asyncio.StreamWriter) -> None:
        while octets := await reader.read(1 << 16):
            self.requests.append(octets)
            to_host.write(octets)
        to_host.close()

    async def _answer(self, from_host: asyncio.StreamReader, writer: asyncio.StreamWriter, spoilt: Spoilt) -> None:
        while True:
            length = int.from_bytes(await from_host.readexactly(4), "big")
            packet = await from_host.readexactly(length)
            if packet[8:12] == _PENDING:  # comes or not, as the host is busy or not, and says nothing
                writer.write(framed(packet))
                continue
            by = spoilt.by if len(self.sizes) == spoilt.index else Misbehaviour()
            self.sizes.append(4 + length)
            await by.send(writer, by.packet(packet))
