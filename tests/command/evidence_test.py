# SPDX-License-Identifier: GPL-3.0-or-later
"""An evidence bundle is verified by casweep, and by its VERIFY.txt with only coreutils and openssl. Both find later changes."""

import copy
import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from evidence_case import (CAS, CASWEEP, CREDENTIALS, DATA, FAILED, FILE, INSTRUCTIONS, MAKE_HISTORY, PARTIAL, USAGE, Authority,
                           EvidenceTest, checked, guid, run)
from schemas import validator_of


class BundleTest(EvidenceTest):
    def test_it_is_all_there_and_both_accept_it(self):
        bundle = self.folder / "bundle"
        done = self.create(bundle)
        self.assertIn("bundle 1 of this history, evidence of scan 2", done.stdout)
        self.assertEqual(done.stderr, "")
        self.both_accept(bundle)

        manifest = json.loads((bundle / "manifest.json").read_text())
        self.assertEqual(manifest["completeness"]["statement"],
                         "12 CAs discovered = 9 assessed + 3 unknown + 0 not read")
        self.assertEqual(manifest["directory"]["server"], "ldap://dc01.corp.example")
        trusted = manifest["directory"]["nt_auth"]
        self.assertEqual(trusted["certificates"], 1)
        self.assertEqual([one["sha256"] for one in trusted["unlisted"]], [hashlib.sha256(b"\x00\xff").hexdigest()])
        self.assertEqual(manifest["made"]["tool"]["sha256"], hashlib.sha256(Path(CASWEEP).read_bytes()).hexdigest())
        clock = manifest["made"]["clock"]
        self.assertEqual(clock["synchronized"] is None, clock["failure"] is not None)
        self.assertIsNone(manifest["bundle"]["previous_sha256"])
        self.assertEqual(manifest["signer"]["certificate_sha256"], hashlib.sha256(
            subprocess.run(["openssl", "x509", "-in", self.certificate, "-outform", "DER"], capture_output=True,
                           check=True).stdout).hexdigest())
        self.assertTrue(manifest["signer"]["independent"])

        validator = validator_of("ca")
        lines = (bundle / "results.jsonl").read_text().splitlines()
        for line in lines:
            validator.validate(json.loads(line))
        self.assertEqual(len(lines), CAS)
        self.assertEqual(sorted(file.stem for file in (bundle / "raw").iterdir()), [guid(n) for n in range(1, CAS + 1)])
        self.assertEqual((bundle / "VERIFY.txt").read_bytes(), INSTRUCTIONS.read_bytes())

    def test_raw_observations_are_exact(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        raw = {file.stem: json.loads(file.read_text()) for file in (bundle / "raw").iterdir()}
        self.assertEqual(raw[guid(2)]["registry"]["value"],
                         {"name": "InterfaceFlags", "type": 4, "type_name": "REG_DWORD", "data_hex": "41000000"})
        self.assertIs(raw[guid(2)]["registry"]["host_authenticated"], True)
        self.assertEqual(raw[guid(9)]["directory"]["cn"], {"hex": "ffc0afeda080"})
        pem = raw[guid(2)]["directory"]["cACertificate"][1]["pem"]
        self.assertIn("Contoso CA", checked("openssl", "x509", "-noout", "-subject", input=pem, stdin=None))
        self.assertEqual(raw[guid(6)]["registry"]["failure"]["error_symbol"], "ERROR_ACCESS_DENIED")

    def test_what_was_not_read_is_in_it(self):
        bundle = self.folder / "bundle"
        self.create(bundle, "--scan", PARTIAL)
        self.both_accept(bundle)
        manifest = json.loads((bundle / "manifest.json").read_text())
        self.assertEqual((manifest["completeness"]["assessed"], manifest["completeness"]["not_read"]), (1, CAS - 1))
        raw = json.loads((bundle / "raw" / f"{guid(2)}.json").read_text())
        self.assertIsNone(raw["registry"])
        rows = list(csv.DictReader(io.StringIO((bundle / "results.csv").read_text(), newline="")))
        self.assertEqual([row["read"] for row in rows], ["yes"] + ["no"] * (CAS - 1))

    def test_failed_scan_has_its_reason(self):
        bundle = self.folder / "bundle"
        self.create(bundle, "--scan", FAILED)
        self.both_accept(bundle)
        manifest = json.loads((bundle / "manifest.json").read_text())
        self.assertIn("domain controller", manifest["scan"]["failure"])
        self.assertIsNone(manifest["directory"])
        self.assertFalse((bundle / "raw").exists())

    def test_an_archive_is_the_folder(self):
        self.create(self.folder / "bundle.tar")
        done = self.by_tool(self.folder / "bundle.tar")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.both_accept(self.unpacked(self.folder / "bundle.tar"))
        with tarfile.open(self.folder / "bundle.tar") as archive:
            members = archive.getmembers()
        self.assertEqual([member.name for member in members], sorted(member.name for member in members))
        self.assertEqual({(member.mtime, member.uid, member.gid, member.mode, member.isreg()) for member in members},
                         {(0, 0, 0, 0o644, True)})
        self.assertEqual((self.folder / "bundle.tar").stat().st_mode & 0o777, 0o600)

    def test_two_of_one_scan_differ_only_where_they_say(self):
        self.create(self.folder / "one")
        self.restore_history()
        self.create(self.folder / "two")
        content = {name: {str(file.relative_to(self.folder / name)): file.read_bytes()
                          for file in (self.folder / name).rglob("*") if file.is_file()} for name in ("one", "two")}
        self.assertEqual(content["one"].keys(), content["two"].keys())
        self.assertEqual({name for name in content["one"] if content["one"][name] != content["two"][name]},
                         {"manifest.json", "SHA256SUMS", "SHA256SUMS.p7s", "SHA256SUMS.p7s.tsq"})
        one, two = (json.loads(content[name]["manifest.json"]) for name in ("one", "two"))
        self.assertEqual({key for key in one if one[key] != two[key]}, {"made"})

    def test_each_names_the_one_before(self):
        places = [self.folder / name for name in ("one.tar", "two", "three.tar")]
        for place in places:
            self.create(place)
        done = self.by_tool(*places)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads((places[1] / "manifest.json").read_text())["bundle"]["number"], 2)
        mixed_up = self.by_tool(places[1], places[0])
        self.assertEqual(mixed_up.returncode, USAGE, "not in their order")
        self.assertIn("Bundle 1 was made before bundle 2", mixed_up.stderr)
        self.assertEqual(checked(CASWEEP, "db", "check", "--db", self.db).count("agrees"), 1)
        kinds = sqlite3.connect(self.db).execute("SELECT count(*) FROM ledger WHERE kind = 'evidence_bundle'").fetchone()
        self.assertEqual(kinds, (3,))

    def test_an_unsigned_bundle_says_so(self):
        bundle = self.folder / "bundle"
        done = self.casweep("evidence", "create", "--db", self.db, "-o", bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not signed", done.stderr)
        done = self.casweep("evidence", "verify", bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("NONE", done.stdout)
        commands = run("/bin/sh", INSTRUCTIONS, cwd=bundle, env={"PATH": str(self.tools)})
        self.assertEqual(commands.returncode, 0, commands.stderr)
        self.assertIn("NONE", commands.stdout)
        self.both_refuse(bundle, "a bundle that should be signed")

    def test_nothing_is_replaced_and_nothing_is_left_of_what_failed(self):
        target = self.folder / "target"
        target.mkdir()
        (target / "there.tar").write_text("precious")
        (target / "folder").mkdir()
        for place in ("there.tar", "folder", "folder/"):
            done = self.casweep("evidence", "create", "--db", self.db, "-o", f"{target}/{place}")
            self.assertEqual((done.returncode, done.stderr.count("\n")), (FILE, 1), done.stderr)
        done = self.casweep("evidence", "create", "--db", self.db, "-o", target / "new", "--scan", "99")
        self.assertEqual(done.returncode, USAGE, done.stderr)
        done = self.casweep("evidence", "create", "--db", self.db, "-o", "/nonexistent/new.tar")
        self.assertEqual(done.returncode, FILE, done.stderr)
        self.assertEqual(sorted(file.name for file in target.iterdir()), ["folder", "there.tar"])
        self.assertEqual(list((target / "folder").iterdir()), [])
        self.assertEqual(self.casweep("evidence", "create", "--db", self.db).returncode, USAGE)
        self.assertEqual(self.casweep("evidence", "create", "--db", target / "none.db", "-o", target / "x").returncode, FILE)

    def test_a_history_that_does_not_agree_is_no_evidence(self):
        database = sqlite3.connect(self.db)
        database.executescript("DROP TRIGGER reading_is_final; UPDATE reading SET detail = 'All is well.' WHERE id = 2")
        database.close()
        done = self.casweep("evidence", "create", "--db", self.db, "-o", self.folder / "bundle")
        self.assertEqual(done.returncode, FILE)
        self.assertIn("db check", done.stderr)
        self.assertFalse((self.folder / "bundle").exists())


    def test_a_signal_leaves_no_copy_of_the_snapshot(self):
        """Even if timeout(1) sends it twice, to the process and to its group."""
        bundle = self.folder / "bundle"
        self.create(bundle)
        with open(bundle / "snapshot.db", "r+b") as snapshot:
            snapshot.truncate(3 << 30)  # a hole: it takes a while to copy
        temporary = self.folder / "temporary"
        for signal in ("INT", "TERM"):
            temporary.mkdir()
            done = run("timeout", "--preserve-status", "-s", signal, "0.3", CASWEEP, "evidence", "verify", bundle,
                       env={**os.environ, "TMPDIR": str(temporary)})
            self.assertEqual(done.returncode, {"INT": 130, "TERM": 143}[signal], done.stderr)
            self.assertEqual(list(temporary.iterdir()), [])
            temporary.rmdir()

    def test_a_snapshot_without_end_is_refused(self):
        bundle = self.folder / "bundle"
        done = self.casweep("evidence", "create", "--db", self.db, "-o", bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        database = sqlite3.connect(bundle / "snapshot.db")
        database.executescript("""
            ALTER TABLE scan RENAME TO s2;
            CREATE VIEW scan AS
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT s2.* FROM s2, n;""")
        database.close()
        sums = "".join(f"{hashlib.sha256((bundle / line[66:]).read_bytes()).hexdigest()}  {line[66:]}\n"
                       for line in (bundle / "SHA256SUMS").read_text().splitlines())
        (bundle / "SHA256SUMS").write_text(sums)
        for request in bundle.glob("*.tsq"):
            run("openssl", "ts", "-query", "-data", str(bundle / "SHA256SUMS"), "-sha256", "-cert", "-no_nonce", "-out",
                str(request))
        done = self.casweep("evidence", "verify", bundle)
        self.assertEqual(done.returncode, FILE, done.stdout)
        self.assertIn("that casweep did not make", done.stderr)


class SignerTest(EvidenceTest):
    def refused(self, code: int, word: str, certificate: Path, key: Path, *arguments):
        place = self.folder / "refused"
        done = self.casweep("evidence", "create", "--db", self.db, "-o", place, "--sign", certificate, "--key", key,
                            *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(word, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertFalse(place.exists())

    def test_keys_that_are_fit_sign(self):
        for number, key in enumerate((("ec", "-pkeyopt", "ec_paramgen_curve:P-384"), ("rsa:3072",))):
            place = self.folder / f"bundle{number}"
            self.create(place, signer=self.root.issue(f"fit{number}", key))
            self.both_accept(place)

    def test_others_are_refused_in_a_sentence(self):
        self.refused(DATA, "RSA 1024", *self.root.issue("weak", ("rsa:1024",)))
        self.refused(DATA, "ED25519", *self.root.issue("ed", ("ed25519",)))
        self.refused(DATA, "secp521r1", *self.root.issue("p521", ("ec", "-pkeyopt", "ec_paramgen_curve:P-521")))
        self.refused(DATA, "key usage", *self.root.issue("usage", extension="keyUsage=critical,keyEncipherment\n"))
        certificate, key = self.root.issue("ours")
        self.refused(DATA, "does not belong to", certificate, self.key)
        self.refused(DATA, "PEM", key, key)
        no_key = self.folder / "no.key"
        shutil.copy(certificate, no_key)
        no_key.chmod(0o600)
        self.refused(DATA, "PEM", certificate, no_key)
        key.chmod(0o644)
        self.refused(CREDENTIALS, "chmod 600", certificate, key)
        self.refused(FILE, "cannot be read", certificate, self.folder / "none.key")
        done = self.casweep("evidence", "create", "--db", self.db, "-o", self.folder / "x", "--sign", certificate)
        self.assertEqual(done.returncode, USAGE, done.stderr)

    def test_an_encrypted_key_takes_its_passphrase_from_a_file(self):
        certificate, key = self.root.issue("locked")
        locked = self.folder / "locked.key"
        checked("openssl", "pkcs8", "-topk8", "-in", key, "-out", locked, "-passout", "pass:open sesame")
        locked.chmod(0o600)
        password = self.folder / "password"
        password.write_text("open sesame\n")
        password.chmod(0o600)
        place = self.folder / "bundle"
        self.create(place, "--key-password-file", password, signer=(certificate, locked))
        self.both_accept(place)
        password.write_text("open barley\n")
        self.refused(CREDENTIALS, "passphrase is wrong", certificate, locked, "--key-password-file", password)
        # No terminal to ask at: --key-password-file is named.
        self.refused(CREDENTIALS, "--key-password-file", certificate, locked)

    def test_a_chain_goes_along(self):
        between = self.root.issue("between", extension="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        authority = Authority.__new__(Authority)
        authority.folder, authority.certificate, authority.key = self.shared, *between
        certificate, key = authority.issue("below")
        chain = self.folder / "chain.pem"
        chain.write_text(certificate.read_text() + between[0].read_text())
        self.create(self.folder / "bundle", signer=(chain, key))
        self.both_accept(self.folder / "bundle")

    def test_a_signer_below_a_ca_that_does_not_enforce_is_reported(self):
        signer = self.weak.issue("insider")
        place = self.folder / "bundle"
        done = self.create(place, signer=signer)
        self.assertIn("'Contoso CA', whose verdict in this scan is not-enforced", done.stderr)
        manifest = json.loads((place / "manifest.json").read_text())
        self.assertFalse(manifest["signer"]["independent"])
        self.assertEqual(manifest["signer"]["cas_of_this_scan_above"],
                         [{"object_guid": guid(2), "name": "Contoso CA", "verdict": "not-enforced",
                           "found_by": "signature"}])
        done = self.by_tool(place, signer_ca=self.weak.certificate)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("issued below a CA of this scan: Contoso CA (not-enforced)", done.stdout)

    def test_a_signer_whose_issuer_only_has_that_name_is_reported_as_such(self):
        namesake = self.folder / "namesake"
        namesake.mkdir()
        done = self.create(self.folder / "bundle", signer=Authority(namesake, "Contoso CA").issue("renewed"))
        self.assertIn("names as its issuer 'Contoso CA'", done.stderr)

    def test_the_very_certificate_can_be_asked_for(self):
        place = self.folder / "bundle"
        self.create(place)
        self.assertEqual(self.by_tool(place, arguments=("--signer", self.certificate)).returncode, 0)
        insider, _ = self.root.issue("another auditor")
        done = self.by_tool(place, arguments=("--signer", insider))
        self.assertEqual(done.returncode, FILE)
        self.assertIn("a certificate other than", done.stderr)
        self.assertEqual(self.casweep("evidence", "verify", place).returncode, USAGE, "whom to trust is never guessed")


class TimestampTest(EvidenceTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tsa = cls.root.issue("tsa", extension="extendedKeyUsage=critical,timeStamping\nkeyUsage=digitalSignature\n")
        cls.configuration = cls.shared / "tsa.cnf"
        (cls.shared / "serial").write_text("01\n")
        cls.configuration.write_text(f"""[tsa]
default_tsa = here
[here]
serial = {cls.shared}/serial
crypto_device = builtin
signer_cert = {cls.tsa[0]}
certs = {cls.root.certificate}
signer_key = {cls.tsa[1]}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
""")

    def stamped(self, *arguments) -> Path:
        place = self.folder / "bundle"
        self.create(place, *arguments)
        checked("openssl", "ts", "-reply", "-config", self.configuration, "-queryfile", place / "SHA256SUMS.p7s.tsq", "-out",
                place / "SHA256SUMS.p7s.tsr")
        return place

    def test_its_answer_may_be_added_and_both_verify_it(self):
        place = self.stamped()
        for done in (self.by_tool(place, arguments=("--timestamp-ca", self.root.certificate)),
                     self.by_commands(place, self.root.certificate, self.root.certificate)):
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"timestamp +\d{4}-\d\d-\d\dT[\d:.]+Z, valid")
        for done in (self.by_tool(place), self.by_commands(place)):
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("NOT CHECKED", done.stdout)

    def test_its_answer_may_be_added_to_an_archive_by_any_tar(self):
        place = self.stamped()
        self.create(self.folder / "bundle.tar")
        bundle = self.unpacked(self.folder / "bundle.tar", self.folder)
        checked("openssl", "ts", "-reply", "-config", self.configuration, "-queryfile", bundle / "SHA256SUMS.p7s.tsq", "-out",
                bundle / "SHA256SUMS.p7s.tsr")
        checked("tar", "-rf", "bundle.tar", f"{bundle.name}/SHA256SUMS.p7s.tsr", cwd=self.folder)
        done = self.by_tool(self.folder / "bundle.tar", arguments=("--timestamp-ca", self.root.certificate))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(", valid", done.stdout)
        self.assertTrue(place.exists())

    def test_what_is_no_timestamp_is_refused_without_anybody_to_trust(self):
        place = self.stamped()
        answer = place / "SHA256SUMS.p7s.tsr"
        good = answer.read_bytes()
        for what, content in (("garbage", b"garbage"), ("nothing", b""), ("cut", good[:-1]), ("more", good + b"x"),
                              ("its request", (place / "SHA256SUMS.p7s.tsq").read_bytes())):
            answer.write_bytes(content)
            self.assertIn("SHA256SUMS.p7s.tsr", self.both_refuse(place, what))
        answer.write_bytes(good)
        self.both_accept(place)
        self.create(self.folder / "next")
        shutil.copy(answer, self.folder / "next")
        self.both_refuse(self.folder / "next", "of another bundle")

    def test_one_of_another_bundle_or_authority_is_refused(self):
        place = self.stamped()
        self.create(self.folder / "next")
        shutil.copy(place / "SHA256SUMS.p7s.tsr", self.folder / "next")
        for folder, authority in ((self.folder / "next", self.root), (place, self.other_root)):
            tool = self.by_tool(folder, arguments=("--timestamp-ca", authority.certificate))
            self.assertEqual(tool.returncode, FILE, tool.stdout)
            self.assertIn("timestamp", tool.stderr)
            self.assertNotEqual(self.by_commands(folder, self.root.certificate, authority.certificate).returncode, 0)
        (place / "SHA256SUMS.p7s.tsr").unlink()
        tool = self.by_tool(place, arguments=("--timestamp-ca", self.root.certificate))
        self.assertEqual(tool.returncode, FILE, "a timestamp that was taken away")
        self.assertNotEqual(self.by_commands(place, self.root.certificate, self.root.certificate).returncode, 0)

    def test_a_weak_one_is_refused(self):
        """An attacker who breaks SHA-1, or a small key, can choose the time."""
        usage = "extendedKeyUsage=critical,timeStamping\nkeyUsage=digitalSignature\n"
        place = self.folder / "bundle"
        self.create(place)
        for number, (digest, key) in enumerate((("sha1", ("rsa:2048",)), ("md5", ("rsa:2048",)), ("sha256", ("rsa:1024",)),
                                                ("sha256", ("ec", "-pkeyopt", "ec_paramgen_curve:secp224r1")))):
            certificate, private = self.root.issue(f"weak tsa {number}", key, usage)
            configuration = self.folder / "weak.cnf"
            configuration.write_text(self.configuration.read_text().replace(str(self.tsa[0]), str(certificate)).replace(
                str(self.tsa[1]), str(private)).replace("signer_digest = sha256", f"signer_digest = {digest}"))
            checked("openssl", "ts", "-reply", "-config", configuration, "-queryfile", place / "SHA256SUMS.p7s.tsq", "-out",
                    place / "SHA256SUMS.p7s.tsr")
            tool = self.by_tool(place, arguments=("--timestamp-ca", self.root.certificate))
            self.assertEqual(tool.returncode, FILE, f"{digest} {key}: {tool.stdout}")
            self.commands_refuse(self.by_commands(place, self.root.certificate, self.root.certificate), f"{digest} {key}")

    def test_a_changed_one_is_refused(self):
        place = self.stamped()
        file = place / "SHA256SUMS.p7s.tsr"
        good = file.read_bytes()
        token = good.find(bytes.fromhex("060b2a864886f70d0109100104"))  # id-ct-TSTInfo: from there on it is signed
        for position in range(token, len(good), max(1, (len(good) - token) // 24)):
            file.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1:])
            tool = self.by_tool(place, arguments=("--timestamp-ca", self.root.certificate))
            commands = self.by_commands(place, self.root.certificate, self.root.certificate)
            if 0 in (tool.returncode, commands.returncode):
                # An octet of the envelope that means nothing: the token that the authority signed is the same.
                self.assertEqual(self.token_of(file.read_bytes()), self.token_of(good), position)

    def token_of(self, content: bytes) -> str:
        file = self.folder / "token.tsr"
        file.write_bytes(content)
        return checked("openssl", "ts", "-reply", "-in", file, "-text")

    def short_lived_signer(self, seconds: int) -> tuple[Path, Path]:
        """`openssl x509` only counts in days."""
        request, key, certificate = (self.folder / f"short.{ending}" for ending in ("csr", "key", "pem"))
        checked("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=Short", "-keyout", key, "-out", request)
        (self.folder / "index.txt").write_text("")
        configuration = self.folder / "ca.cnf"
        configuration.write_text(f"""[ca]
default_ca = here
[here]
database = {self.folder}/index.txt
new_certs_dir = {self.folder}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = signs
[any]
commonName = supplied
[signs]
keyUsage = critical,digitalSignature
""")
        end = checked("date", "-u", "-d", f"now + {seconds} seconds", "+%y%m%d%H%M%SZ").strip()
        checked("openssl", "ca", "-batch", "-notext", "-config", configuration, "-in", request, "-cert",
                self.root.certificate, "-keyfile", self.root.key, "-enddate", end, "-out", certificate)
        key.chmod(0o600)
        return certificate, key

    def test_a_certificate_that_has_expired_is_good_with_an_older_timestamp(self):
        place = self.folder / "bundle"
        for seconds in (4, 16, 64):  # however slow this machine is
            certificate, key = self.short_lived_signer(seconds)
            begun = time.monotonic()
            done = self.casweep("evidence", "create", "--db", self.db, "-o", place, "--sign", certificate, "--key", key)
            if done.returncode != 0:
                continue
            checked("openssl", "ts", "-reply", "-config", self.configuration, "-queryfile", place / "SHA256SUMS.p7s.tsq",
                    "-out", place / "SHA256SUMS.p7s.tsr")
            if time.monotonic() - begun < seconds - 1:
                break
            shutil.rmtree(place)
        time.sleep(max(0.0, begun + seconds + 1 - time.monotonic()))
        for done in (self.by_tool(place), self.by_commands(place)):
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("expired", done.stderr)
        for done in (self.by_tool(place, arguments=("--timestamp-ca", self.root.certificate)),
                     self.by_commands(place, self.root.certificate, self.root.certificate)):
            self.assertEqual(done.returncode, 0, done.stderr)


class TamperingTest(EvidenceTest):
    """The attacker lacks the key, but can write everything else."""

    def setUp(self):
        super().setUp()
        self.bundle = self.folder / "bundle"
        self.create(self.bundle)

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.bundle, self.folder / name))

    def test_every_changed_byte_is_found(self):
        """All of the small files that hold the rest together, samples of the others: always the same ones."""
        changes = []
        for file in sorted(path for path in self.bundle.rglob("*") if path.is_file()):
            size = file.stat().st_size
            samples = 24 if file.name.startswith("SHA256SUMS") or file.name == "manifest.json" else 3
            step = 1 if size <= 64 else max(1, size // samples)
            changes += [(file.relative_to(self.bundle), position) for position in {*range(0, size, step), size - 1}]
        self.assertGreater(len(changes), 180)

        def found_in(half: int):
            folder = self.copy(f"half{half}")
            for name, position in changes[half::2]:
                file = folder / name
                good = file.read_bytes()
                file.write_bytes(good[:position] + bytes([good[position] ^ 1 << position % 8]) + good[position + 1:])
                self.both_refuse(folder, f"{name} at {position}")
                file.write_bytes(good)
            self.both_accept(folder)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(found_in, half) for half in (0, 1)]:
                done.result()

    def test_every_missing_renamed_or_added_file_is_found(self):
        names = sorted(str(path.relative_to(self.bundle)) for path in self.bundle.rglob("*") if path.is_file())
        for name in [name for name in names if not name.startswith("raw/")] + [f"raw/{guid(2)}.json"]:
            file = self.bundle / name
            file.rename(self.folder / "aside")
            self.assertIn(file.name, self.both_refuse(self.bundle, f"without {name}"))
            (self.folder / "aside").rename(self.bundle / f"{name}.old")
            self.both_refuse(self.bundle, f"{name} renamed")
            (self.bundle / f"{name}.old").rename(file)
        added = ("note.txt", ".hidden", "raw/note.json", "raw/.hidden", "snapshot.db-wal", "SHA256SUMS.tsr", "with blank",
                 "line\nbreak", "SHA256SUMS.p7s.tsr.old")
        for name in added:
            (self.bundle / name).write_text("x")
            self.both_refuse(self.bundle, f"{name!r} added")
            (self.bundle / name).unlink()
        for make in (lambda file: file.mkdir(), lambda file: file.symlink_to("results.csv"),
                     lambda file: os.link(self.bundle / "results.csv", file), os.mkfifo):
            file = self.bundle / "more"
            make(file)
            self.both_refuse(self.bundle, "something added")
            file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
        self.both_accept(self.bundle)

    def test_a_link_in_the_place_of_a_file_is_found(self):
        for name in ("results.csv", "SHA256SUMS", "SHA256SUMS.p7s", "SHA256SUMS.p7s.tsq", "manifest.json", "raw"):
            shutil.move(self.bundle / name, self.folder / "elsewhere")
            (self.bundle / name).symlink_to(self.folder / "elsewhere")
            self.both_refuse(self.bundle, f"{name} is a link")
            (self.bundle / name).unlink()
            shutil.move(self.folder / "elsewhere", self.bundle / name)
        os.remove(self.bundle / "results.csv")
        os.mkfifo(self.bundle / "results.csv")
        self.both_refuse(self.bundle, "a pipe that nobody writes")

    def test_sums_that_were_made_to_fit_are_found(self):
        folder = self.copy("fitted")
        text = (folder / "results.csv").read_text()
        (folder / "results.csv").write_text(text.replace("not-enforced", "enforced", 1))
        self.assertNotEqual((folder / "results.csv").read_text(), text)
        self.new_sums(folder)
        self.both_refuse(folder, "results rewritten, sums too")
        (folder / "SHA256SUMS.p7s.tsq").write_bytes(subprocess.run(
            ["openssl", "ts", "-query", "-data", folder / "SHA256SUMS.p7s", "-sha256", "-no_nonce", "-cert"],
            capture_output=True, check=True).stdout)
        self.assertIn("signature", self.both_refuse(folder, "request too"))

    def test_a_signature_of_another_signer_is_found(self):
        # By an untrusted authority, and by one below the same root that manifest.json does not name.
        for signer, word in ((self.other_root.issue("forger"), "under the trusted root certificates"),
                             (self.root.issue("colleague"), "a certificate other than")):
            folder = self.copy(signer[0].stem)
            self.new_seal(folder, signer=signer)
            self.assertIn(word, self.both_refuse(folder, signer[0].stem))

    def test_a_signature_that_was_taken_away_is_found(self):
        folder = self.copy("unsigned")
        for name in ("SHA256SUMS.p7s", "SHA256SUMS.p7s.tsq"):
            (folder / name).unlink()
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["signer"] = None
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        self.new_sums(folder)
        checked("openssl", "ts", "-query", "-data", folder / "SHA256SUMS", "-sha256", "-no_nonce", "-cert", "-out",
                folder / "SHA256SUMS.tsq")
        self.assertIn("not signed", self.both_refuse(folder, "no signature any more"))

    def rewritten(self) -> Path:
        """A falsified history: completely rewritten, with a bundle of it signed by an unknown signer."""
        forged = self.folder / "forged.db"
        checked(MAKE_HISTORY, forged)
        done = self.casweep("evidence", "create", "--db", forged, "-o", self.folder / "forged")
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.folder / "forged"

    def test_rewritten_history_is_found(self):
        forged, folder = self.rewritten(), self.copy("rewritten")
        for name in ("snapshot.db", "ledger.jsonl"):
            shutil.copy(forged / name, folder / name)
        self.both_refuse(folder, "snapshot and ledger of another history")
        self.new_sums(folder)
        self.both_refuse(folder, "and sums that fit")

    def test_history_rewritten_by_its_owner_is_found_with_an_earlier_bundle(self):
        checked(MAKE_HISTORY, self.folder / "second.db")
        self.db = self.folder / "second.db"
        self.create(self.folder / "before")
        self.create(self.folder / "later")  # signed with the true key, of a false history
        self.assertEqual(self.by_tool(self.folder / "later").returncode, 0, "in itself it agrees")
        done = self.by_tool(self.bundle, self.folder / "later")
        self.assertEqual(done.returncode, FILE)
        self.assertIn("was rewritten", done.stderr)
        head = json.loads((self.bundle / "manifest.json").read_text())["ledger"]["head_sha256"]
        self.assertEqual(self.by_tool(self.folder / "later", arguments=("--head", head)).returncode, FILE)
        self.assertEqual(self.by_tool(self.bundle, arguments=("--head", head)).returncode, 0)

        self.assertEqual(self.by_commands(self.folder / "later").returncode, 0, "in itself it agrees")
        for earlier in (self.bundle, head):
            done = self.by_commands(self.folder / "later", earlier=earlier)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("was rewritten", done.stderr)
        done = self.by_commands(self.folder / "later", earlier=self.folder / "before")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("which is the bundle in EARLIER", done.stdout)
        self.assertEqual(self.by_commands(self.bundle, earlier=head).returncode, 0)
        for nothing in (self.folder / "nowhere", "not a head"):
            self.assertIn("neither", self.by_commands(self.bundle, earlier=nothing).stderr)

    def test_a_truncated_or_repaired_ledger_is_found_even_with_the_key(self):
        """The holder of the key can sign anything; internal contradictions are found nevertheless."""
        lines = (self.bundle / "ledger.jsonl").read_text().splitlines(keepends=True)
        for what, changed in (("cut", lines[:-1]), ("without one", lines[:1] + lines[2:]),
                              ("changed", [lines[0].replace("running", "failed")] + lines[1:]),
                              ("swapped", [lines[1], lines[0]] + lines[2:])):
            folder = self.copy(what)
            (folder / "ledger.jsonl").write_text("".join(changed))
            self.new_seal(folder)
            self.both_refuse(folder, f"ledger {what}")
        folder = self.copy("fewer")
        shutil.rmtree(folder / "raw")
        self.new_seal(folder)
        self.both_refuse(folder, "raw observations left out")
        folder = self.copy("lying")
        text = (folder / "results.csv").read_text()
        (folder / "results.csv").write_text(text.replace("not-enforced", "enforced", 1))
        self.new_seal(folder)
        done = self.by_tool(folder)
        self.assertEqual(done.returncode, FILE)
        self.assertIn("results.csv does not match snapshot.db", done.stderr)


class ArchiveTest(EvidenceTest):
    """An archive is an untrusted file: anything but a plain bundle is refused before it is used."""

    def setUp(self):
        super().setUp()
        self.archive = self.folder / "bundle.tar"
        self.create(self.archive)

    def refused(self, what: str, place: Path) -> str:
        done = self.by_tool(place)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (FILE, "", 1), f"{what}: {done.stderr}")
        return done.stderr

    def repacked(self, change) -> Path:
        place = self.folder / "repacked.tar"
        with tarfile.open(self.archive) as before, tarfile.open(place, "w", format=tarfile.USTAR_FORMAT) as after:
            for member in before.getmembers():
                folder, _, member.name = member.name.partition("/")
                for info, content in list(change(member, before.extractfile(member).read())):
                    info = copy.copy(info)
                    info.name = f"{folder}/{info.name}"
                    info.size = len(content)
                    after.addfile(info, io.BytesIO(content))
        return place

    def test_every_changed_byte_of_its_own_is_found(self):
        good = self.archive.read_bytes()
        size = len(good)
        positions = {*range(0, 512, 7), *range(0, size, size // 64), *range(size - 1024, size, 97), size - 1}
        for position in sorted(positions):
            self.archive.write_bytes(good[:position] + bytes([good[position] ^ 4]) + good[position + 1:])
            self.refused(f"byte {position}", self.archive)
        for cut in (0, 100, 512, size - 1, size - 512, size - 1024):
            self.archive.write_bytes(good[:cut])
            self.refused(f"cut at {cut}", self.archive)
        self.archive.write_bytes(good + b"x")
        self.refused("something behind", self.archive)

    def test_names_that_lead_elsewhere_are_refused(self):
        for name in ("/etc/passwd", "../results.csv", "-", "raw/-x", "raw/../../x", "raw/a/b", ".hidden", "a\nb", "snapshot.db-wal", "x" * 99):
            def renamed(member, content, name=name):
                yield member, content
                if member.name == "results.jsonl":
                    info = tarfile.TarInfo(name)
                    yield info, content
            self.refused(name, self.repacked(renamed))

    def test_links_devices_and_doubles_are_refused(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            def changed(member, content, kind=kind):
                if member.name == "results.csv":
                    member.type, member.linkname = kind, "/etc/passwd"
                    content = b""
                yield member, content
            self.refused(f"type {kind!r}", self.repacked(changed))

        def doubled(member, content):
            yield member, content
            if member.name == "results.csv":
                yield member, content
        self.assertIn("duplicated", self.refused("a double", self.repacked(doubled)))

        def dated(member, content):
            member.mtime = 1
            yield member, content
        self.assertIn("unpack it", self.refused("another program's", self.repacked(dated)))

    def test_another_kind_of_archive_is_not_made_into_a_folder(self):
        for name in ("e.zip", "e.tar.gz", "e.tgz", "E.TAR"):
            done = self.casweep("evidence", "create", "--db", self.db, "-o", self.folder / name)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn("FILE.tar", done.stderr)
            self.assertFalse((self.folder / name).exists())

    def test_what_is_no_archive_is_refused(self):
        for content in (b"", b"x" * 10240, bytes(10240), bytes(1024)):
            self.archive.write_bytes(content)
            self.refused("no archive", self.archive)
        self.assertEqual(self.by_tool(self.folder / "none.tar").returncode, FILE)
        self.assertEqual(self.by_tool("/dev/null").returncode, FILE)


if __name__ == "__main__":
    unittest.main()
