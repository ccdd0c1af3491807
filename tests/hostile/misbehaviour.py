# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile host can do to one of its replies. Each is a good reply, spoilt in one way."""

import asyncio
import random
import struct
from dataclasses import dataclass


class Misbehaviour:
    """A correct reply. `times`: how often to misbehave before the host behaves again; None: always."""

    times: int | None = None
    status: int | None = None
    endless_fragments = False  #: an RPC reply whose last fragment never comes

    def pdu(self, pdu: bytes) -> bytes:
        """Spoils an RPC reply, already sealed."""
        return pdu

    def body(self, body: bytes) -> bytes:
        """Spoils what follows the SMB2 header, before it is signed."""
        return body

    def packet(self, packet: bytes) -> bytes:
        """Spoils a signed SMB2 message."""
        return packet

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        """Puts it on the wire, behind the length of [MS-SMB2] 2.1."""
        writer.write(framed(packet))
        await writer.drain()


def framed(packet: bytes) -> bytes:
    return struct.pack(">I", len(packet)) + packet


async def forever() -> None:
    while True:
        await asyncio.sleep(3600)


@dataclass
class Status(Misbehaviour):
    """An error instead of an answer: an NTSTATUS of SMB, or of an RPC fault."""

    status: int | None
    times: int | None = None


@dataclass
class BodyWith(Misbehaviour):
    """Octets at `at` of the body replaced by a server that signs what it sends."""

    at: int
    octets: bytes

    def body(self, body: bytes) -> bytes:
        return body[: self.at] + self.octets + body[self.at + len(self.octets) :]


@dataclass
class PduWith(Misbehaviour):
    """Octets at `at` of an RPC reply replaced by a server that signs what it sends."""

    at: int
    octets: bytes

    def pdu(self, pdu: bytes) -> bytes:
        return pdu[: self.at] + self.octets + pdu[self.at + len(self.octets) :]


@dataclass
class PduCut(Misbehaviour):
    """An RPC reply that ends early, in an SMB2 message that does not."""

    at: int

    def pdu(self, pdu: bytes) -> bytes:
        return pdu[: self.at]


@dataclass
class Flipped(Misbehaviour):
    """One bit changed on the way, after the message was signed."""

    at: int

    def packet(self, packet: bytes) -> bytes:
        changed = bytearray(packet)
        changed[self.at % len(packet)] ^= 0x10
        return bytes(changed)


class Unsigned(Misbehaviour):
    """The signature removed, and the flag that announces it."""

    def packet(self, packet: bytes) -> bytes:
        flags = struct.unpack_from("<I", packet, 16)[0] & ~8
        return packet[:16] + struct.pack("<I", flags) + packet[20:48] + bytes(16) + packet[64:]


@dataclass
class Cut(Misbehaviour):
    """The connection ends after `at` octets of the reply."""

    at: int

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        writer.write(framed(packet)[: self.at])
        await writer.drain()
        writer.close()


@dataclass
class Stalled(Misbehaviour):
    """Nothing more after `at` octets of the reply, but the connection stays."""

    at: int = 0

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        writer.write(framed(packet)[: self.at])
        await forever()


@dataclass
class Trickled(Misbehaviour):
    """One octet a second."""

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        for octet in framed(packet):
            writer.write(bytes([octet]))
            await asyncio.sleep(1)


@dataclass
class LengthLie(Misbehaviour):
    """A length that announces more, or less, than is sent."""

    length: int

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        writer.write(struct.pack(">I", self.length) + packet)
        await forever()


@dataclass
class Garbage(Misbehaviour):
    """Noise of any length instead of the reply; `well_framed` has the right length in front."""

    well_framed: bool
    size: int = 4096

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        noise = random.Random(self.size).randbytes(self.size)
        writer.write(framed(noise) if self.well_framed else noise)
        await forever()


@dataclass
class Endless(Misbehaviour):
    """The largest message that the length can announce, repeatedly, as fast as the client reads."""

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        while True:
            writer.write(struct.pack(">I", 0xFFFFFF) + packet)
            left = 0xFFFFFF - len(packet)
            while left > 0:
                writer.write(bytes(min(left, 1 << 16)))
                left -= 1 << 16
                await writer.drain()


@dataclass
class EndlessPending(Misbehaviour):
    """STATUS_PENDING every tenth of a second: a reply that is always announced and never sent ([MS-SMB2] 3.3.4.2)."""

    async def send(self, writer: asyncio.StreamWriter, packet: bytes) -> None:
        error = b"\x09\0\0\0\0\0\0\0\0"
        while True:
            flags = struct.unpack_from("<I", packet, 16)[0] & ~8 | 2
            header = packet[:8] + struct.pack("<I", 0x103) + packet[12:16] + struct.pack("<I", flags) + packet[20:32]
            writer.write(framed(header + struct.pack("<Q", 7) + packet[40:48] + bytes(16) + error))
            await writer.drain()
            await asyncio.sleep(0.1)


class EndlessFragments(Misbehaviour):
    """A correctly sealed RPC reply whose last fragment never arrives."""

    endless_fragments = True
