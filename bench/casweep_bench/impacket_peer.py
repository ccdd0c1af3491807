# SPDX-License-Identifier: GPL-3.0-or-later
"""impacket as a peer: reads InterfaceFlags over one connection a CA, from the connection to the value.

`impacket_peer.py TARGETS THREADS DEADLINE_S USER@REALM ntlm PASSWORD_FILE`, or `... kerberos TICKETS`. TARGETS has a
line `HOST<tab>KEY` a CA, KEY below HKEY_LOCAL_MACHINE. Prints `HOST<tab>number|absent|failed`.

`impacket_peer.py tickets CCACHE TICKETS` makes the file TICKETS of a Kerberos cache with the ticket of every host: with
hundreds in it, impacket takes hundreds of megabytes to read one, which is not what is measured.
"""

import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from impacket.dcerpc.v5 import rrp
from impacket.dcerpc.v5.transport import SMBTransport
from impacket.krb5.ccache import CCache
from impacket.smbconnection import SMBConnection

_KEY_QUERY_VALUE = 0x1
_ERROR_FILE_NOT_FOUND = 2


LogOn = Callable[[SMBConnection, str], None]  #: to a host by its name


def with_ntlm(user: str, realm: str, password_file: str) -> LogOn:
    password = Path(password_file).read_text()
    return lambda connection, _: connection.login(user, password, realm.split(".")[0])


def with_kerberos(user: str, realm: str, tickets_file: str) -> LogOn:
    tickets = pickle.loads(Path(tickets_file).read_bytes())
    return lambda connection, host: connection.kerberosLogin(
        user, "", realm, TGS=tickets[f"cifs/{host}@{realm}"], useCache=False
    )


def write_tickets(ccache: str, tickets_file: str) -> None:
    tickets = {}
    for ticket in CCache.loadFile(ccache).credentials:
        name = ticket["server"].prettyPrint().decode()
        tickets[name] = ticket.toTGS(name)
    Path(tickets_file).write_bytes(pickle.dumps(tickets))


def read_flags(host: str, key: str, deadline_s: int, log_on: LogOn) -> str:
    connection = None
    try:
        connection = SMBConnection(host, host, timeout=deadline_s)
        log_on(connection, host)
        rpc = SMBTransport(host, filename=r"\winreg", smb_connection=connection).get_dce_rpc()
        rpc.connect()
        rpc.bind(rrp.MSRPC_UUID_RRP)
        root = rrp.hOpenLocalMachine(rpc)["phKey"]
        opened = rrp.hBaseRegOpenKey(rpc, root, key, samDesired=_KEY_QUERY_VALUE)["phkResult"]
        try:
            return str(rrp.hBaseRegQueryValue(rpc, opened, "InterfaceFlags")[1])
        except rrp.DCERPCSessionError as error:
            return "absent" if error.get_error_code() == _ERROR_FILE_NOT_FOUND else "failed"
    except Exception as error:  # noqa: BLE001  (impacket raises all kinds, and the next CA waits)
        print(f"{host}: {error!r}", file=sys.stderr)
        return "failed"
    finally:
        if connection:
            connection.getSMBServer().close_session()  # the socket alone: no logging off


def main() -> None:
    if sys.argv[1] == "tickets":
        write_tickets(*sys.argv[2:])
        return
    targets, threads, deadline_s, account, method, secret = sys.argv[1:]
    log_on = {"ntlm": with_ntlm, "kerberos": with_kerberos}[method](*account.split("@"), secret)
    hosts_and_keys = [line.split("\t") for line in Path(targets).read_text().splitlines()]

    def one(target: list[str]) -> str:
        return f"{target[0]}\t{read_flags(*target, int(deadline_s), log_on)}"

    if int(threads) == 1:
        print("\n".join(map(one, hosts_and_keys)))
    else:
        with ThreadPoolExecutor(int(threads)) as pool:
            print("\n".join(pool.map(one, hosts_and_keys)))


if __name__ == "__main__":
    main()
