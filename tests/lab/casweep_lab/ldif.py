# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory's objects as LDIF for Samba's local ldb tools: accounts, enrollment services, DNS records."""

import base64
import struct
import time

DOMAIN_DN = "DC=corp,DC=example"
CONFIGURATION_DN = f"CN=Configuration,{DOMAIN_DN}"
PUBLIC_KEY_SERVICES_DN = f"CN=Public Key Services,CN=Services,{CONFIGURATION_DN}"
ENROLLMENT_SERVICES_DN = f"CN=Enrollment Services,{PUBLIC_KEY_SERVICES_DN}"
ZONE_DN = f"DC=corp.example,CN=MicrosoftDNS,DC=DomainDnsZones,{DOMAIN_DN}"
MSDCS_ZONE_DN = f"DC=_msdcs.corp.example,CN=MicrosoftDNS,DC=ForestDnsZones,{DOMAIN_DN}"

REVERSE_ZONE_DN = f"DC=0.20.10.in-addr.arpa,CN=MicrosoftDNS,DC=DomainDnsZones,{DOMAIN_DN}"

_NEVER_EXPIRES = 0x10000
_NORMAL_ACCOUNT = 0x200
_WORKSTATION_TRUST = 0x1000
_DISABLED = 0x2

_OTHER_DOMAIN_SIDS = "S-1-5-21-2004336348-2177238915"
_DOMAIN_OF_THE_FOREST = 0x3  # FLAG_CR_NTDS_NC | FLAG_CR_NTDS_DOMAIN, [MS-ADTS] 6.1.1.2.1.1


def entry(dn: str, attributes: list[tuple[str, str | bytes]]) -> str:
    """One object to add."""
    return "\n".join([_line("dn", dn), "changetype: add", *(_line(*attribute) for attribute in attributes)]) + "\n\n"


def modification(dn: str, operation: str, attribute: str, values: list[str | bytes]) -> str:
    """One attribute to `add`, `delete` or `replace`."""
    lines = [_line("dn", dn), "changetype: modify", f"{operation}: {attribute}"]
    return "\n".join([*lines, *(_line(attribute, value) for value in values), "-"]) + "\n\n"


def user(name: str, password: str) -> str:
    """An ordinary domain user whose password never expires."""
    return entry(
        f"CN={name},CN=Users,{DOMAIN_DN}",
        [
            ("objectClass", "user"),
            ("sAMAccountName", name),
            ("userPrincipalName", f"{name}@corp.example"),
            ("userAccountControl", str(_NORMAL_ACCOUNT | _NEVER_EXPIRES)),
            ("clearTextPassword", password.encode("utf-16-le")),
        ],
    )


def password_never_expires(name: str) -> str:
    return modification(
        f"CN={name},CN=Users,{DOMAIN_DN}", "replace", "userAccountControl", [str(_NORMAL_ACCOUNT | _NEVER_EXPIRES)]
    )


def computer(host: str, password: str) -> str:
    """The account of a domain member, with the names a ticket may be asked for."""
    fqdn = f"{host}.corp.example"
    return entry(
        f"CN={host.upper()},CN=Computers,{DOMAIN_DN}",
        [
            ("objectClass", "computer"),
            ("sAMAccountName", f"{host.upper()}$"),
            ("dNSHostName", fqdn),
            ("operatingSystem", "Windows Server 2022 Standard"),
            ("userAccountControl", str(_WORKSTATION_TRUST)),
            ("msDS-SupportedEncryptionTypes", "28"),
            *(("servicePrincipalName", f"HOST/{name}") for name in (host.upper(), fqdn)),
            ("clearTextPassword", password.encode("utf-16-le")),
        ],
    )


def computer_without_host(
    name: str, *, operating_system: str | None, version: str | None, logged_on_days_ago: int | None, disabled: bool
) -> str:
    """A computer account that only the directory knows."""
    attributes = [
        ("objectClass", "computer"),
        ("sAMAccountName", f"{name}$"),
        ("dNSHostName", f"{name.lower()}.corp.example"),
        ("userAccountControl", str(_WORKSTATION_TRUST | (_DISABLED if disabled else 0))),
    ]
    if operating_system is not None:
        attributes.append(("operatingSystem", operating_system))
    if version is not None:
        attributes.append(("operatingSystemVersion", version))
    if logged_on_days_ago is not None:
        attributes.append(("lastLogonTimestamp", str(_filetime(time.time() - logged_on_days_ago * 86_400))))
    return entry(f"CN={name},CN=Computers,{DOMAIN_DN}", attributes)


def stale_domain(name: str, dns_name: str, number: int) -> str:
    """A domain of the forest without a domain controller. Samba follows nCName to an object with a SID, or gives no tickets: one
    in the domain's own partition stands for the head of a partition that is gone."""
    head = ",".join(f"DC={label}" for label in dns_name.split("."))
    return entry(head, [("objectClass", "domainDNS"), ("objectSid", f"{_OTHER_DOMAIN_SIDS}-{number}")]) + entry(
        f"CN={name},CN=Partitions,{CONFIGURATION_DN}",
        [
            ("objectClass", "crossRef"),
            ("nCName", head),
            ("dnsRoot", dns_name),
            ("nETBIOSName", name),
            ("systemFlags", str(_DOMAIN_OF_THE_FOREST)),
        ],
    )


def certificate_template(cn: str) -> str:
    return entry(
        f"CN={cn},CN=Certificate Templates,{PUBLIC_KEY_SERVICES_DN}",
        [("objectClass", "pKICertificateTemplate"), ("displayName", f"{cn} (lab)"), ("flags", "0")],
    )


def nt_auth_certificates(certificates: list[bytes]) -> str:
    """The object that names the CAs whose certificates domain controllers take for a logon."""
    return entry(
        f"CN=NTAuthCertificates,{PUBLIC_KEY_SERVICES_DN}",
        [
            ("objectClass", "certificationAuthority"),
            ("authorityRevocationList", b"\0"),
            ("certificateRevocationList", b"\0"),
            *(("cACertificate", certificate) for certificate in certificates),
        ],
    )


def controller_names(host: str) -> str:
    """The service names under which clients ask for the controller's tickets; provisioning gives it HOST/ alone."""
    fqdn = f"{host}.corp.example"
    ldap = [f"ldap/{name}" for name in (host.upper(), fqdn, f"{fqdn}/corp.example", f"{fqdn}/CORP")]
    names = [*ldap, f"GC/{fqdn}/corp.example"]
    return modification(f"CN={host.upper()},OU=Domain Controllers,{DOMAIN_DN}", "add", "servicePrincipalName", names)


def enrollment_service(case, certificate: bytes) -> str:
    """The pKIEnrollmentService object of a case."""
    attributes = [
        ("objectClass", "pKIEnrollmentService"),
        ("displayName", case.display_name),
        ("cACertificate", certificate),
        ("cACertificateDN", f"CN={_escaped(case.display_name)},DC=corp,DC=example"),
        ("flags", "10"),
        *(("certificateTemplates", template) for template in case.templates),
        *(("msPKI-Enrollment-Servers", server) for server in case.enrollment_servers),
    ]
    if case.dns_host_name:
        attributes.append(("dNSHostName", case.dns_host_name))
    return entry(enrollment_service_dn(case.cn), attributes)


def enrollment_service_dn(cn: str) -> str:
    return f"CN={_escaped(cn)},{ENROLLMENT_SERVICES_DN}"


def address_record(host: str, address: str) -> str:
    """The A record of a host in the domain's zone."""
    return entry(f"DC={host},{ZONE_DN}", [("objectClass", "dnsNode"), ("dnsRecord", address_value(address))])


def address_value(address: str) -> bytes:
    """The dnsRecord value of an A record."""
    return dns_record(1, bytes(int(octet) for octet in address.split(".")))


def alias_record(alias: str, host: str) -> str:
    """A CNAME record in the domain's zone."""
    record = dns_record(5, dns_name(f"{host}.corp.example"))
    return entry(f"DC={alias},{ZONE_DN}", [("objectClass", "dnsNode"), ("dnsRecord", record)])


def reverse_zone() -> str:
    """The zone in which the lab's addresses have names."""
    server = dns_name("dc1.corp.example")
    # SOA: serial, refresh, retry, expire and minimum, then the primary server and whom to write to.
    start = dns_record(6, struct.pack(">5I", 1, 900, 600, 86400, 3600) + server + dns_name("hostmaster.corp.example"))
    return entry(REVERSE_ZONE_DN, [("objectClass", "dnsZone")]) + entry(
        f"DC=@,{REVERSE_ZONE_DN}", [("objectClass", "dnsNode"), ("dnsRecord", start), ("dnsRecord", dns_record(2, server))]
    )


def pointer_record(address: str, host: str) -> str:
    """The PTR record of an address in the lab's network, 10.20.0.0/24."""
    node = address.rpartition(".")[2]
    record = dns_record(12, dns_name(host))
    return entry(f"DC={node},{REVERSE_ZONE_DN}", [("objectClass", "dnsNode"), ("dnsRecord", record)])


def service_record(host: str, port: int, weight: int = 100) -> bytes:
    """The dnsRecord value of an SRV record that names `host` in the domain as a server on `port`."""
    return dns_record(33, struct.pack(">HHH", 0, weight, port) + dns_name(f"{host}.corp.example"))


def dns_name(text: str) -> bytes:
    """A name inside a stored record ([MS-DNSP] 2.2.2.2.2)."""
    labels = [label.encode() for label in text.split(".")]
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return bytes([len(name), len(labels)]) + name


def dns_record(kind: int, data: bytes) -> bytes:
    """A DNS record as the directory stores it ([MS-DNSP] 2.3.2.2): version 5, rank zone, TTL 900 s."""
    return struct.pack("<HHBBHI", len(data), kind, 5, 0xF0, 0, 1) + struct.pack(">I", 900) + bytes(8) + data


def _filetime(unix_time: float) -> int:
    """A FILETIME ([MS-DTYP] 2.3.3)."""
    return int((unix_time + 11_644_473_600) * 10_000_000)


def _line(name: str, value: str | bytes) -> str:
    """`name: value`, or base64 when the value is not plain printable ASCII."""
    raw = value.encode() if isinstance(value, str) else value
    plain = raw.isascii() and raw.decode("ascii").isprintable() and not raw.startswith((b" ", b":", b"<"))
    return f"{name}: {raw.decode()}" if plain else f"{name}:: {base64.b64encode(raw).decode()}"


def _escaped(text: str) -> str:
    """An attribute value inside a DN (RFC 4514)."""

    def one(character: str) -> str:
        if character in '\\,+"<>;=':
            return f"\\{character}"
        return f"\\{ord(character):02x}" if ord(character) < 0x20 else character

    escaped = "".join(map(one, text))
    return f"\\{escaped}" if escaped.startswith(("#", " ")) else escaped
