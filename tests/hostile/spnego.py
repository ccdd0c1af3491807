# SPDX-License-Identifier: GPL-3.0-or-later
"""The few SPNEGO tokens (RFC 4178, in DER) that a fake server sends."""

NTLM = bytes.fromhex("060a2b06010401823702020a")
KERBEROS = bytes.fromhex("06092a864886f712010202")
_SPNEGO = bytes.fromhex("06062b0601050502")

ACCEPT_COMPLETED, ACCEPT_INCOMPLETE, REJECT, REQUEST_MIC = range(4)


def offer(*mechanisms: bytes) -> bytes:
    """NegTokenInit with the server's mechanisms, as in the reply to NEGOTIATE."""
    return _tlv(0x60, _SPNEGO + _tlv(0xA0, _tlv(0x30, _tlv(0xA0, _tlv(0x30, b"".join(mechanisms))))))


def response(state: int, mechanism: bytes = b"", token: bytes = b"") -> bytes:
    """NegTokenResp."""
    fields = _tlv(0xA0, _tlv(0x0A, bytes([state])))
    if mechanism:
        fields += _tlv(0xA1, mechanism)
    if token:
        fields += _tlv(0xA2, _tlv(0x04, token))
    return _tlv(0xA1, _tlv(0x30, fields))


def _tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content
