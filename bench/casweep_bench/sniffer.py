# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the requests that clients in this network namespace send over its loopback, one step a line, until SIGTERM.

A step is named as the specifications name it: [MS-SMB2] 2.2.1.2 for commands of SMB, [C706] 12.6.4 for PDUs of RPC, [MS-RRP] 3.1.5 for
the methods of winreg. What RPC seals is not seen: its header, which holds the opnum, is not sealed.
"""

import signal
import socket
import struct
import sys
import uuid

_ETH_P_ALL = 3
_SMB2_COMMANDS = ("NEGOTIATE", "SESSION_SETUP", "LOGOFF", "TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE", "FLUSH",
                  "READ", "WRITE", "LOCK", "IOCTL", "CANCEL", "ECHO", "QUERY_DIRECTORY", "CHANGE_NOTIFY", "QUERY_INFO",
                  "SET_INFO", "OPLOCK_BREAK")  # fmt: skip
_SMB2_HEADER = 64
_RPC_REQUEST, _RPC_BIND = 0, 11
_RPC_PDUS = {_RPC_REQUEST: "request", _RPC_BIND: "bind", 14: "alter_context", 16: "rpc_auth_3"}
_WINREG = uuid.UUID("338cd001-2244-31f1-aaaa-900038001003")
_METHODS = {2: "OpenLocalMachine", 5: "BaseRegCloseKey", 9: "BaseRegEnumKey", 15: "BaseRegOpenKey", 16: "BaseRegQueryInfoKey",
            17: "BaseRegQueryValue", 26: "BaseRegGetVersion"}  # fmt: skip
_KERBEROS = {0x6A: "AS-REQ", 0x6C: "TGS-REQ"}  #: the tags of RFC 4120 5.4


class Steps:
    """Names requests. A request of RPC belongs to the interface of the bind before it, so clients must send one after the other."""

    def __init__(self):
        self._is_winreg = False

    def of(self, frame: bytes) -> list[str]:
        """The requests in one Ethernet frame with IPv4."""
        if len(frame) < 34 or frame[12:14] != b"\x08\x00":
            return []
        ip = frame[14:]
        segment = ip[(ip[0] & 0xF) * 4 : struct.unpack_from(">H", ip, 2)[0]]
        port = struct.unpack_from(">H", segment, 2)[0]
        if ip[9] == socket.IPPROTO_UDP:
            return _of_datagram(port, segment[8:])
        if ip[9] != socket.IPPROTO_TCP:
            return []
        is_syn = segment[13] & 0x12 == 0x02
        data = segment[(segment[12] >> 4) * 4 :]
        if port == 445:
            return ["TCP handshake"] if is_syn else list(self._of_smb(data))
        if port == 88:
            return _of_datagram(port, data[4:])
        return ["DNS over TCP"] if port == 53 and is_syn else []

    def _of_smb(self, data: bytes):
        """Samba and impacket write a message at once, and the loopback does not split it."""
        while len(data) > 4:
            length = struct.unpack(">I", data[:4])[0] & 0xFFFFFF
            message, data = data[4 : 4 + length], data[4 + length :]
            if message[:4] == b"\xffSMB":
                yield "SMB1 NEGOTIATE"
            if message[:4] == b"\xfdSMB":
                yield "SMB2, encrypted"
            while message[:4] == b"\xfeSMB" and len(message) >= _SMB2_HEADER:
                following = struct.unpack_from("<I", message, 20)[0]
                yield self._of_command(message[:following] if following else message)
                message = message[following:] if following else b""

    def _of_command(self, message: bytes) -> str:
        command = struct.unpack_from("<H", message, 12)[0]
        name = _SMB2_COMMANDS[command] if command < len(_SMB2_COMMANDS) else str(command)
        rpc = b""
        if name == "IOCTL":
            offset, count = struct.unpack_from("<II", message, _SMB2_HEADER + 24)
            rpc = message[offset : offset + count]
        elif name == "WRITE":
            offset, count = struct.unpack_from("<HI", message, _SMB2_HEADER + 2)
            rpc = message[offset : offset + count]
        if len(rpc) < 24 or rpc[2] not in _RPC_PDUS:
            return f"SMB2 {name}"
        step = f"RPC {_RPC_PDUS[rpc[2]]}"
        if rpc[2] == _RPC_BIND:
            self._is_winreg = rpc[32:48] == _WINREG.bytes_le
        if rpc[2] == _RPC_REQUEST:
            opnum = struct.unpack_from("<H", rpc, 22)[0]
            step = f"winreg {_METHODS.get(opnum, opnum)}" if self._is_winreg else "RPC request to another interface"
        return step if name == "IOCTL" else f"{step}, by SMB2 WRITE"


def _of_datagram(port: int, data: bytes) -> list[str]:
    if port == 53:
        return ["DNS query"]
    return [f"Kerberos {_KERBEROS[data[0]]}"] if port == 88 and data and data[0] in _KERBEROS else []


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    sniffer.bind(("lo", 0))
    print("ready", flush=True)
    steps = Steps()
    while True:
        frame, address = sniffer.recvfrom(1 << 16)
        if address[2] == socket.PACKET_OUTGOING:  # the loopback shows every packet twice
            for step in steps.of(frame):
                print(step, flush=True)


if __name__ == "__main__":
    main()
