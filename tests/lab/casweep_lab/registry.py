# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's registry, written as a .reg file and read into Samba's registry.tdb by `net registry import`."""

import struct
from collections.abc import Callable

CERTSVC = r"SYSTEM\CurrentControlSet\Services\CertSvc"

_TYPE_NUMBERS = {"sz": 1, "expand_sz": 2, "binary": 3, "multi_sz": 7, "qword": 11}


def reg_file(keys: dict[str, dict[str, dict]], certificate_hash: Callable[[str], str]) -> str:
    """The .reg file for keys below CertSvc. `certificate_hash` gives CACertHash for `own` and `another`."""
    lines = ["Windows Registry Editor Version 5.00", "", f"[HKEY_LOCAL_MACHINE\\{CERTSVC}]", ""]
    for key, values in keys.items():
        lines.append(f"[HKEY_LOCAL_MACHINE\\{CERTSVC}\\{key}]")
        lines += [f'"{name}"={_data(value, certificate_hash)}' for name, value in values.items()]
        lines.append("")
    return "\r\n".join(lines) + "\r\n\r\n"  # without blank lines at its end the last value is lost


def _data(value: dict, certificate_hash: Callable[[str], str]) -> str:
    [(kind, data)] = value.items()
    match kind:
        case "dword":
            return f"dword:{data:08x}"
        case "hash_of":
            return _hex("multi_sz", (certificate_hash(data) + "\0\0").encode("utf-16-le"))
        case "sz" | "expand_sz":
            return _hex(kind, (data + "\0").encode("utf-16-le"))
        case "multi_sz":
            return _hex(kind, ("".join(f"{text}\0" for text in data) + "\0").encode("utf-16-le"))
        case "qword":
            return _hex(kind, struct.pack("<Q", data))
        case "binary":
            return _hex(kind, bytes.fromhex(data))
    raise ValueError(f"unknown registry type {kind}")


def _hex(kind: str, raw: bytes) -> str:
    return f"hex({_TYPE_NUMBERS[kind]:x}):{raw.hex(',')}"
