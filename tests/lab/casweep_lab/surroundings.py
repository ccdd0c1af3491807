# SPDX-License-Identifier: GPL-3.0-or-later
"""What the directory holds around the CAs, from surroundings.toml: templates, domains, computers, NTAuthCertificates."""

import tomllib
from pathlib import Path

from . import ldif

FILE = Path(__file__).resolve().parent.parent / "surroundings.toml"


def entries(nt_auth: list[bytes]) -> list[str]:
    """The objects as LDIF; `nt_auth` are the certificates that NTAuthCertificates is to hold."""
    with FILE.open("rb") as file:
        table = tomllib.load(file)
    return [
        ldif.nt_auth_certificates(nt_auth),
        *map(ldif.certificate_template, table["templates"]),
        *(
            ldif.stale_domain(domain["name"], domain["dns_name"], number)
            for number, domain in enumerate(table["stale_domains"], 1000)
        ),
        *map(_computer, table["computers"]),
    ]


def _computer(computer: dict) -> str:
    return ldif.computer_without_host(
        computer["name"],
        operating_system=computer.get("operating_system"),
        version=computer.get("version"),
        logged_on_days_ago=computer.get("logged_on"),
        disabled=computer.get("disabled", False),
    )
