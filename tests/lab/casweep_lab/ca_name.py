# SPDX-License-Identifier: GPL-3.0-or-later
"""The three names of a CA: common name, sanitized name, sanitized short name ([MS-WCCE] 3.1.1.4.1.1)."""

import re
import struct

_ESCAPED = set("!\"#%&'()*+,/:;<=>?[\\]^`{|}")
_SHORT_LIMIT = 51


def sanitized_name(common_name: str) -> str:
    """The name of the CA's registry key: every unusual UTF-16 code unit becomes `!xxxx`."""
    raw = common_name.encode("utf-16-le")
    units = struct.unpack(f"<{len(raw) // 2}H", raw)
    return "".join(
        f"!{unit:04x}" if unit < 0x20 or unit >= 0x7F or chr(unit) in _ESCAPED else chr(unit) for unit in units
    )


def sanitized_short_name(common_name: str) -> str:
    """The cn of the CA's directory object: the sanitized name, shortened with a hash when it is over 51 characters."""
    full = sanitized_name(common_name)
    if len(full) <= _SHORT_LIMIT:
        return full
    base = re.sub(r"![0-9a-f]{0,3}$", "", full[:_SHORT_LIMIT])
    digest = 0
    for character in full[len(base) :]:
        rotated = (digest << 1) | (digest >> 15)
        digest = (rotated + ord(character)) & 0xFFFF
    return f"{base}-{digest:05d}"
