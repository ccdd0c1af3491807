# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared code for the tests of evidence bundles: a history, authorities, and the two verifications."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/forest/export_history"))
INSTRUCTIONS = ROOT / "evidence/VERIFY.txt"

USAGE, DATA, FILE, CREDENTIALS = 64, 65, 74, 77
CAS = 12
PARTIAL, FAILED = 3, 4


def guid(number: int) -> str:
    return f"8b1e0c52-0000-4000-8000-{number:012x}"


def run(*command, **options) -> subprocess.CompletedProcess:
    options = {"capture_output": True, "text": True, "timeout": 120, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([str(word) for word in command], **options)


def checked(*command, **options) -> str:
    done = run(*command, **options)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


class Authority:
    """A certification authority made with openssl, for a test."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.name = folder, name
        self.certificate, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        checked("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,digitalSignature", "-keyout", self.key,
                "-out", self.certificate)

    def issue(self, name: str, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), extension="", days="10",
              digest=()) -> tuple[Path, Path]:
        certificate, private, request = (self.folder / f"{name}.{ending}" for ending in ("pem", "key", "csr"))
        checked("openssl", "req", "-new", "-newkey", *key, "-nodes", "-subj", f"/CN={name}", "-keyout", private,
                "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(extension or "keyUsage=critical,digitalSignature\n")
        checked("openssl", "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", days, *digest, "-extfile", extensions, "-out", certificate)
        private.chmod(0o600)
        return certificate, private


def coreutils_alone(folder: Path) -> Path:
    """A PATH with only coreutils and openssl."""
    folder.mkdir()
    for line in checked("dpkg-query", "--listfiles", "coreutils").splitlines():
        program = Path(line)
        if program.parent.name == "bin" and program.is_file():
            (folder / program.name).symlink_to(program)
    (folder / "openssl").symlink_to(shutil.which("openssl"))
    return folder


class EvidenceTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-evidence-")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = Path(folder.name)
        cls.root = Authority(cls.shared, "Root of Audit")
        cls.other_root = Authority(cls.shared, "Another Root")
        cls.certificate, cls.key = cls.root.issue("auditor")
        cls.tools = coreutils_alone(cls.shared / "tools")
        cls.weak = Authority(cls.shared, "Contoso CA")
        der = cls.shared / "weak.der"
        checked("openssl", "x509", "-in", cls.weak.certificate, "-outform", "DER", "-out", der)
        cls.original = cls.shared / "history.db"
        checked(MAKE_HISTORY, cls.original, der)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-evidence-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"
        self.restore_history()

    def restore_history(self):
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.db}{ending}").unlink(missing_ok=True)
            if os.path.exists(f"{self.original}{ending}"):
                shutil.copy(f"{self.original}{ending}", f"{self.db}{ending}")

    def casweep(self, *arguments) -> subprocess.CompletedProcess:
        return run(CASWEEP, *arguments, env={"HOME": str(self.folder)}, start_new_session=True)  # without a terminal

    def create(self, place, *arguments, signer=None) -> subprocess.CompletedProcess:
        certificate, key = signer or (self.certificate, self.key)
        done = self.casweep("evidence", "create", "--db", self.db, "-o", place, "--sign", certificate, "--key", key,
                            *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def by_tool(self, *places, signer_ca=None, arguments=()) -> subprocess.CompletedProcess:
        return self.casweep("evidence", "verify", *places, "--signer-ca", signer_ca or self.root.certificate, *arguments)

    def by_commands(self, folder: Path, *certificates, earlier: Path | str = "",
                    shell: tuple = ("/bin/sh",)) -> subprocess.CompletedProcess:
        return run(*shell, INSTRUCTIONS, *(certificates or (self.root.certificate,)), cwd=folder,
                   env={"PATH": str(self.tools), **({"EARLIER": str(earlier)} if earlier else {})})

    def both_accept(self, folder: Path, signer_ca: Path | None = None) -> tuple[str, str]:
        """The results of both verifications."""
        root = signer_ca or self.root.certificate
        tool, commands = self.by_tool(folder, signer_ca=root), self.by_commands(folder, root)
        self.assertEqual(tool.returncode, 0, tool.stderr)
        self.assertIn("is unmodified", tool.stdout)
        self.assertEqual((commands.returncode, commands.stdout.splitlines()[-1:]), (0, ["OK"]), commands.stderr)
        return tool.stdout, commands.stdout

    def both_refuse(self, folder: Path, what: str, signer_ca: Path | None = None) -> str:
        root = signer_ca or self.root.certificate
        tool, commands = self.by_tool(folder, signer_ca=root), self.by_commands(folder, root)
        self.assertEqual(tool.returncode, FILE, f"{what}: {tool.stdout}")
        self.assertEqual((tool.stdout, tool.stderr.count("\n")), ("", 1), what)
        self.commands_refuse(commands, what)
        return tool.stderr

    def commands_refuse(self, commands: subprocess.CompletedProcess, what: str):
        self.assertEqual(commands.returncode, 1, f"{what}: {commands.stdout}")
        self.assertIn("WRONG: ", commands.stderr, what)
        self.assertNotIn("OK", commands.stdout.splitlines(), what)

    def unpacked(self, archive: Path, place: Path | None = None) -> Path:
        """The only folder in the archive."""
        place = place or self.folder / f"{archive.stem}-unpacked"
        place.mkdir(exist_ok=True)
        before = set(place.iterdir())
        checked("tar", "-xf", archive, "-C", place)
        (made,) = set(place.iterdir()) - before
        return made

    def new_seal(self, folder: Path, *arguments, signer=None):
        """What the signer can do: make SHA256SUMS, the signature and the request match the changes."""
        certificate, key = signer or (self.certificate, self.key)
        self.new_sums(folder)
        checked("openssl", "cms", "-sign", "-binary", "-cades", *(arguments or ("-md", "sha256")), "-outform", "DER", "-in",
                folder / "SHA256SUMS", "-signer", certificate, "-inkey", key, "-out", folder / "SHA256SUMS.p7s")
        self.request_again(folder)

    def request_again(self, folder: Path, seal: str = "SHA256SUMS.p7s"):
        checked("openssl", "ts", "-query", "-data", folder / seal, "-sha256", "-no_nonce", "-cert", "-out",
                folder / f"{seal}.tsq")

    def rewrite(self, file: Path, *changes: tuple[str, str]):
        text = file.read_bytes().decode()
        for before, after in changes:
            self.assertIn(before, text, file.name)
            text = text.replace(before, after)
        file.write_bytes(text.encode())

    def new_sums(self, folder: Path):
        """What an attacker without the key can do: make SHA256SUMS and the request match the changes."""
        names = sorted(str(file.relative_to(folder)) for file in folder.rglob("*")
                       if file.is_file() and not file.name.startswith("SHA256SUMS"))
        (folder / "SHA256SUMS").write_text("".join(
            f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names))
