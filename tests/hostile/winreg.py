# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted registry that answers the winreg operations ([MS-RRP] 3.1.5) the program uses, in NDR20."""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

CONFIGURATION = r"SYSTEM\CurrentControlSet\Services\CertSvc\Configuration"

SUCCESS, FILE_NOT_FOUND, ACCESS_DENIED, MORE_DATA, NO_MORE_ITEMS = 0, 2, 5, 0xEA, 0x103

OPERATIONS = {
    2: "OpenLocalMachine",
    9: "BaseRegEnumKey",
    15: "BaseRegOpenKey",
    16: "BaseRegQueryInfoKey",
    17: "BaseRegQueryValue",
}


def sz(text: str) -> tuple[int, bytes]:
    return 1, (text + "\0").encode("utf-16-le", "surrogatepass")


def dword(number: int) -> tuple[int, bytes]:
    return 4, struct.pack("<I", number)


@dataclass
class Registry:
    """Keys by path below HKEY_LOCAL_MACHINE, each with its values; sub-keys of CertSvc's Configuration by index."""

    keys: dict[str, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    sub_key: Callable[[int], str | None] = lambda index: None

    @classmethod
    def of_ca(cls, name: str, flags: tuple[int, bytes] = dword(0x641), **values: tuple[int, bytes]) -> "Registry":
        """The registry of a healthy CA."""
        siblings = {"CommonName": sz(name), "InterfaceFlags": flags, **values}
        return cls({CONFIGURATION: {"Active": sz(name)}, f"{CONFIGURATION}\\{name}": siblings}, cls.names([name]))

    @staticmethod
    def names(names: Iterable[str]) -> Callable[[int], str | None]:
        listed = list(names)
        return lambda index: listed[index] if index < len(listed) else None

    def answer(self, opnum: int, stub: bytes) -> bytes:
        """The stub of the reply to one request."""
        paths = {path.lower(): path for path in self.keys}
        handle, rest = stub[:20], stub[20:]
        match opnum:
            case 2:
                return _handle(0) + struct.pack("<I", SUCCESS)
            case 15:
                path = paths.get(_text(rest).lower())
                if path is None:
                    return bytes(20) + struct.pack("<I", FILE_NOT_FOUND)
                return _handle(1 + list(self.keys).index(path)) + struct.pack("<I", SUCCESS)
            case 17:
                values = list(self.keys.values())[struct.unpack_from("<I", handle, 16)[0] - 1]
                value = values.get(_text(rest))
                if value is None:
                    return struct.pack("<5I", 0, 0, 0, 0, FILE_NOT_FOUND)
                kind, data = value
                return (
                    struct.pack("<IIIIII", 0x20000, kind, 0x20004, len(data), 0, len(data))
                    + _aligned(data)
                    + struct.pack("<IIIII", 0x20008, len(data), 0x2000C, len(data), SUCCESS)
                )
            case 16:
                return struct.pack("<HHI9II", 0, 0, 0, 1, *[0] * 8, SUCCESS)
            case 9:
                name = self.sub_key(struct.unpack_from("<I", rest)[0])
                if name is None:
                    return struct.pack("<HHIIII", 0, 0, 0, 0, 0, NO_MORE_ITEMS)
                text = (name + "\0").encode("utf-16-le", "surrogatepass")
                units = len(text) // 2
                head = struct.pack("<HHIIII", len(text), 512, 0x20000, 256, 0, units)
                return head + _aligned(text) + struct.pack("<III", 0, 0, SUCCESS)
        raise ValueError(f"opnum {opnum} is none this program should use")


def _handle(number: int) -> bytes:
    return struct.pack("<4xI8xI", 0xCA5EE9, number)


def _text(stub: bytes) -> str:
    """The RRP_UNICODE_STRING at the start of `stub`, without its NUL."""
    units = struct.unpack_from("<I", stub, 16)[0]
    return stub[20 : 20 + 2 * units].decode("utf-16-le").removesuffix("\0")


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
