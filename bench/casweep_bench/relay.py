# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP relay that adds a round-trip time: `relay.py RTT_MS LISTEN_ADDRESS:PORT=TARGET_ADDRESS:PORT...`

One thread, one epoll. Every piece of data is held back for half the round trip. Accepting costs nothing here, where a
distant host's handshake would cost a round trip, so what a client sends first is held back for that as well.
"""

import heapq
import itertools
import select
import signal
import socket
import sys
import time

_CHUNK = 256 * 1024


class Side:
    """One of a connection's two sockets; `to` is the other, on which its data leaves."""

    def __init__(self, connection: socket.socket, not_before: float = 0.0):
        self.connection = connection
        self.not_before = not_before
        self.to: "Side"


class Relay:
    def __init__(self, rtt_s: float):
        self._rtt_s = rtt_s
        self._poll = select.epoll()
        self._listeners: dict[int, tuple[socket.socket, tuple[str, int]]] = {}
        self._sides: dict[int, Side] = {}
        self._due: list[tuple[float, int, Side, bytes]] = []  # b"" says that the sender has finished
        self._order = itertools.count()

    def listen(self, address: tuple[str, int], target: tuple[str, int]) -> None:
        listener = socket.create_server(address, backlog=1024)
        self._listeners[listener.fileno()] = (listener, target)
        self._poll.register(listener, select.EPOLLIN)

    def run(self) -> None:
        while True:
            wait_s = max(self._due[0][0] - time.monotonic(), 0) if self._due else -1
            for fd, _ in self._poll.poll(wait_s):
                if fd in self._listeners:
                    self._accept(*self._listeners[fd])
                elif fd in self._sides:
                    self._take(self._sides[fd])
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                _, _, side, data = heapq.heappop(self._due)
                self._give(side, data)

    def _accept(self, listener: socket.socket, target: tuple[str, int]) -> None:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(target)
        except OSError:
            client.close()
            return
        near, far = Side(client, time.monotonic() + self._rtt_s), Side(server)
        near.to, far.to = far, near
        for side in (near, far):
            side.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sides[side.connection.fileno()] = side
            self._poll.register(side.connection, select.EPOLLIN)

    def _take(self, side: Side) -> None:
        try:
            data = side.connection.recv(_CHUNK)
        except OSError:
            data = b""
        if not data:
            self._poll.unregister(side.connection)
        due = max(time.monotonic(), side.not_before) + self._rtt_s / 2
        heapq.heappush(self._due, (due, next(self._order), side.to, data))

    def _give(self, side: Side, data: bytes) -> None:
        """SMB's messages are far smaller than a socket's buffer, so `sendall` does not wait."""
        if side.connection.fileno() < 0:
            return
        try:
            if data:
                side.connection.sendall(data)
                return
        except OSError:
            pass
        for end in (side, side.to):
            self._sides.pop(end.connection.fileno(), None)
            end.connection.close()


def _address(text: str) -> tuple[str, int]:
    host, port = text.rsplit(":", 1)
    return host, int(port)


def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    relay = Relay(float(sys.argv[1]) / 1000)
    for route in sys.argv[2:]:
        listen, target = route.split("=")
        relay.listen(_address(listen), _address(target))
    print("ready", flush=True)
    relay.run()


if __name__ == "__main__":
    main()
