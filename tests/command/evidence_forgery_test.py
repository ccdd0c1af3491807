# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence bundles changed by an attacker, a desktop or a lying signer: casweep and VERIFY.txt agree on the result."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
import unittest
from pathlib import Path

from evidence_case import CASWEEP, DATA, FILE, INSTRUCTIONS, PARTIAL, Authority, EvidenceTest, checked, guid, run


class SaysWhatItIsTest(EvidenceTest):
    """VERIFY.txt prints the forest and the times before its verdict."""

    def test_forest_times_and_counts_come_first(self):
        self.create(self.folder / "bundle")
        manifest = json.loads((self.folder / "bundle/manifest.json").read_text())
        lines = self.by_commands(self.folder / "bundle").stdout.splitlines()
        self.assertRegex(lines[0], r"^forest +corp\.example")
        self.assertIn(manifest["scan"]["started_at"], lines[1])
        self.assertIn("complete", lines[1])
        self.assertIn(manifest["made"]["at"], lines[2])
        self.assertIn("12 discovered: 3 enforced, 5 not enforced, 1 not exposed, 3 unknown, 0 not read", lines[3])
        self.assertIn("confirmed if the last line is OK", lines[4])
        tool = self.by_tool(self.folder / "bundle").stdout
        for text in (manifest["scan"]["started_at"], manifest["made"]["at"],
                     "3 enforced, 5 not enforced, 1 not exposed, 3 unknown"):
            self.assertIn(text, tool)

    def test_a_scan_that_is_not_complete_says_so(self):
        self.create(self.folder / "bundle", "--scan", PARTIAL)
        self.assertIn("does not cover the whole forest", self.by_commands(self.folder / "bundle").stdout)

    def test_nothing_is_said_of_a_manifest_that_was_changed(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        self.rewrite(bundle / "manifest.json", ("corp.example", "evil.example"))
        done = self.by_commands(bundle)
        self.commands_refuse(done, "changed manifest")
        self.assertNotIn("evil.example", done.stdout)

    def test_a_claim_is_followed_by_what_is_wrong_with_it(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        done = self.by_commands(bundle, self.other_root.certificate)
        self.commands_refuse(done, "a root that did not issue the signer")
        self.assertIn("forest ", done.stdout)

    def test_no_text_of_the_bundle_reaches_the_terminal_as_it_is(self):
        bundle = self.folder / "bundle"
        done = self.casweep("evidence", "create", "--db", self.db, "-o", bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        for forest in ("\\\\033[31mred\\\\c", "a\x7fb\u009b31m\u202eb", "\\u001b[31m", "%s%n"):
            text = (bundle / "manifest.json").read_text()
            line = next(line for line in text.splitlines() if line.startswith('    "forest": '))
            (bundle / "manifest.json").write_text(text.replace(line, f'    "forest": "{forest}",'))
            self.new_sums(bundle)
            self.request_again(bundle, "SHA256SUMS")
            for shell in (("/bin/sh",), ("/bin/bash",)):
                done = run(*shell, INSTRUCTIONS, cwd=bundle, env={"PATH": str(self.tools)}, text=False)
                self.assertTrue(done.stdout.startswith(b"forest "), done.stderr)
                self.assertFalse([byte for byte in done.stdout + done.stderr if byte != 10 and not 32 <= byte < 127], forest)


class FolderTest(EvidenceTest):
    """An archive unpacks into its own folder, and files left by a desktop are not tampering."""

    def test_an_archive_can_be_verified_where_it_was_unpacked(self):
        downloads = self.folder / "Downloads"
        downloads.mkdir()
        self.create(downloads / "b1.tar")
        bundle = self.unpacked(downloads / "b1.tar", downloads)
        self.assertEqual(bundle.name, "casweep-evidence-corp.example__-scan-2-bundle-1")
        self.both_accept(bundle)
        done = run("/bin/sh", "-c", f"sh VERIFY.txt '{self.root.certificate}' >verify.log 2>&1", cwd=bundle,
                   env={"PATH": f"{self.tools}:/bin"})
        self.assertEqual(done.returncode, 0, (bundle / "verify.log").read_text())
        self.both_accept(bundle)

    def test_archives_of_one_history_unpack_beside_each_other_and_go_on_from_each_other(self):
        for number in (1, 2):
            self.create(self.folder / f"b{number}.tar")
        one, two = (self.unpacked(self.folder / f"b{number}.tar", self.folder) for number in (1, 2))
        self.assertNotEqual(one, two)
        for earlier in (one, f"../{one.name}"):
            done = self.by_commands(two, earlier=earlier)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("which is the bundle in EARLIER", done.stdout)
        for places in ((one, two), (self.folder / "b1.tar", two), (one, self.folder / "b2.tar")):
            self.assertEqual(self.by_tool(*places).returncode, 0)

    def test_an_archive_of_the_former_layout_or_another_folder(self):
        archive = self.folder / "b.tar"
        self.create(archive)

        def repacked(name: str, path) -> Path:
            place = self.folder / name
            with tarfile.open(archive) as before, tarfile.open(place, "w", format=tarfile.USTAR_FORMAT) as after:
                for member in before.getmembers():
                    content = before.extractfile(member)
                    member.name = path(*member.name.split("/", 1))
                    after.addfile(member, content)
            return place

        self.assertEqual(self.by_tool(repacked("former.tar", lambda folder, name: name)).returncode, 0)
        newer = repacked("newer.tar", lambda folder, name: f"{folder[:-1]}2/{name}")
        self.assertIn("not the folder name of this bundle", self.by_tool(newer).stderr)
        for path in (lambda folder, name: f"../{folder}/{name}", lambda folder, name: f"-{folder}/{name}",
                     lambda folder, name: f"/{folder}/{name}", lambda folder, name: f"./{folder}/{name}",
                     lambda folder, name: f".{folder}/{name}", lambda folder, name: f"{folder}/{folder}/{name}",
                     lambda folder, name: name if name == "results.csv" else f"{folder}/{name}"):
            self.assertEqual(self.by_tool(repacked("other.tar", path)).returncode, FILE)

    def test_what_a_system_or_a_reader_leaves_is_a_note(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        names = ("verify.log", ".DS_Store", "raw/.DS_Store", "._manifest.json", f"raw/._{guid(2)}.json", "Thumbs.db",
                 "desktop.ini", "._.DS_Store")
        for name in names:
            (bundle / name).write_text("x")
        for said in self.both_accept(bundle):
            for name in names:
                self.assertRegex(said, rf"note +{name.replace('.', '[.]')} is not part of the bundle")
        (bundle / "note.txt").write_text("x")
        self.assertIn("note.txt", self.both_refuse(bundle, "added beside notes"))
        self.assertIn("note.txt", self.by_commands(bundle).stderr)

    def test_only_plain_files_of_exactly_those_names_are_excused(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        for name in ("verify.log", ".DS_Store", "._results.csv", "Thumbs.db", "desktop.ini"):
            file = bundle / name
            for make in (lambda file: file.mkdir(), lambda file: file.symlink_to("results.csv"), os.mkfifo):
                make(file)
                self.assertIn(name, self.both_refuse(bundle, f"{name} is not a regular file"))
                self.assertIn(name, self.by_commands(bundle).stderr)
                file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
        for name in ("verify.log.txt", "Verify.log", ".ds_store", "._", "._.", "._..", "._a..b", "._-", "._a b", "._\x1b[31m",
                     "._a\nxx._b", ".DS_Store ", "thumbs.db", "xdesktop.ini", "raw/note"):
            (bundle / name).write_text("x")
            self.both_refuse(bundle, repr(name))
            self.assertNotIn("\x1b", self.by_commands(bundle).stderr)
            (bundle / name).unlink()
        (bundle / "more").mkdir()
        (bundle / "more/.DS_Store").write_text("x")
        self.both_refuse(bundle, "a folder that holds nothing else")

    def test_a_note_that_sums_name_is_wrong(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        for name in ("verify.log", "Thumbs.db"):
            (bundle / name).write_text("x")
            self.new_seal(bundle)
            self.both_refuse(bundle, name)
            (bundle / name).unlink()


class ChecksumLinesTest(EvidenceTest):
    """A line of SHA256SUMS is 64 digits, two spaces and a name, and every name is that of a file of the bundle."""

    def test_any_other_line_is_refused(self):
        bundle = self.folder / "bundle"
        done = self.casweep("evidence", "create", "--db", self.db, "-o", bundle)
        self.assertEqual(done.returncode, 0, done.stderr)
        good = (bundle / "SHA256SUMS").read_bytes()
        sums = dict(reversed(line.split(b"  ")) for line in good.splitlines())
        nothing = hashlib.sha256(b"").hexdigest().encode()
        csv_line = sums[b"results.csv"] + b"  results.csv\n"
        for name in ("-", "-c", "raw/-", "a b"):
            (bundle / name).write_text("anything")
            digest = nothing if name == "-" else hashlib.sha256(b"anything").hexdigest().encode()
            lines = sorted(good.splitlines(keepends=True) + [digest + b"  " + name.encode() + b"\n"], key=lambda line: line[66:])
            self.refused(bundle, b"".join(lines), name)
            (bundle / name).unlink()
        for what, line in (("binary", csv_line.replace(b"  ", b" *")), ("one space", csv_line.replace(b"  ", b" ")),
                           ("three spaces", csv_line.replace(b"  ", b"   ")), ("tab", csv_line.replace(b"  ", b"\t")),
                           ("upper case", csv_line.upper().replace(b"RESULTS.CSV", b"results.csv")),
                           ("escaped", b"\\" + csv_line), ("CRLF", csv_line.replace(b"\n", b"\r\n")),
                           ("leading space", b" " + csv_line), ("trailing space", csv_line.replace(b"\n", b" \n")),
                           ("BSD", b"SHA256 (results.csv) = " + sums[b"results.csv"] + b"\n"),
                           ("dot", csv_line.replace(b"  ", b"  ./")), ("up", csv_line.replace(b"  ", b"  raw/../")),
                           ("absolute", csv_line.replace(b"  ", f"  {bundle}/".encode())), ("twice", csv_line * 2),
                           ("NUL", csv_line.replace(b"results", b"res\0ults")), ("comment", b"# x\n" + csv_line),
                           ("empty line", b"\n" + csv_line), ("short", csv_line[1:]), ("long", b"0" + csv_line),
                           ("SHA-1", hashlib.sha1((bundle / "results.csv").read_bytes()).hexdigest().encode() + csv_line[64:]),
                           ("missing", b"")):
            self.refused(bundle, good.replace(csv_line, line), what)
        self.refused(bundle, good[:-1], "no newline at the end")
        self.refused(bundle, good + b"\0", "NUL at the end")
        self.refused(bundle, b"".join(reversed(good.splitlines(keepends=True))), "order")

    def refused(self, bundle: Path, sums: bytes, what: str):
        (bundle / "SHA256SUMS").write_bytes(sums)
        self.request_again(bundle, "SHA256SUMS")
        self.assertEqual(self.casweep("evidence", "verify", bundle).returncode, FILE, what)
        self.commands_refuse(run("/bin/sh", INSTRUCTIONS, cwd=bundle, env={"PATH": str(self.tools)}), what)


class LyingSignerTest(EvidenceTest):
    """The holder of the key can sign anything, and name any version of casweep as its maker."""

    OTHER_VERSION = ('"name": "casweep",\n      "version": "0.1.0"', '"name": "casweep",\n      "version": "9.9.9"')

    def setUp(self):
        super().setUp()
        self.bundle = self.folder / "bundle"
        self.create(self.bundle)

    def lying(self, *changes: tuple, version=True) -> Path:
        folder = self.folder / "lying"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.bundle, folder)
        if version:
            self.rewrite(folder / "manifest.json", self.OTHER_VERSION)
        for name, *replacements in changes:
            self.rewrite(folder / name, *replacements)
        self.new_seal(folder)
        return folder

    def test_verdicts_that_another_version_is_said_to_have_written_are_found(self):
        enforced = (("not-enforced", "enforced"), ("flag-clear", "flag-set"))
        pages = (("results.jsonl", *enforced), ("results.csv", *enforced), ("report.html", *enforced),
                 ("results.ocsf.jsonl", ('"status_id":3,"status":"Fail"', '"status_id":1,"status":"Pass"'), enforced[1]))
        for version in (True, False):
            self.both_refuse(self.lying(*pages, version=version), "all of them")
            for page in pages:
                if page[0] != "report.html" or not version:
                    self.assertIn(page[0], self.both_refuse(self.lying(page, version=version), page[0]))

    def test_a_page_that_cannot_be_compared_is_not_called_unmodified(self):
        folder = self.lying(("report.html", ("not enforced", "all is well")))
        done = self.by_tool(folder)
        self.assertEqual(done.returncode, DATA)
        self.assertNotIn("is unmodified", done.stdout)
        self.assertIn("NOT COMPARED", done.stdout)
        self.assertIn("report.html", done.stderr)
        self.assertIn("Verify it with casweep 9.9.9", done.stderr)
        self.assertIn("NOT COMPARED", self.by_commands(folder).stdout)
        # What VERIFY.txt can see of it.
        for change in ((f'id="ca-{guid(2)}" data-verdict="not-enforced"', f'id="ca-{guid(2)}" data-verdict="enforced"'),
                       (f'<tbody id="ca-{guid(2)}"', f'<tbody id="ca-{guid(99)}"'),
                       ('<span class="verdict not-enforced">', '<span class="verdict enforced">'),
                       ('<li>5 <span class="verdict not-enforced">', '<li>0 <span class="verdict not-enforced">')):
            folder = self.lying(("report.html", change))
            self.assertEqual(self.by_tool(folder).returncode, DATA)
            self.commands_refuse(self.by_commands(folder), change[0])
            self.assertEqual(self.by_tool(self.lying(("report.html", change), version=False)).returncode, FILE)

    def test_words_of_another_version_are_no_lie_and_no_proof(self):
        for name, change in (("results.jsonl", ("recreate it as a REG_DWORD", "write it again as a REG_DWORD")), ("VERIFY.txt", ("# 8.", "# eight"))):
            done = self.by_tool(self.lying((name, change)))
            self.assertEqual(done.returncode, DATA, done.stderr)
            self.assertIn(name, done.stderr)
        done = self.by_tool(self.bundle, self.lying(("results.jsonl", ("recreate it as a REG_DWORD", "write it again as a REG_DWORD"))))
        self.assertEqual(done.returncode, DATA, "one of several")

    def test_a_bundle_in_which_only_the_version_differs_is_the_same(self):
        self.both_accept(self.lying(("report.html", ("Written by casweep 0.1.0", "Written by casweep 9.9.9"))))

    def test_facts_that_another_version_is_said_to_have_written_are_found(self):
        for name, change in (
                ("results.jsonl", ('"interface_flags":65', '"interface_flags":577')),
                ("results.jsonl", ('"not-enforced":5', '"not-enforced":4')),
                ("results.jsonl", ('"state":"complete"', '"state":"partial"')),
                ("results.csv", (",0x41,", ",0x241,")), ("results.csv", (",flag-clear,", ",flag-set,")),
                ("results.ocsf.jsonl", ('"severity_id":4,"severity":"High"', '"severity_id":1,"severity":"Informational"')),
                ("manifest.json", ('"not_enforced": 5', '"not_enforced": 4')),
                ("manifest.json", ('"discovered": 12', '"discovered": 11')),
                ("manifest.json", ("12 CAs discovered = 9", "12 CAs discovered = 12")),
                (f"raw/{guid(2)}.json", ('"verdict": "not-enforced"', '"verdict": "enforced"')),
                (f"raw/{guid(2)}.json", ('"data_hex": "41000000"', '"data_hex": "41020000"'))):
            self.both_refuse(self.lying((name, change)), change[1])
        # What only SQLite can tell.
        for name, change in (
                ("manifest.json", ('"os_user": "root",\n    "failure"', '"os_user": "else",\n    "failure"')),
                ("manifest.json", ('"previous_scan": null', '"previous_scan": 1')),
                ("manifest.json", ('"independent": true', '"independent": false')),
                ("manifest.json", ('"subject": "CN=auditor"', '"subject": "CN=somebody"')),
                ("decisions.csv", ("risk-accepted", "planned")),
                (f"raw/{guid(2)}.json", ('"account": "auditor', '"account": "somebody'))):
            for version in (True, False):
                done = self.by_tool(self.lying((name, change), version=version))
                self.assertEqual((done.returncode, done.stdout), (FILE, ""), change[1])

    def test_raw_values_and_everything_else_changed_alike_are_found_against_the_snapshot(self):
        changes = [(f"raw/{guid(2)}.json", ('"data_hex": "41000000"', '"data_hex": "41020000"'),
                    ('"verdict": "not-enforced"', '"verdict": "enforced"'), ("flag-clear", "flag-set"),
                    ('"interface_flags": 65', '"interface_flags": 577'))]
        for version in (True, False):
            done = self.by_tool(self.lying(*changes, version=version))
            self.assertEqual(done.returncode, FILE)
            self.assertIn(f"raw/{guid(2)}.json does not match snapshot.db", done.stderr)

    def test_json_that_says_a_thing_twice_is_refused(self):
        verdict = '"verdict":"not-enforced"'
        for name, change in (("results.jsonl", (verdict, f'{verdict},"verdict":"enforced"')),
                             ("results.jsonl", (verdict, f'{verdict},"\\u0076erdict":"enforced"')),
                             ("results.jsonl", (verdict, f'{verdict},"verdict" : "enforced"')),
                             ("results.jsonl", (verdict, f'{verdict},"verdict"\t:"enforced"')),
                             ("manifest.json", ('  "made": {', '  "completeness": {\n    "discovered": 0\n  },\n  "made": {')),
                             ("manifest.json", ('    "state": "complete",', '    "state": "complete", "state": "partial",')),
                             ("manifest.json", ('    "state": "complete",', '    "state": "complete",\n    "state": "partial",')),
                             ("manifest.json", ('  "made": {\n', '  "made": {\n  },\n    "scan": {\n    },\n  "x": {\n')),
                             ("manifest.json", ('"attributes": []', '"attributes": [\n      "a"], "x": [\n    ]')),
                             ("manifest.json", ('"state"', '"\\u0073tate": "partial",\n    "state"')),
                             (f"raw/{guid(2)}.json", ('"verdict": "not', '"verdict": "enforced",\n    "verdict": "not'))):
            self.both_refuse(self.lying((name, change)), change[1])

    def test_members_and_files_that_no_bundle_has_are_refused(self):
        self.both_refuse(self.lying(("manifest.json", ('"version": 1,', '"version": 2,'))), "a format that is not known")
        done = self.by_tool(self.lying(("manifest.json", ('  "made": {', '  "verdict": "all is well",\n  "made": {')), version=False))
        self.assertEqual(done.returncode, FILE)
        done = self.by_tool(self.lying(("manifest.json", ('  "made": {', '  "verdict": "all is well",\n  "made": {'))))
        self.assertEqual(done.returncode, DATA)
        later = ("manifest.json", ('"schema_version": 1', '"schema_version": 2'))
        self.assertEqual(self.by_tool(self.lying(later)).returncode, DATA)
        self.assertEqual(self.by_tool(self.lying(later, version=False)).returncode, FILE)
        (self.bundle / "all-is-well.txt").write_text("x")
        done = self.by_tool(self.lying(version=False))
        self.assertEqual(done.returncode, FILE)
        done = self.by_tool(self.lying())
        self.assertEqual(done.returncode, DATA)
        self.assertIn("all-is-well.txt", done.stderr)
        self.commands_refuse(self.by_commands(self.lying()), "a file that no bundle has")


class WeakSignatureTest(EvidenceTest):
    """Signatures that an attacker can forge, or that a web server can make, are rejected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls.shared / "good"
        done = run(CASWEEP, "evidence", "create", "--db", cls.original, "-o", cls.good, "--sign", cls.certificate, "--key", cls.key,
                   env={"HOME": str(cls.shared)})
        assert done.returncode == 0, done.stderr

    def signed_by(self, signer: tuple[Path, Path], *arguments) -> Path:
        """The bundle, signed with another certificate."""
        folder = self.folder / "signed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.good, folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        show = lambda *what: checked("openssl", "x509", "-in", signer[0], "-noout", *what).strip()
        der = subprocess.run(["openssl", "x509", "-in", signer[0], "-outform", "DER"], capture_output=True, check=True).stdout
        instant = lambda what: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.strptime(
            show(what, "-dateopt", "iso_8601").partition("=")[2], "%Y-%m-%d %H:%M:%SZ"))
        manifest["signer"].update(
            certificate_sha256=hashlib.sha256(der).hexdigest(), serial=show("-serial").partition("=")[2],
            subject=show("-subject", "-nameopt", "RFC2253").partition("=")[2], not_before=instant("-startdate"),
            issuer=show("-issuer", "-nameopt", "RFC2253").partition("=")[2], not_after=instant("-enddate"),
            key=self.key_of(show("-text")))
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        self.new_seal(folder, *arguments, signer=signer)
        return folder

    @staticmethod
    def key_of(text: str) -> str:
        curve = text.partition("ASN1 OID: ")[2].partition("\n")[0]
        bits = text.partition("Public-Key: (")[2].partition(" ")[0]
        return f"EC {({'prime256v1': 'P-256', 'secp384r1': 'P-384'}).get(curve, curve)}" if curve else f"RSA {bits}"

    def issued(self, name: str, *arguments, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
               extension="keyUsage=critical,digitalSignature\n", by=None) -> tuple[Path, Path]:
        authority = by or self.root
        return Authority.issue(authority, name, key, extension, digest=arguments)

    def authority(self, name: str, key, *arguments) -> Authority:
        made = Authority.__new__(Authority)
        made.folder, made.name = self.folder, name
        made.certificate, made.key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        checked("openssl", "req", "-x509", "-newkey", *key, *arguments, "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext",
                "keyUsage=critical,keyCertSign", "-keyout", made.key, "-out", made.certificate)
        return made

    def test_the_signature_as_it_should_be_is_accepted(self):
        self.both_accept(self.signed_by((self.certificate, self.key)))
        for digest in ("sha384", "sha512"):
            self.both_accept(self.signed_by((self.certificate, self.key), "-md", digest))

    def test_weak_digests_are_refused(self):
        for digest in ("md5", "sha1", "sha224"):
            signers = [self.issued("rsa", key=("rsa:2048",))] + ([] if digest == "md5" else [(self.certificate, self.key)])
            for signer in signers:
                self.both_refuse(self.signed_by(signer, "-md", digest), digest)
        rsa = self.authority("RSA root", ("rsa:2048",))
        for digest in ("-md5", "-sha1"):
            folder = self.signed_by(self.issued(f"issued{digest}", digest, by=rsa))
            self.both_refuse(folder, f"certificate issued with {digest}", rsa.certificate)

    def test_weak_keys_are_refused(self):
        for number, key in enumerate((("rsa:1024",), ("rsa:2047",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-192"),
                                      ("ec", "-pkeyopt", "ec_paramgen_curve:secp224r1"),
                                      ("ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
                                      ("ec", "-pkeyopt", "ec_paramgen_curve:sect233k1"))):
            signer = self.issued(f"weak{number}", key=key)
            self.both_refuse(self.signed_by(signer), str(key))
        explicit = self.issued("explicit", key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"))
        self.both_refuse(self.signed_by(explicit), "a curve of the signer's own")

    def test_dsa_is_refused(self):
        parameters = self.folder / "dsa.pem"
        checked("openssl", "dsaparam", "-out", parameters, "2048")
        self.both_refuse(self.signed_by(self.issued("dsa", key=(f"dsa:{parameters}",))), "DSA")

    def test_keys_of_sufficient_strength_sign(self):
        for number, key in enumerate((("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-521"))):
            self.both_accept(self.signed_by(self.issued(f"strong{number}", key=key)))

    def test_a_weak_certificate_on_the_way_to_the_root_is_refused(self):
        ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        for number, (key, digest) in enumerate(((("rsa:1024",), "-sha256"), (("rsa:2048",), "-sha1"),
                                                (("ec", "-pkeyopt", "ec_paramgen_curve:secp224r1"), "-sha256"))):
            between = Authority.__new__(Authority)
            between.folder, (between.certificate, between.key) = self.folder, self.issued(f"between{number}", digest, key=key,
                                                                                          extension=ca)
            signer = self.issued(f"below{number}", by=between)
            folder = self.signed_by(signer, "-md", "sha256", "-certfile", between.certificate)
            self.both_refuse(folder, f"{key} {digest}")
            both = self.folder / f"roots{number}.pem"
            both.write_text(self.root.certificate.read_text() + between.certificate.read_text())
            self.both_refuse(self.signed_by(signer), f"{key} {digest} beside the root", both)

    def test_a_weak_root_is_refused_and_its_own_digest_does_not_matter(self):
        for number, key in enumerate((("rsa:1024",), ("ec", "-pkeyopt", "ec_paramgen_curve:secp224r1"))):
            root = self.authority(f"weakroot{number}", key)
            self.both_refuse(self.signed_by(self.issued(f"of{number}", by=root)), str(key), root.certificate)
        old = self.authority("oldroot", ("rsa:2048",), "-sha1")
        self.both_accept(self.signed_by(self.issued("of old", by=old)), old.certificate)

    def test_certificates_that_are_not_for_signing_are_refused(self):
        for number, extension in enumerate(("keyUsage=critical,keyEncipherment\n", "keyUsage=keyCertSign\n", "keyUsage=keyAgreement\n",
                                            "keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n",
                                            "extendedKeyUsage=critical,serverAuth\n")):
            self.both_refuse(self.signed_by(self.issued(f"other{number}", extension=extension)), extension)
        printer = self.issued("printer", "-sha1", key=("rsa:1024",), extension="keyUsage=keyEncipherment\nextendedKeyUsage=serverAuth\n")
        self.both_refuse(self.signed_by(printer, "-md", "md5"), "a printer's web server")

    def test_certificates_that_may_sign_are_accepted(self):
        for number, extension in enumerate(("keyUsage=nonRepudiation\n", "subjectKeyIdentifier=hash\n", "extendedKeyUsage=emailProtection\n",
                                            "keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\n")):
            for said in self.both_accept(self.signed_by(self.issued(f"good{number}", extension=extension))):
                self.assertEqual("WARNING" in said, "serverAuth" in extension, said)
                self.assertIn(f"good{number}", said)

    def test_two_signers_are_refused(self):
        second = self.issued("second")
        folder = self.signed_by((self.certificate, self.key), "-md", "sha256", "-signer", second[0], "-inkey", second[1])
        self.both_refuse(folder, "two signers")

    def test_no_bundle_is_made_that_would_be_refused(self):
        place = self.folder / "refused"
        ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        weak = self.issued("weak ca", key=("rsa:1024",), extension=ca)
        chain = self.folder / "chain.pem"
        chain.write_text(self.certificate.read_text() + weak[0].read_text())
        for certificate, key in (self.issued("sha1", "-sha1"), self.issued("rsa1024", key=("rsa:1024",)), (chain, self.key),
                                 self.issued("server", extension="extendedKeyUsage=serverAuth\n"),
                                 self.issued("encipher", extension="keyUsage=keyEncipherment\n")):
            done = self.casweep("evidence", "create", "--db", self.db, "-o", place, "--sign", certificate, "--key", key)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (DATA, 1), done.stderr)
            self.assertFalse(place.exists())
        done = self.create(place, signer=self.issued("smart card", key=("rsa:2048",)))
        self.assertIn("RSA 2048", done.stderr)
        self.both_accept(place)


class ShellTest(EvidenceTest):
    """VERIFY.txt is for any POSIX shell."""

    SHELLS = [("/bin/dash",), ("/bin/bash", "--posix"), ("/bin/bash",)] + (
        [(shutil.which("busybox"), "sh")] if shutil.which("busybox") else [])

    def test_all_shells_agree(self):
        bundle = self.folder / "bundle"
        self.create(bundle)
        said = set()
        for shell in self.SHELLS:
            done = self.by_commands(bundle, shell=shell)
            self.assertEqual((done.returncode, done.stderr), (0, ""), shell)
            said.add(done.stdout)
        self.assertEqual(len(said), 1)
        self.rewrite(bundle / "results.csv", ("not-enforced", "enforced"))
        self.new_seal(bundle)
        for shell in self.SHELLS:
            self.commands_refuse(self.by_commands(bundle, shell=shell), str(shell))

    def test_nothing_is_left_behind(self):
        bundle, temporary, slow = (self.folder / name for name in ("bundle", "tmp", "slow"))
        self.create(bundle)
        temporary.mkdir()
        slow.mkdir()
        for tool in self.tools.iterdir():
            if tool.name != "sha256sum":
                (slow / tool.name).symlink_to(tool)
        (slow / "sha256sum").write_text("#!/bin/sh\nsleep 1\n")
        (slow / "sha256sum").chmod(0o755)
        for shell in self.SHELLS:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                with subprocess.Popen([*shell, INSTRUCTIONS, self.root.certificate], cwd=bundle, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, env={"PATH": str(slow), "TMPDIR": str(temporary)},
                                      start_new_session=True) as process:
                    deadline = time.monotonic() + 30
                    while not list(temporary.glob("*/sums")) and time.monotonic() < deadline:
                        time.sleep(0.02)
                    process.send_signal(number)
                    self.assertNotEqual(process.wait(30), 0, shell)
                self.assertEqual(list(temporary.iterdir()), [], (shell, number))


if __name__ == "__main__":
    unittest.main()
