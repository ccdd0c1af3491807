# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server that lies about a few names and forwards queries for all others."""

import socket
import struct
import threading

A, CNAME, PTR, SRV = 1, 5, 12, 33


def _name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def address(value: str) -> bytes:
    return socket.inet_aton(value)


def service(host: str, port: int) -> bytes:
    return struct.pack(">HHH", 0, 100, port) + _name(host)


def alias(host: str) -> bytes:
    return _name(host)


def reverse(value: str) -> str:
    """The name of an address's PTR record."""
    return ".".join(reversed(value.split("."))) + ".in-addr.arpa"


class RogueDns:
    """Serves UDP port 53 of `own` with `lies`: (name, type) -> data of its record. A lie about a name hides the truth
    about its other types. Without `truth` nothing else exists."""

    def __init__(self, own: str, truth: str | None, lies: dict[tuple[str, int], bytes]):
        self.asked: list[str] = []
        self._truth = truth
        self._lies = lies
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((own, 53))
        self._socket.settimeout(0.1)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._ends.is_set():
            try:
                query, peer = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            threading.Thread(target=self._reply, args=(query, peer), daemon=True).start()

    def _reply(self, query: bytes, peer) -> None:
        try:
            self._socket.sendto(self._answer(query), peer)
        except OSError:
            return

    def _answer(self, query: bytes) -> bytes:
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += query[at] + 1
        name = ".".join(labels).lower()
        (kind,) = struct.unpack(">H", query[at + 1 : at + 3])
        question = query[12 : at + 5]
        self.asked.append(name)
        records = b""
        count = 0
        lied = name
        for _ in range(4):
            found = self._lies.get((lied, CNAME))
            if found is None:
                break
            records += b"".join([_name(lied), struct.pack(">HHIH", CNAME, 1, 60, len(found)), found])
            count += 1
            lied = ".".join(_labels(found))
        if (lied, kind) in self._lies:
            data = self._lies[lied, kind]
            records += b"".join([_name(lied), struct.pack(">HHIH", kind, 1, 60, len(data)), data])
            count += 1
        known = count > 0 or any(name == liar for liar, _ in self._lies)
        if not known and self._truth:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
                upstream.settimeout(5)
                upstream.sendto(query, (self._truth, 53))
                return upstream.recv(4096)
        flags = 0x8580 if known else 0x8583  # NXDOMAIN
        return query[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + question + records


def _labels(name: bytes) -> list[str]:
    labels, at = [], 0
    while name[at]:
        labels.append(name[at + 1 : at + 1 + name[at]].decode())
        at += name[at] + 1
    return labels
