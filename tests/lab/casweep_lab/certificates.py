# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, made with openssl: one for every CA of the forest, and the domain controller's own."""

import hashlib
import subprocess
from pathlib import Path

from .errors import LabError

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def ca_certificate(common_name: str, folder: Path, stem: str) -> bytes:
    """A self-signed CA certificate in DER. Its key is deleted: no CA of the lab issues certificates."""
    pem = folder / f"{stem}.pem"
    _openssl(
        "req", "-x509", *_NEW_KEY, "-keyout", "/dev/null", "-out", str(pem), "-days", "3650", "-utf8",
        "-subj", f"/DC=example/DC=corp/CN={_escaped(common_name)}", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip
    return from_pem(pem)


def from_pem(pem: Path) -> bytes:
    """A certificate file's content in DER."""
    return _openssl("x509", "-in", str(pem), "-outform", "DER")


def server_certificate(host: str, folder: Path) -> None:
    """Leaves ca.pem, and the server's key.pem and cert.pem issued by it, in `folder`."""
    _openssl(
        "req", "-x509", *_NEW_KEY, "-keyout", str(folder / "ca-key.pem"), "-out", str(folder / "ca.pem"),
        "-days", "3650", "-subj", "/CN=casweep lab root", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip
    _openssl(
        "req", *_NEW_KEY, "-keyout", str(folder / "key.pem"), "-out", str(folder / "request.pem"),
        "-subj", f"/CN={host}",
    )  # fmt: skip
    extensions = folder / "extensions"
    extensions.write_text(
        f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:false\n"
    )
    _openssl(
        "x509", "-req", "-in", str(folder / "request.pem"), "-CA", str(folder / "ca.pem"),
        "-CAkey", str(folder / "ca-key.pem"), "-CAcreateserial", "-days", "825",
        "-extfile", str(extensions), "-out", str(folder / "cert.pem"),
    )  # fmt: skip
    (folder / "key.pem").chmod(0o600)


def windows_hash(certificate: bytes) -> str:
    """A certificate's SHA-1 as CACertHash spells it: `0f 1e 2d ...`."""
    return hashlib.sha1(certificate).digest().hex(" ")


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\/+" else character for character in text)


def _openssl(*arguments: str) -> bytes:
    done = subprocess.run(["openssl", *arguments], capture_output=True)
    if done.returncode != 0:
        raise LabError(f"openssl {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
