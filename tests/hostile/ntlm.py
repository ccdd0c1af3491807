# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's side of NTLMv2 ([MS-NLMP]) for one known account, as far as a fake server needs it."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
except ImportError:  # before cryptography 43
    from cryptography.hazmat.primitives.ciphers.algorithms import ARC4

SIGNATURE = b"NTLMSSP\0"

# 2.2.2.5: UNICODE, REQUEST_TARGET, SIGN, SEAL, NTLM, ALWAYS_SIGN, TARGET_TYPE_SERVER, EXTENDED_SESSIONSECURITY,
# TARGET_INFO, 128, KEY_EXCH, 56
_FLAGS = 0xE08A8235
_KEY_EXCH = 0x40000000


class Refused(Exception):
    """The client does not know the account's password."""


class Session:
    """What a client proved, and the keys that follow from it (3.4.5)."""

    def __init__(self, user: str, key: bytes):
        self.user = user
        self.key = key
        self._signing_key = self._derive("server-to-client signing")
        self._sealing = self._rc4("server-to-client sealing")
        self._unsealing = self._rc4("client-to-server sealing")
        self._sequence = 0

    def seal(self, message: bytes, signed: bytes) -> tuple[bytes, bytes]:
        """`message` encrypted, and the signature of `signed`, which holds it in clear (3.4.3, 3.4.4.2)."""
        sequence = struct.pack("<I", self._sequence)
        self._sequence += 1
        checksum = hmac.digest(self._signing_key, sequence + signed, "md5")[:8]
        sealed = self._sealing.update(message)
        return sealed, b"\1\0\0\0" + self._sealing.update(checksum) + sequence

    def unseal(self, message: bytes) -> bytes:
        """`message` decrypted. Its signature is not looked at: what the client sends is not under test here."""
        plain = self._unsealing.update(message)
        self._unsealing.update(bytes(8))  # the checksum's share of the key stream
        return plain

    def _derive(self, purpose: str) -> bytes:
        return hashlib.md5(self.key + f"session key to {purpose} key magic constant\0".encode()).digest()

    def _rc4(self, purpose: str):
        return Cipher(ARC4(self._derive(purpose)), None).encryptor()


class Acceptor:
    """One NTLM logon. Remembers what the client sent, so that a test can look for what it must not send."""

    def __init__(self, password: str):
        self._password = password
        self._challenge = b"\x11\x22\x33\x44\x55\x66\x77\x88"

    def challenge(self, negotiate: bytes) -> bytes:
        """CHALLENGE_MESSAGE (2.2.1.2). Without MsvAvTimestamp in it the client sends no MIC and SPNEGO needs none."""
        flags = _FLAGS & (struct.unpack_from("<I", negotiate, 12)[0] | 0x00820004)
        name = "FAKE".encode("utf-16-le")
        info = b"".join(struct.pack("<HH", av, len(name)) + name for av in (2, 1)) + bytes(4)
        head = 56
        return (
            SIGNATURE
            + struct.pack("<IHHII", 2, len(name), len(name), head, flags)
            + self._challenge
            + bytes(8)
            + struct.pack("<HHI", len(info), len(info), head + len(name))
            + bytes(8)
            + name
            + info
        )

    def authenticate(self, message: bytes) -> Session:
        """AUTHENTICATE_MESSAGE (2.2.1.3), judged. Raises Refused."""
        fields = [self._field(message, at) for at in (12, 20, 28, 36, 44, 52)]
        self.lm_response, self.nt_response, domain, user, _, encrypted_key = fields
        name = user.decode("utf-16-le")
        flags = struct.unpack_from("<I", message, 60)[0]
        nt_hash = _md4(self._password.encode("utf-16-le"))
        key = hmac.digest(nt_hash, name.upper().encode("utf-16-le") + domain, "md5")
        proof = self.nt_response[:16]
        if not hmac.compare_digest(hmac.digest(key, self._challenge + self.nt_response[16:], "md5"), proof):
            raise Refused
        session_key = hmac.digest(key, proof, "md5")
        if flags & _KEY_EXCH:
            session_key = Cipher(ARC4(session_key), None).encryptor().update(encrypted_key)
        return Session(name, session_key)

    @staticmethod
    def _field(message: bytes, at: int) -> bytes:
        length, _, offset = struct.unpack_from("<HHI", message, at)
        return message[offset : offset + length]


def _md4(data: bytes) -> bytes:
    """RFC 1320; OpenSSL 3 no longer offers it."""
    mask = 0xFFFFFFFF
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", 8 * len(data))
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    second = (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
    third = (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15)
    rounds = (
        (lambda x, y, z: x & y | ~x & z, 0, range(16), (3, 7, 11, 19)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5A827999, second, (3, 5, 9, 13)),
        (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, third, (3, 9, 11, 15)),
    )
    for start in range(0, len(padded), 64):
        words = struct.unpack_from("<16I", padded, start)
        a, b, c, d = state
        for mix, constant, order, shifts in rounds:
            for step, index in enumerate(order):
                total = (a + mix(b, c, d) + words[index] + constant) & mask
                shift = shifts[step % 4]
                a, b, c, d = d, (total << shift | total >> 32 - shift) & mask, b, c
        state = [(old + new) & mask for old, new in zip(state, (a, b, c, d))]
    return struct.pack("<4I", *state)
