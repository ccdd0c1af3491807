# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake SMB 2 and 3 server ([MS-SMB2]) with one pipe, winreg, behind sealed RPC ([MS-RPCE]).

It is no server for anything but tests: it knows one account, speaks to one client, and does what its script says. Every
address of 127.0.0.0/8 is a host of its own, so one sweep can meet hundreds of them.
"""

import asyncio
import hashlib
import hmac
import itertools
import struct
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

import ntlm
import spnego
from misbehaviour import Misbehaviour
from winreg import OPERATIONS, Registry

SMB_2_0_2, SMB_2_1, SMB_3_0, SMB_3_0_2, SMB_3_1_1 = 0x0202, 0x0210, 0x0300, 0x0302, 0x0311

# [MS-ERREF] 2.3.1
MORE_PROCESSING_REQUIRED = 0xC0000016
PATH_NOT_COVERED = 0xC0000257
_BUFFER_OVERFLOW = 0x80000005
_LOGON_FAILURE = 0xC000006D
_NOT_SUPPORTED = 0xC00000BB

_NEGOTIATE, _SESSION_SETUP, _LOGOFF, _TREE_CONNECT, _TREE_DISCONNECT, _CREATE, _CLOSE = range(7)
_READ, _WRITE, _IOCTL = 8, 9, 11

_FSCTL_PIPE_TRANSCEIVE = 0x0011C017
_FSCTL_VALIDATE_NEGOTIATE_INFO = 0x00140204

_BIND, _BIND_ACK, _BIND_NAK, _ALTER_CONTEXT, _ALTER_CONTEXT_RESP, _AUTH3 = 11, 12, 13, 14, 15, 16
_REQUEST, _RESPONSE, _FAULT = 0, 2, 3
_FIRST, _LAST = 1, 2  # PFC_FIRST_FRAG, PFC_LAST_FRAG
_WINREG = uuid.UUID("338cd001-2244-31f1-aaaa-900038001003").bytes_le
_NDR20 = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)


@dataclass
class Host:
    """One host's script, and what it received.

    The steps are: negotiate, session-setup-1 (the challenge), session-setup-2 (the outcome), validate-negotiate,
    tree-connect, create, bind, alter-context, and each winreg operation by its name.
    """

    spoilt: dict[str, Misbehaviour] = field(default_factory=dict)
    dialect: int = SMB_3_1_1
    security_mode: int = 3  #: 2.2.4: signing enabled 1, required 2
    mechanisms: tuple[bytes, ...] = (spnego.NTLM,)
    session_flags: int = 0  #: 2.2.6: guest 1, anonymous 2
    tree_flags: int = 0  #: 2.2.10 ShareFlags
    registry: Registry = field(default_factory=Registry)
    password: str = "correct horse"

    received: list[str] = field(default_factory=list)
    connections: int = 0
    dialects: list[int] = field(default_factory=list)  #: offered by the client
    bind_types: list[int] = field(default_factory=list)  #: [MS-RPCE] 2.2.1.1.7: SPNEGO 9, NTLM 10
    sent: dict[str, int] = field(default_factory=dict)  #: octets of the last reply at each step
    logons: list[ntlm.Acceptor] = field(default_factory=list)
    octets: bytearray = field(default_factory=bytearray)  #: the first ones the client sent

    def misbehaviour(self, step: str) -> Misbehaviour:
        """What to do at `step`, which is now counted as received."""
        spoilt = self.spoilt.get(step, Misbehaviour())
        before = self.received.count(step)
        self.received.append(step)
        return spoilt if spoilt.times is None or before < spoilt.times else Misbehaviour()

    def count(self, step: str) -> int:
        return self.received.count(step)


class FakeServer:
    """Serves `hosts`, by address, on TCP 445 until stopped."""

    def __init__(self, hosts: dict[str, Host], listen: str = "0.0.0.0"):
        self.hosts = hosts
        self._listen = listen
        self.strangers: list[str] = []  #: unexpected addresses that were connected to
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "FakeServer":
        self._thread.start()
        CMAC(AES(bytes(16)))  # loads the library now, so that no client waits for it
        started = asyncio.start_server(self._serve, self._listen, 445, backlog=512)
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
        address = writer.get_extra_info("sockname")[0]
        host = self.hosts.get(address)
        if host is None:
            self.strangers.append(address)
            writer.close()
            return
        host.connections += 1
        try:
            await _Connection(host, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


class _Connection:
    """One connection: a good server's answers, each handed to the host's misbehaviour on its way out."""

    def __init__(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._host = host
        self._reader = reader
        self._writer = writer
        self._preauth = bytes(64)
        self._acceptor: ntlm.Acceptor | None = None
        self._signing_key: bytes | None = None
        self._pipe = _WinregPipe(host)
        self._misbehaviour = Misbehaviour()

    async def run(self) -> None:
        while True:
            length = int.from_bytes(await self._reader.readexactly(4), "big")
            packet = await self._reader.readexactly(length)
            if len(self._host.octets) < 1 << 16:
                self._host.octets += packet
            command = struct.unpack_from("<H", packet, 12)[0]
            self._misbehaviour = Misbehaviour()
            status, body = self._answer(command, packet)
            if self._misbehaviour.status is not None:
                status, body = self._misbehaviour.status, None
            body = b"\x09\0" + bytes(7) if body is None else body
            reply = self._message(packet, command, status, self._misbehaviour.body(body))
            if command in (_NEGOTIATE, _SESSION_SETUP):
                self._preauth = hashlib.sha512(self._preauth + reply).digest()
            if self._host.received:
                self._host.sent[self._host.received[-1]] = 4 + len(reply)
            await self._misbehaviour.send(self._writer, self._misbehaviour.packet(reply))

    def _message(self, request: bytes, command: int, status: int, body: bytes) -> bytes:
        flags = 1 if self._signing_key is None else 9
        header = (
            b"\xfeSMB"
            + struct.pack("<HHIHHII", 64, 1, status, command, 64, flags, 0)
            + request[24:32]  # MessageId
            + struct.pack("<IIQ", 0, 1, 1)
        )
        if self._signing_key is None:
            return header + bytes(16) + body
        if self._host.dialect < SMB_3_0:
            signature = hmac.digest(self._signing_key, header + bytes(16) + body, "sha256")[:16]
        else:
            cmac = CMAC(AES(self._signing_key))
            cmac.update(header + bytes(16) + body)
            signature = cmac.finalize()
        return header + signature + body

    def _step(self, name: str) -> None:
        self._misbehaviour = self._host.misbehaviour(name)

    def _answer(self, command: int, packet: bytes) -> tuple[int, bytes | None]:
        """Status and body of a good reply; None is the body of an error."""
        body = packet[64:]
        match command:
            case 0:
                return self._negotiate(packet)
            case 1:
                return self._session_setup(packet)
            case 3:
                self._step("tree-connect")
                return 0, struct.pack("<HBBIII", 16, 2, 0, self._host.tree_flags, 0, 0x1F01FF)
            case 5:
                self._step("create")
                times_and_sizes = bytes(48)
                return 0, struct.pack("<HBBI48sII16sII", 89, 0, 0, 1, times_and_sizes, 0x80, 0, b"F" * 16, 0, 0)
            case 6:
                return 0, struct.pack("<HH", 60, 0) + bytes(56)
            case 8:
                most = struct.unpack_from("<I", body, 4)[0]
                status, data = self._pipe.take(most)
                self._misbehaviour = self._pipe.taken
                return status, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data
            case 9:
                offset, length = struct.unpack_from("<HI", body, 2)
                self._pipe.feed(packet[offset : offset + length])
                return 0, struct.pack("<HHIII", 17, 0, length, 0, 0)
            case 11:
                return self._ioctl(packet)
            case 2 | 4:
                return 0, struct.pack("<HH", 4, 0)
        return _NOT_SUPPORTED, None

    def _negotiate(self, packet: bytes) -> tuple[int, bytes | None]:
        self._step("negotiate")
        self._preauth = hashlib.sha512(bytes(64) + packet).digest()
        if packet[:4] == b"\xfeSMB":
            count = struct.unpack_from("<H", packet, 66)[0]
            self._host.dialects = list(struct.unpack_from(f"<{count}H", packet, 100))
        self._guid = bytes(range(16))
        token = spnego.offer(*self._host.mechanisms)
        padding = bytes(-len(token) % 8)
        contexts = struct.pack("<HHIHHH", 1, 38, 0, 1, 32, 1) + b"S" * 32
        new = self._host.dialect == SMB_3_1_1
        return 0, (
            struct.pack("<HHHH", 65, self._host.security_mode, self._host.dialect, 1 if new else 0)
            + self._guid
            + struct.pack("<IIIIQQ", 0, 1 << 20, 1 << 20, 1 << 20, 0, 0)
            + struct.pack("<HHI", 128, len(token), 128 + len(token + padding) if new else 0)
            + token
            + (padding + contexts if new else b"")
        )

    def _session_setup(self, packet: bytes) -> tuple[int, bytes | None]:
        self._preauth = hashlib.sha512(self._preauth + packet).digest()
        offset, length = struct.unpack_from("<HH", packet, 64 + 12)
        token = packet[offset : offset + length]
        message = token[max(token.find(ntlm.SIGNATURE), 0) :]
        if self._acceptor is None:
            self._step("session-setup-1")
            self._acceptor = ntlm.Acceptor(self._host.password)
            if not message.startswith(ntlm.SIGNATURE):  # Kerberos: NTLM is all this server will take
                return MORE_PROCESSING_REQUIRED, _session(0, spnego.response(spnego.REQUEST_MIC, spnego.NTLM))
            challenge = self._acceptor.challenge(message)
            response = spnego.response(spnego.ACCEPT_INCOMPLETE, spnego.NTLM, challenge)
            return MORE_PROCESSING_REQUIRED, _session(0, response)
        self._step("session-setup-2")
        self._host.logons.append(self._acceptor)
        try:
            session = self._acceptor.authenticate(message)
        except ntlm.Refused:
            return _LOGON_FAILURE, None
        if self._misbehaviour.status is None:
            self._signing_key = self._derive_signing_key(session.key)
        return 0, _session(self._host.session_flags, spnego.response(spnego.ACCEPT_COMPLETED))

    def _derive_signing_key(self, key: bytes) -> bytes:
        """3.1.4.2."""
        if self._host.dialect < SMB_3_0:
            return key
        if self._host.dialect == SMB_3_1_1:
            label, context = b"SMBSigningKey\0", self._preauth
        else:
            label, context = b"SMB2AESCMAC\0", b"SmbSign\0"
        return hmac.digest(key, b"\0\0\0\1" + label + b"\0" + context + b"\0\0\0\x80", "sha256")[:16]

    def _ioctl(self, packet: bytes) -> tuple[int, bytes | None]:
        code = struct.unpack_from("<I", packet, 68)[0]
        offset, length = struct.unpack_from("<II", packet, 64 + 24)
        most = struct.unpack_from("<I", packet, 64 + 44)[0]
        data = packet[offset : offset + length]
        status = 0
        if code == _FSCTL_VALIDATE_NEGOTIATE_INFO:
            self._step("validate-negotiate")
            output = struct.pack("<I16sHH", 0, self._guid, self._host.security_mode, self._host.dialect)
        elif code == _FSCTL_PIPE_TRANSCEIVE:
            self._pipe.feed(data)
            status, output = self._pipe.take(most)
            self._misbehaviour = self._pipe.taken
        else:
            return _NOT_SUPPORTED, None
        head = struct.pack("<HHI", 49, 0, code) + packet[72:88] + struct.pack("<IIIIII", 112, 0, 112, len(output), 0, 0)
        return status, head + output


def _session(flags: int, token: bytes) -> bytes:
    return struct.pack("<HHHH", 9, flags, 72, len(token)) + token


class _WinregPipe:
    """DCE/RPC on the pipe ([MS-RPCE] 2.2.2): NTLM inside SPNEGO, everything sealed."""

    def __init__(self, host: Host):
        self._host = host
        self._acceptor = ntlm.Acceptor(host.password)
        self._session: ntlm.Session | None = None
        self._ready = b""
        self._more: Iterator[bytes] = iter(())
        self._misbehaviour = Misbehaviour()

    def feed(self, pdu: bytes) -> None:
        """Takes one request, whole as the client sends them."""
        kind = pdu[2]
        auth_length, call = struct.unpack_from("<HI", pdu, 10)
        trailer = len(pdu) - auth_length - 8
        token = pdu[trailer + 8 :]
        message = token[max(token.find(ntlm.SIGNATURE), 0) :]
        match kind:
            case 11:
                self._step("bind")
                self._host.bind_types.append(pdu[trailer])
                if self._misbehaviour.status is not None:
                    self._ready += _pdu(_BIND_NAK, call, struct.pack("<HBBB", self._misbehaviour.status, 1, 5, 0))
                    return
                answer = spnego.response(spnego.ACCEPT_INCOMPLETE, spnego.NTLM, self._acceptor.challenge(message))
                self._reply(_BIND_ACK, call, _accepted(pdu, b"\\PIPE\\winreg\0"), answer, pdu[trailer:])
            case 14 | 16:
                self._step("alter-context")
                self._host.logons.append(self._acceptor)
                if self._misbehaviour.status is not None:
                    self._fault(call, self._misbehaviour.status)
                    return
                self._session = self._acceptor.authenticate(message)
                if kind == _ALTER_CONTEXT:
                    answer = spnego.response(spnego.ACCEPT_COMPLETED)
                    self._reply(_ALTER_CONTEXT_RESP, call, _accepted(pdu, b""), answer, pdu[trailer:])
            case 0:
                opnum = struct.unpack_from("<H", pdu, 22)[0]
                self._step(OPERATIONS[opnum])
                stub = self._session.unseal(pdu[24:trailer])
                if self._misbehaviour.status is not None:
                    self._fault(call, self._misbehaviour.status)
                    return
                self._respond(call, self._host.registry.answer(opnum, stub), pdu[trailer:])

    def take(self, most: int) -> tuple[int, bytes]:
        """Status and up to `most` octets of what is ready."""
        if len(self._ready) < most:
            self._ready += next(self._more, b"")
        data, self._ready = self._ready[:most], self._ready[most:]
        return (_BUFFER_OVERFLOW if self._ready else 0), data

    @property
    def taken(self) -> Misbehaviour:
        """How the SMB2 message that carries the reply is to be spoilt; a status is RPC's and spoils nothing there."""
        return Misbehaviour() if self._misbehaviour.status is not None else self._misbehaviour

    def _step(self, name: str) -> None:
        self._misbehaviour = self._host.misbehaviour(name)

    def _reply(self, kind: int, call: int, body: bytes, token: bytes, trailer: bytes) -> None:
        pad = -len(body) % 4
        verifier = struct.pack("<BBBBI", trailer[0], trailer[1], pad, 0, struct.unpack_from("<I", trailer, 4)[0])
        self._ready += self._misbehaviour.pdu(_pdu(kind, call, body + bytes(pad) + verifier + token, len(token)))

    def _respond(self, call: int, stub: bytes, trailer: bytes) -> None:
        if self._misbehaviour.endless_fragments:
            piece = bytes(4096)
            first = self._fragment(call, piece, trailer, _FIRST)
            others = (self._fragment(call, piece, trailer, 0) for _ in itertools.repeat(None))
            self._more = itertools.chain([first], others)
        else:
            self._ready += self._misbehaviour.pdu(self._fragment(call, stub, trailer, _FIRST | _LAST))

    def _fragment(self, call: int, stub: bytes, trailer: bytes, flags: int) -> bytes:
        pad = -len(stub) % 16
        verifier = struct.pack("<BBBBI", trailer[0], trailer[1], pad, 0, struct.unpack_from("<I", trailer, 4)[0])
        head = struct.pack("<IHBB", len(stub), 0, 0, 0)
        stub += bytes(pad)
        signed = _pdu(_RESPONSE, call, head + stub + verifier, 16, room=16, flags=flags)
        sealed, signature = self._session.seal(stub, signed)
        return _pdu(_RESPONSE, call, head + sealed + verifier + signature, 16, flags=flags)

    def _fault(self, call: int, status: int) -> None:
        self._ready += _pdu(_FAULT, call, struct.pack("<IHBBII", 0, 0, 0, 0, status, 0))


def _accepted(bind: bytes, address: bytes) -> bytes:
    """The results of a bind ([C706] 12.6.4.4): winreg accepted, feature negotiation ([MS-RPCE] 2.2.2.14) answered."""
    results = b""
    at = 28
    for _ in range(bind[24]):
        count = bind[at + 2]
        if bind[at + 24 + 20 * (count - 1) :].startswith(b"\x2c\x1c\xb7\x6c"):  # 6cb71c2c-9812-4540-…
            results += struct.pack("<HH", 3, 0) + bytes(20)
        else:
            results += struct.pack("<HH", 0, 0) + _NDR20
        at += 24 + 20 * count
    head = struct.pack("<HHIH", 4280, 4280, 0x53F0, len(address)) + address
    return head + bytes(-len(head) % 4) + struct.pack("<BxH", bind[24], 0) + results


def _pdu(kind: int, call: int, body: bytes, auth_length: int = 0, room: int = 0, flags: int = _FIRST | _LAST) -> bytes:
    """One fragment; `room` for what will still be put behind it."""
    length = 16 + len(body) + room
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", length, auth_length, call) + body
