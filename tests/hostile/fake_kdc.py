# SPDX-License-Identifier: GPL-3.0-or-later
"""A false KDC: it requests a pre-authentication with an encryption type of its choice, and keeps what it receives."""

import socket
import threading
import time

from ber import integer, number, parse, sequence, text, tlv

RC4, AES256 = 23, 18
_PA_ENC_TIMESTAMP, _PA_ETYPE_INFO2 = 2, 19
_ERR_ETYPE_NOSUPP, _ERR_PREAUTH_REQUIRED, _ERR_PREAUTH_FAILED = 14, 25, 24


class FakeKdc:
    """Serves UDP and TCP port 88 of `address` until the with block ends."""

    def __init__(self, address: str, encryption_type: int = RC4, refuses: bool = False):
        self.encryption_type = encryption_type
        self.refuses = refuses  #: the request as a whole, as a real KDC does whose account has no key of an offered type
        self.offered: list[list[int]] = []  #: encryption types of each request
        self.timestamps: list[bytes] = []  #: the pre-authentication data that came: what can be cracked
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._udp.bind((address, 88))
        self._tcp.bind((address, 88))
        self._tcp.listen()
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=serve) for serve in (self._serve_udp, self._serve_tcp)]

    def __enter__(self):
        for server, thread in zip((self._udp, self._tcp), self._threads):
            server.settimeout(0.1)
            thread.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        for thread in self._threads:
            thread.join()
        self._tcp.close()
        self._udp.close()

    def _serve_udp(self) -> None:
        while not self._ends.is_set():
            try:
                request, peer = self._udp.recvfrom(65536)
            except TimeoutError:
                continue
            self._udp.sendto(self._answer(request), peer)

    def _serve_tcp(self) -> None:
        while not self._ends.is_set():
            try:
                client, _ = self._tcp.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(5)
                size = int.from_bytes(client.recv(4, socket.MSG_WAITALL), "big")
                answer = self._answer(client.recv(size, socket.MSG_WAITALL))
                client.sendall(len(answer).to_bytes(4, "big") + answer)

    def _answer(self, request: bytes) -> bytes:
        fields = dict(parse(parse(parse(request)[0][1])[0][1]))
        body = dict(parse(parse(fields[0xA4])[0][1]))
        self.offered.append([number(content) for _, content in parse(parse(body[0xA8])[0][1])])
        padata = [dict(parse(content)) for _, content in parse(parse(fields[0xA3])[0][1])] if 0xA3 in fields else []
        sent = [parse(data[0xA2])[0][1] for data in padata if number(parse(data[0xA1])[0][1]) == _PA_ENC_TIMESTAMP]
        self.timestamps += sent
        code = _ERR_PREAUTH_FAILED if sent else _ERR_ETYPE_NOSUPP if self.refuses else _ERR_PREAUTH_REQUIRED
        info = sequence(sequence(tlv(0xA0, integer(self.encryption_type))))
        methods = sequence(
            sequence(tlv(0xA1, integer(_PA_ETYPE_INFO2)), tlv(0xA2, text(info))),
            sequence(tlv(0xA1, integer(_PA_ENC_TIMESTAMP)), tlv(0xA2, text(b""))),
        )
        now = time.strftime("%Y%m%d%H%M%SZ", time.gmtime())
        realm = parse(body[0xA2])[0][1]
        service = tlv(0xA0, integer(2)) + tlv(0xA1, sequence(text(b"krbtgt", 0x1B), text(realm, 0x1B)))
        error = sequence(
            tlv(0xA0, integer(5)), tlv(0xA1, integer(30)), tlv(0xA4, text(now, 0x18)), tlv(0xA5, integer(0)),
            tlv(0xA6, integer(code)), tlv(0xA9, text(realm, 0x1B)), tlv(0xAA, sequence(service)),
            tlv(0xAC, text(methods)),
        )  # fmt: skip
        return tlv(0x7E, error)
