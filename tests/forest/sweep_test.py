# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep of the whole forest: every verdict is correct, for every account and in every format."""

import csv
import io
import json
import re
import subprocess
import unittest

from forest import BOTH, CASWEEP, COMPLIANT, DEADLINE, NOT_ENFORCED, USAGE, ForestTest, cases, lab
from prometheus_client.parser import text_string_to_metric_families
from schemas import ocsf_validator, sarif_validator, validator_of


class SweepTest(ForestTest):
    def by_name(self, scan: dict) -> dict[str, dict]:
        return {ca["name"]: ca for ca in scan["cas"]}

    def assert_verdicts(self, scan: dict, who: str):
        found = self.by_name(scan)
        self.assertEqual(sorted(found), sorted(case["cn"] for case in cases()))
        for case in cases():
            with self.subTest(case=case["case"], title=case["title"]):
                ca, expected = found[case["cn"]], case["expect"][who]
                self.assertEqual((ca["verdict"], ca["reason"]), (expected["verdict"], expected["reason"]), ca["detail"])
                self.assertEqual(ca["interface_flags"], expected.get("flags"))

    def test_every_case_is_judged_right_for_an_ordinary_user(self):
        done = self.scan("--format", "json")
        self.assertEqual(done.returncode, BOTH, done.stderr)
        scan = json.loads(done.stdout)
        validator_of("scan").validate(scan)
        self.assert_verdicts(scan, "user")

        head = scan["scan"]
        self.assertEqual(head["state"], "complete")
        self.assertEqual(head["forest"], self.domain)
        self.assertEqual(head["account"], self.lab["LAB_AUDITOR"])
        self.assertIn(self.lab["LAB_DC"], head["directory_server"])
        self.assertEqual(head["discovered"], len(cases()))
        self.assertEqual(sum(head["counts"].values()), head["discovered"])
        self.assertEqual(head["assessed"], head["discovered"] - head["counts"]["unknown"])

    def test_an_administrator_gets_the_same_wherever_both_may_read(self):
        scan = self.scan_json(account="admin")
        self.assert_verdicts(scan, "admin")

    def test_the_evidence_is_the_registrys_own(self):
        enforced = self.by_name(self.scan_json("--ca", "Contoso Issuing CA 01"))["Contoso Issuing CA 01"]
        evidence = enforced["evidence"]
        self.assertEqual(evidence["key_path"],
                         "HKLM\\SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration\\Contoso Issuing CA 01")
        self.assertEqual((evidence["value_type"], evidence["value_hex"]), ("REG_DWORD", "41060000"))
        self.assertRegex(evidence["address"], r"^\d+\.\d+\.\d+\.\d+$")
        self.assertIn("RPC sealing", evidence["protocol"])
        self.assertIn("Kerberos", evidence["protocol"])
        self.assertEqual(evidence["account"], self.lab["LAB_AUDITOR"])
        self.assertLessEqual(evidence["started_at"], evidence["finished_at"])
        self.assertIsNone(evidence["key_last_write"], "Samba tells no time")

    def test_failures_keep_their_codes(self):
        found = self.by_name(self.scan_json())
        by_case = {case["case"]: found[case["cn"]]["evidence"]["error"] for case in cases()}
        self.assertEqual(by_case["08"], {"domain": "win32", "number": 5, "symbol": "ERROR_ACCESS_DENIED"})
        self.assertEqual(by_case["09"], {"domain": "ntstatus", "number": 0xC0000034, "symbol": "STATUS_OBJECT_NAME_NOT_FOUND"})
        self.assertEqual(by_case["10"]["symbol"], "ECONNREFUSED")
        self.assertEqual(by_case["12"]["domain"], "resolver")
        self.assertEqual(by_case["01"], {"domain": None, "number": None, "symbol": None})

    def test_the_table_has_every_ca_and_the_fix_of_each_that_is_not_enforced(self):
        done = self.scan()
        self.assertEqual(done.returncode, BOTH, done.stderr)
        for case in cases():
            if "\x1b" in case["display_name"] or len(case["cn"]) > 30:
                continue
            self.assertIn(case["cn"], done.stdout)
        fix = "      certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST\n"
        self.assertEqual(done.stdout.count(fix + "      net stop certsvc\n      net start certsvc\n"), 1)
        self.assertIn("Invoke-Command -ComputerName ", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ of \d+ CAs assessed")
        self.assertRegex(done.stdout.lower(), "test in a controlled environment first")

    def test_hostile_names_cannot_act_on_a_terminal_or_a_spreadsheet(self):
        done = self.scan()
        for text in (done.stdout, done.stderr):
            self.assertEqual(re.findall(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), [])
        exported = self.casweep("export", "csv", "--db", str(self.db), account=None)
        rows = list(csv.DictReader(io.StringIO(exported.stdout, newline=""), strict=True))
        self.assertEqual(len(rows), len(cases()))
        for row in rows:
            for cell in row.values():
                self.assertNotIn(cell[:1], {"=", "+", "-", "@", "\t", "\r", "\n"}, row)

    def test_exports_are_those_of_the_scan(self):
        scanned = self.scan_json()
        exported = json.loads(self.casweep("export", "json", "--db", str(self.db), account=None).stdout)
        self.assertEqual(exported, scanned)
        again = self.casweep("export", "json", "--db", str(self.db), account=None).stdout
        self.assertEqual(json.loads(again), exported)

    def exported(self, format: str) -> str:
        done = self.casweep("export", format, "--db", str(self.db), account=None)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_every_format_holds_the_real_forest_for_the_program_it_is_for(self):
        self.scan()
        names = sorted(case["cn"] for case in cases())

        lines = [json.loads(line) for line in self.exported("jsonl").splitlines()]
        self.assertEqual(sorted(line["ca"]["name"] for line in lines), names)
        findings = [json.loads(line) for line in self.exported("ocsf").splitlines()]
        for finding in findings:
            ocsf_validator().validate(finding)
        self.assertEqual(len(findings), len(names))
        log = json.loads(self.exported("sarif"))
        sarif_validator().validate(log)
        self.assertEqual(len(log["runs"][0]["results"]), len(names))
        families = {family.name: family for family in text_string_to_metric_families(self.exported("prometheus"))}
        self.assertEqual(len(families["adcs_esc11_ca_unknown"].samples), len(names))
        plan = list(csv.DictReader(io.StringIO(self.exported("plan"), newline=""), strict=True))
        self.assertEqual(sorted(row["verdict"] for row in plan),
                         sorted(case["expect"]["user"]["verdict"] for case in cases()
                                if case["expect"]["user"]["verdict"] in ("not-enforced", "unknown")))

    def test_an_export_never_overwrites_unasked(self):
        self.scan("--ca", "Contoso Issuing CA 01", "--ca", "Contoso Issuing CA 03")
        self.scan()
        target = self.folder / "esc11.json"
        target.write_text("mine")
        refused = self.casweep("export", "json", "--db", str(self.db), "-o", str(target), account=None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(target.read_text(), "mine")
        forced = self.casweep("export", "json", "--db", str(self.db), "-o", str(target), "--force", account=None)
        self.assertEqual(forced.returncode, 0, forced.stderr)
        validator_of("scan").validate(json.loads(target.read_text()))

    def test_show_tells_everything_about_one_ca(self):
        self.scan()
        shown = self.casweep("show", "contoso issuing ca 03", "--db", str(self.db), account=None)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for word in ("0x441", "flag-clear", "ca03.corp.example", "REG_DWORD", "IF_ENFORCEENCRYPTICERTREQUEST"):
            self.assertIn(word, shown.stdout)
        missing = self.casweep("show", "No Such CA", "--db", str(self.db), account=None)
        self.assert_one_sentence(missing, USAGE, "No Such CA")

    def test_list_asks_no_ca(self):
        done = self.casweep("list", "--domain", self.domain, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = json.loads(done.stdout)
        text = json.dumps(listed)
        for case in cases():
            self.assertIn(json.dumps(case["cn"])[1:-1], text)

    def test_a_fix_is_confirmed_by_reading_that_ca_alone(self):
        self.scan()
        lab("set-flags", "03", "0x641")
        self.addCleanup(lab, "set-flags", "03", "0x441")
        done = self.scan("--ca", "ca03.corp.example\\Contoso Issuing CA 03", "--format", "json")
        self.assertEqual(done.returncode, COMPLIANT, done.stderr)
        scan = json.loads(done.stdout)
        validator_of("scan").validate(scan)
        self.assertEqual(scan["scan"]["state"], "partial")
        self.assertEqual(scan["scan"]["discovered"], len(cases()))
        self.assertEqual([(ca["name"], ca["verdict"]) for ca in scan["cas"]], [("Contoso Issuing CA 03", "enforced")])
        unknown = self.scan("--ca", "No Such CA")
        self.assert_one_sentence(unknown, USAGE, "No Such CA")

    def test_switching_enforcement_off_is_seen(self):
        lab("set-flags", "01", "0x41")
        self.addCleanup(lab, "set-flags", "01", "0x641")
        done = self.scan("--ca", "Contoso Issuing CA 01")
        self.assertEqual(done.returncode, NOT_ENFORCED, done.stdout)

    def test_another_encoding_of_the_same_outcome_for_scripts(self):
        done = self.scan("--format", "csv")
        self.assertEqual(done.returncode, BOTH)
        rows = {row["name"]: row for row in csv.DictReader(io.StringIO(done.stdout, newline=""), strict=True)}
        self.assertEqual(rows["Contoso Issuing CA 03"]["interface_flags"], "0x441")
        self.assertTrue(done.stdout.endswith("\r\n") or "\r\n" not in done.stdout)

    def test_two_scans_at_once_both_count(self):
        deadline = str(2 * int(DEADLINE))  # what one scan has, for twice as many workers on the same machine
        command = self.inside(CASWEEP, "scan", "--domain", self.domain, "--db", str(self.db), "--deadline", deadline)
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=60) for process in both]
        self.assertEqual([process.returncode for process in both], [BOTH, BOTH], said)
        scans = self.history("SELECT state FROM scan")
        self.assertEqual([row["state"] for row in scans], ["complete", "complete"])


if __name__ == "__main__":
    unittest.main()
