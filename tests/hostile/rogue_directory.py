# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that plays a domain controller: LDAP with a real Kerberos logon (by its own keytab), with TLS, with
entries of its choice. A compromised domain member can do all of this."""

import os
import socket
import ssl
import struct
import threading
import time

import gssapi
from ber import integer, message_size, number, parse, sequence, text, tlv

CONFIGURATION = "CN=Configuration,DC=corp,DC=example"
SERVICES = f"CN=Enrollment Services,CN=Public Key Services,CN=Services,{CONFIGURATION}"
PAGED_RESULTS = "1.2.840.113556.1.4.319"

_BIND, _UNBIND, _SEARCH, _EXTENDED = 0x60, 0x42, 0x63, 0x77
_SASL_IN_PROGRESS, _INVALID_CREDENTIALS = 14, 49

Attributes = dict[str, list[str | bytes]]


def root_dse(**changes) -> Attributes:
    """The rootDSE of a domain controller of corp.example, with `changes`."""
    return {
        "configurationNamingContext": [CONFIGURATION],
        "rootDomainNamingContext": ["DC=corp,DC=example"],
        "defaultNamingContext": ["DC=corp,DC=example"],
        "dnsHostName": ["dc1.corp.example"],
        "supportedControl": [PAGED_RESULTS],
    } | changes


def one_ca() -> list[tuple[str, Attributes]]:
    """A listing of one CA that does not exist."""
    return [
        (
            f"CN=Rogue CA,{SERVICES}",
            {"cn": ["Rogue CA"], "displayName": ["Rogue CA"], "objectGUID": [bytes(range(16))], "flags": ["10"]},
        )
    ]


def encode_entry(name: str, attributes: Attributes) -> bytes:
    """A SearchResultEntry."""
    listed = (sequence(text(key), tlv(0x31, *map(text, values))) for key, values in attributes.items())
    return tlv(0x64, text(name), sequence(*listed))


class RogueDirectory:
    """Serves LDAP on `address`:389 and, with a `certificate` (and key, in one PEM file), LDAPS on 636 and StartTLS.

    `pages` are the encoded entries of each page of a search but the rootDSE's; the last page ends the search unless
    `endless`, where it comes again and again with `pause_s` before it.
    """

    def __init__(
        self, address: str, *, keytab: str | None = None, certificate: str | None = None, claims: Attributes | None = None,
        pages: list[bytes] | None = None, endless: bool = False, pause_s: float = 0, lets_everybody_in: bool = False,
    ):  # fmt: skip
        self.passwords: list[str] = []  #: of simple binds
        self.clients: list[str] = []  #: proven by Kerberos
        self.connections = 0
        self.searches = 0  #: not counting the rootDSE
        self.tickets = 0  #: offered in a Kerberos logon, whether of use or not
        self._keytab = keytab
        self._claims = claims or root_dse()
        self._pages = [b"".join(encode_entry(*entry) for entry in one_ca())] if pages is None else pages
        self._endless, self._pause_s = endless, pause_s
        self._lets_everybody_in = lets_everybody_in  #: "success" to any logon
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._listeners = [self._listen(address, port) for port in ((389, 636) if certificate else (389,))]

    def __enter__(self):
        for listener in self._listeners:
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_):
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    @staticmethod
    def _listen(address: str, port: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        return listener

    def _serve(self, listener: socket.socket) -> None:
        port = listener.getsockname()[1]
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(client, port == 636), daemon=True).start()

    def _talk(self, client: socket.socket, tls: bool) -> None:
        try:
            if tls:
                client = self._tls.wrap_socket(client, server_side=True)
            _Conversation(self, client).run()
        except (OSError, EOFError, ssl.SSLError):
            pass
        finally:
            client.close()


class _Conversation:
    def __init__(self, rogue: RogueDirectory, client: socket.socket):
        self._rogue = rogue
        self._client = client
        self._context = None  #: GSSAPI's
        self._sealed = False
        self._buffer = b""
        self._page = 0

    def run(self) -> None:
        while True:
            while (size := message_size(self._buffer)) is None or len(self._buffer) < size:
                self._buffer += self._receive()
            message, self._buffer = self._buffer[:size], self._buffer[size:]
            (_, identifier), (operation, content), *_ = parse(parse(message)[0][1])
            identifier = number(identifier)
            if operation == _BIND:
                self._bind(identifier, content)
            elif operation == _SEARCH:
                self._search(identifier, content)
            elif operation == _EXTENDED:
                self._send(identifier, tlv(0x78, _result(0)))
                self._client = self._rogue._tls.wrap_socket(self._client, server_side=True)
            elif operation == _UNBIND:
                return

    def _receive(self) -> bytes:
        if not self._sealed:
            octets = self._client.recv(65536)
        else:
            (size,) = struct.unpack(">I", self._exactly(4))
            octets = self._context.unwrap(self._exactly(size)).message
        if not octets:
            raise EOFError
        return octets

    def _exactly(self, size: int) -> bytes:
        octets = b""
        while len(octets) < size:
            more = self._client.recv(size - len(octets))
            if not more:
                raise EOFError
            octets += more
        return octets

    def _send(self, identifier: int, *operations: bytes, controls: bytes = b"") -> None:
        octets = b"".join(sequence(integer(identifier), operation, controls) for operation in operations)
        if not self._sealed:
            self._client.sendall(octets)
            return
        for at in range(0, len(octets), 32768):
            wrapped = self._context.wrap(octets[at : at + 32768], True).message
            self._client.sendall(struct.pack(">I", len(wrapped)) + wrapped)

    def _bind(self, identifier: int, content: bytes) -> None:
        _, (_, name), (kind, secret) = parse(content)
        if kind == 0x80:
            self._rogue.passwords.append(secret.decode())
            self._send(identifier, tlv(0x61, _result(0)))
            return
        token = next((value for tag, value in parse(secret)[1:]), b"")
        if self._rogue._lets_everybody_in:
            self._rogue.tickets += 1
            self._send(identifier, tlv(0x61, _result(0)))
            return
        try:
            if self._context is None:
                self._rogue.tickets += 1
                store = {"keytab": f"FILE:{self._rogue._keytab}"}
                credentials = gssapi.Credentials(usage="accept", store=store)
                self._context = gssapi.SecurityContext(creds=credentials, usage="accept")
            if not self._context.complete:
                answer = self._context.step(token) or b""
                if self._context.complete:
                    self._rogue.clients.append(str(self._context.initiator_name))
            elif not token:
                answer = self._context.wrap(bytes([7, 0, 255, 255]), False).message  # every layer is offered
            else:
                chosen = self._context.unwrap(token).message
                self._send(identifier, tlv(0x61, _result(0)))
                self._sealed = chosen[0] != 1
                return
        except gssapi.exceptions.GSSError:
            self._send(identifier, tlv(0x61, _result(_INVALID_CREDENTIALS, "80090308: data 52e, v4563")))
            return
        self._send(identifier, tlv(0x61, _result(_SASL_IN_PROGRESS), text(answer, 0x87)))

    def _search(self, identifier: int, content: bytes) -> None:
        fields = parse(content)
        base, scope = fields[0][1].decode(), number(fields[1][1])
        if not base and scope == 0:
            self._send(identifier, encode_entry("", self._rogue._claims), tlv(0x65, _result(0)))
            return
        self._rogue.searches += 1
        pages, last = self._rogue._pages, self._page + 1 >= len(self._rogue._pages)
        time.sleep(self._rogue._pause_s)
        cookie = b"" if last and not self._rogue._endless else os.urandom(8)
        value = sequence(integer(0), text(cookie))
        controls = tlv(0xA0, sequence(text(PAGED_RESULTS), text(value)))
        entries = pages[min(self._page, len(pages) - 1)]
        for tag, entry in parse(entries):
            self._send(identifier, tlv(tag, entry))
        self._page += 1
        self._send(identifier, tlv(0x65, _result(0)), controls=controls)


def _result(code: int, diagnostic: str = "") -> bytes:
    return integer(code, 0x0A) + text("") + text(diagnostic)
