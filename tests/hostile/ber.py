# SPDX-License-Identifier: GPL-3.0-or-later
"""The little BER and DER that fake LDAP servers and KDCs need."""


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    octets = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def integer(value: int, tag: int = 0x02) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def text(value: str | bytes, tag: int = 0x04) -> bytes:
    return tlv(tag, value.encode() if isinstance(value, str) else value)


def sequence(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def parse(octets: bytes) -> list[tuple[int, bytes]]:
    """The (tag, content) pairs that `octets` consist of."""
    found = []
    while octets:
        tag, size, header = octets[0], octets[1], 2
        if size & 0x80:
            header = 2 + (size & 0x7F)
            size = int.from_bytes(octets[2:header], "big")
        found.append((tag, octets[header : header + size]))
        octets = octets[header + size :]
    return found


def number(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)


def message_size(octets: bytes) -> int | None:
    """The length of the message that starts with these octets; None if more octets are needed."""
    if len(octets) < 2:
        return None
    size, header = octets[1], 2
    if size & 0x80:
        header = 2 + (size & 0x7F)
        if len(octets) < header:
            return None
        size = int.from_bytes(octets[2:header], "big")
    return header + size
