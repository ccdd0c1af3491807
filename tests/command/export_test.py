# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of `casweep export` is readable for its target programs, regardless of the names of the CAs."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from prometheus_client.parser import text_string_to_metric_families
from schemas import ocsf_validator, sarif_validator, validator_of

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/forest/export_history"))

# The checker of Prometheus, which scripts/dependencies brings.
PROMTOOL = shutil.which("promtool") or ROOT / "build/tools/promtool"

USAGE, DATA, FILE = 64, 65, 74
OF_SCANS = ("csv", "json", "jsonl", "ocsf", "sarif")
OF_FOREST = ("plan", "prometheus")
FIRST, SECOND, PARTIAL, FAILED = "1", "2", "3", "4"
CAS = 12


def guid(number: int) -> str:
    return f"8b1e0c52-0000-4000-8000-{number:012x}"


def invisible(text: str) -> list[str]:
    """Characters that a terminal would execute or hide."""
    return re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", text)


class ExportTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-export-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"
        subprocess.run([MAKE_HISTORY, self.db], check=True)

    def casweep(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([CASWEEP, *arguments, "--db", self.db], capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={"HOME": str(self.folder)})

    def export(self, *arguments: str) -> str:
        done = self.casweep("export", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = done.stdout.decode("utf-8")  # all of it is UTF-8
        self.assertEqual(invisible(text), [])
        return text

    def refused(self, code: int, word: str, *arguments: str):
        done = self.casweep("export", *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertIn(word, done.stderr.decode())
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def rows(self, text: str, guarded: bool = True) -> list[dict[str, str]]:
        self.assertEqual(text.count("\n"), text.count("\r\n"), "RFC 4180 ends its records with CRLF")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual(len(records), text.count("\r\n"), "a CA is a line, whatever its name")
        for record in records:
            self.assertEqual(len(record), len(records[0]))
            for cell in record if guarded else ():
                self.assertNotIn(cell[:1], tuple("=+-@\t\r\n"))
        return [dict(zip(records[0], record)) for record in records[1:]]


class CsvTest(ExportTest):
    def test_strict_readers_take_it_and_no_cell_is_a_formula(self):
        rows = self.rows(self.export("csv"))
        self.assertEqual(len(rows), CAS)
        self.assertEqual({row["scan_id"] for row in rows}, {SECOND})
        self.assertIn("証" * 64, {row["name"] for row in rows})

    def test_what_a_person_looks_for_comes_first(self):
        header = self.export("csv").split("\r\n", 1)[0].split(",")
        self.assertEqual(header[:15], ["forest", "scan_id", "scan_started_at", "ca", "dns_host_name", "verdict", "reason",
                                       "status", "since", "regressed", "approver", "until", "ticket", "decision_reason",
                                       "interface_flags"])

    def test_status_and_exception_are_in_it(self):
        rows = {row["object_guid"]: row for row in self.rows(self.export("csv"))}
        excepted = rows[guid(2)]
        self.assertEqual((excepted["status"], excepted["approver"], excepted["ticket"], excepted["regressed"]),
                         ("risk-accepted", "'@J. Doe, CISO", "'+CHG-4711", "no"))
        self.assertRegex(excepted["until"], r"^\d{4}-\d\d-\d\dT")
        first = self.rows(self.export("csv", "--scan", FIRST))[0]
        self.assertEqual({row["since"] for row in rows.values()}, {first["scan_started_at"]})
        self.assertEqual((rows[guid(1)]["status"], rows[guid(7)]["status"]), ("completed", "to-address"))
        # Nothing decided later reaches back.
        self.assertEqual({row["approver"] for row in self.rows(self.export("csv", "--scan", FIRST))}, {""})

    def test_a_workbook_has_the_same_cells_as_text_and_dates(self):
        file = self.folder / "esc11.xlsx"
        main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        for name in ("csv", "plan"):
            self.export(name, "--excel", "--force", "-o", str(file))
            with zipfile.ZipFile(file) as parts:
                self.assertIsNone(parts.testzip())
                for part in parts.namelist():
                    ElementTree.fromstring(parts.read(part))
                sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
            self.assertEqual(list(sheet.iter(f"{main}f")), [], "no cell is a formula")
            plain = list(csv.reader(io.StringIO(self.export(name), newline=""), strict=True))
            rows = list(sheet.iter(f"{main}row"))
            for row, expected in zip(rows, plain, strict=True):
                for cell, same in zip(row, expected, strict=True):
                    if cell.get("s") == "1":
                        at = datetime(1899, 12, 30) + timedelta(days=float(cell[0].text))
                        self.assertLess(abs(at - datetime.fromisoformat(same[:19])), timedelta(milliseconds=10))
                    else:
                        text = "".join(cell.itertext()).replace("_x005F_x", "_x")
                        self.assertEqual(text, same)
                        self.assertNotIn(text[:1], tuple("=+-@\t\r\n"))
            self.assertEqual(sum(cell.get("s") == "1" for cell in rows[1]) > 0, True)
        self.refused(USAGE, "--excel", "json", "--excel")
        self.refused(USAGE, "exclude each other", "csv", "--excel", "--csv-raw")
        self.refused(USAGE, "one scan", "csv", "--excel", "--all")

    def test_all_scans_share_one_header(self):
        rows = self.rows(self.export("csv", "--all"))
        self.assertEqual([row["scan_id"] for row in rows], [FIRST] * CAS + [SECOND] * CAS + [PARTIAL] * CAS)

    def test_a_partial_scan_does_not_look_whole(self):
        rows = self.rows(self.export("csv", "--scan", PARTIAL))
        self.assertEqual([row["read"] for row in rows], ["yes"] + ["no"] * (CAS - 1))
        self.assertEqual({row["scan_state"] for row in rows}, {"partial"})
        for row in rows[1:]:
            self.assertEqual((row["verdict"], row["reason"], row["interface_flags"], row["started_at"]),
                             ("unknown", "not-read", "", ""))
        self.assertEqual(sorted(row["object_guid"] for row in rows), [guid(number) for number in range(1, CAS + 1)])

    def test_raw_cells_are_the_names_themselves(self):
        rows = {row["object_guid"]: row for row in self.rows(self.export("csv", "--csv-raw"), guarded=False)}
        self.assertEqual((rows[guid(11)]["name"], rows[guid(11)]["dns_host_name"]), ("-2+3", "+1"))
        plan = {row["object_guid"]: row for row in self.rows(self.export("plan", "--csv-raw"), guarded=False)}
        self.assertEqual(plan[guid(3)]["ticket"], "+CHG-4711")
        self.refused(USAGE, "--csv-raw", "json", "--csv-raw")

    def test_a_scan_without_a_listing_is_refused(self):
        self.refused(DATA, f"Scan {FAILED} has no CAs to export", "csv", "--scan", FAILED)


class JsonTest(ExportTest):
    def test_it_follows_its_schema(self):
        for scan in (FIRST, SECOND, PARTIAL, FAILED):
            validator_of("scan").validate(json.loads(self.export("json", "--scan", scan)))

    def test_all_scans_follow_theirs(self):
        document = json.loads(self.export("json", "--all"))
        validator_of("all-scans").validate(document)
        self.assertEqual([scan["scan"]["id"] for scan in document["scans"]], [1, 2, 3])
        self.assertEqual(document["scans"][1], json.loads(self.export("json")))

    def test_lines_follow_theirs_and_hold_the_same(self):
        lines = [json.loads(line) for line in self.export("jsonl").split("\n")[:-1]]
        for line in lines:
            validator_of("ca").validate(line)
        self.assertEqual([line["ca"] for line in lines], json.loads(self.export("json"))["cas"])
        self.assertEqual(len(self.export("jsonl", "--all").split("\n")), 3 * CAS + 1)

    def test_what_was_not_read_is_neither_missing_nor_a_verdict(self):
        document = json.loads(self.export("json", "--scan", PARTIAL))
        self.assertEqual((len(document["cas"]), len(document["not_read"])), (1, CAS - 1))
        self.assertEqual(document["scan"]["discovered"], CAS)
        lines = [json.loads(line) for line in self.export("jsonl", "--scan", PARTIAL).split("\n")[:-1]]
        self.assertEqual([line["ca"] for line in lines], document["cas"] + document["not_read"])
        self.assertEqual({line["ca"]["reason"] for line in lines[1:]}, {"not-read"})

    def test_the_head_of_the_ledger_is_the_one_that_the_check_knows(self):
        ledger = json.loads(self.export("json"))["scan"]["ledger"]
        self.assertLess(ledger["before"]["seq"], ledger["after"]["seq"])
        done = self.casweep("db", "check", "--head", ledger["after"]["hash"])
        self.assertEqual(done.returncode, 0, done.stdout)
        done = self.casweep("db", "check", "--head", "f" * 64)
        self.assertEqual(done.returncode, FILE)
        for head in (ledger["before"]["hash"], "f" * 64):
            document = json.loads(self.casweep("db", "check", "--head", head, "--format", "json").stdout)
            validator_of("check").validate(document)

    def test_show_follows_the_schema_of_a_line(self):
        done = self.casweep("show", guid(1), "--format", "json")
        validator_of("ca").validate(json.loads(done.stdout))


class OcsfTest(ExportTest):
    def findings(self, *arguments: str) -> dict[str, dict]:
        lines = self.export("ocsf", *arguments).split("\n")[:-1]
        return {finding["resources"][0]["uid"]: finding for finding in map(json.loads, lines)}

    def test_what_the_class_requires_is_there(self):
        types = {"activity_id": int, "category_uid": int, "class_uid": int, "type_uid": int, "time": int,
                 "severity_id": int, "metadata": dict, "compliance": dict, "finding_info": dict}
        findings = [*self.findings().values(), *self.findings("--scan", FIRST).values()]
        self.assertEqual(len(findings), 2 * CAS)
        for finding in findings:
            for name, kind in types.items():
                self.assertIs(type(finding[name]), kind, name)
            self.assertEqual((finding["class_uid"], finding["category_uid"]), (2003, 2))
            self.assertEqual(finding["type_uid"], 200300 + finding["activity_id"])
            self.assertIn(finding["activity_id"], (1, 2, 3))
            self.assertIn(finding["severity_id"], (1, 3, 4))
            self.assertIn(finding["status_id"], (1, 2, 3, 4))
            self.assertIn(finding["compliance"]["status_id"], (1, 2, 3))
            self.assertEqual(finding["metadata"]["version"], "1.8.0")
            self.assertEqual(finding["metadata"]["product"]["name"], "casweep")
            self.assertTrue(finding["finding_info"]["uid"])
            if "remediation" in finding:
                self.assertTrue(finding["remediation"]["desc"])
            self.assertGreater(finding["time"], 10 ** 12, "milliseconds")
            for evidence in finding["evidences"]:
                self.assertIn("data", evidence)
            self.assertNotIn("null", json.dumps({**finding, "evidences": []}))

    def test_verdicts_evidence_and_decisions_are_exported(self):
        findings = self.findings()
        self.assertEqual([findings[guid(number)]["compliance"]["status"] for number in (1, 2, 4, 5, 6, 10)],
                         ["Pass", "Fail", "Pass", "Fail", "Warning", "Warning"])
        # OCSF numbers the registry's types by itself: REG_DWORD is 2 there, REG_SZ is 10.
        value = findings[guid(2)]["evidences"][0]["reg_value"]
        self.assertEqual((value["name"], value["type_id"], value["type"], value["reg_integer_data"]),
                         ("InterfaceFlags", 2, "REG_DWORD", 0x41))
        self.assertEqual(findings[guid(10)]["evidences"][0]["reg_value"]["type_id"], 10)
        self.assertNotIn("reg_integer_data", findings[guid(10)]["evidences"][0]["reg_value"])
        absent = findings[guid(5)]["evidences"][0]
        self.assertIn("reg_key", absent)
        self.assertNotIn("reg_value", absent)
        self.assertEqual([findings[guid(number)]["status"] for number in (1, 2, 3, 5, 6, 7)],
                         ["Resolved", "Suppressed", "In Progress", "Resolved", "New", "New"])
        self.assertIn("Risk accepted until", findings[guid(2)]["comment"])

    def test_every_finding_names_the_head_of_the_ledger(self):
        head = json.loads(self.export("json"))["scan"]["ledger"]["after"]["hash"]
        for finding in self.findings().values():
            self.assertEqual(finding["metadata"]["labels"], [f"ledger_head:{head}"])

    def test_nothing_decided_later_reaches_back(self):
        first = self.findings("--scan", FIRST)
        self.assertEqual(first[guid(2)]["status"], "New")
        self.assertEqual(first[guid(2)]["activity_name"], "Create")
        second = self.findings()
        self.assertEqual(second[guid(2)]["activity_name"], "Update")
        self.assertEqual(second[guid(2)]["finding_info"]["first_seen_time"],
                         first[guid(2)]["finding_info"]["first_seen_time"])
        self.assertEqual(second[guid(2)]["finding_info"]["uid"], first[guid(2)]["finding_info"]["uid"])
        self.assertNotEqual(second[guid(2)]["metadata"]["uid"], first[guid(2)]["metadata"]["uid"])

    def test_every_finding_follows_the_published_schema(self):
        validator = ocsf_validator()
        findings = [json.loads(line) for line in self.export("ocsf", "--all").split("\n")[:-1]]
        for finding in findings:
            validator.validate(finding)

        del findings[0]["class_uid"]
        self.assertFalse(validator.is_valid(findings[0]))

    def test_what_was_not_read_is_a_warning(self):
        findings = self.findings("--scan", PARTIAL)
        self.assertEqual(len(findings), CAS)
        self.assertEqual(findings[guid(2)]["compliance"]["status"], "Warning")
        self.assertEqual(findings[guid(2)]["compliance"]["status_code"], "not-read")
        self.assertNotIn("start_time", findings[guid(2)])


class SarifTest(ExportTest):
    def runs(self, *arguments: str) -> list[dict]:
        log = json.loads(self.export("sarif", *arguments))
        self.assertEqual(log["version"], "2.1.0")
        self.assertIn("errata01", log["$schema"])
        return log["runs"]

    def results(self, *arguments: str) -> dict[str, dict]:
        return {result["partialFingerprints"]["caGuid/v1"]: result for result in self.runs(*arguments)[0]["results"]}

    def test_what_the_specification_requires_is_there(self):
        runs = self.runs("--all")
        self.assertEqual([len(run["results"]) for run in runs], [CAS, CAS, CAS])
        for run in runs:
            driver = run["tool"]["driver"]
            self.assertEqual(driver["name"], "casweep")
            self.assertEqual([rule["id"] for rule in driver["rules"]], ["ESC11"])
            self.assertIs(run["invocations"][0]["executionSuccessful"], True)
            for result in run["results"]:
                self.assertTrue(result["message"]["text"])
                self.assertIn(result["kind"], ("pass", "fail", "open"))
                self.assertEqual(result["level"], "error" if result["kind"] == "fail" else "none")
                self.assertEqual(driver["rules"][result["ruleIndex"]]["id"], result["ruleId"])
                for suppression in result["suppressions"]:
                    self.assertEqual((suppression["kind"], suppression["status"]), ("external", "accepted"))
                    self.assertTrue(suppression["justification"])

    def test_a_code_scanning_service_finds_each_ca_at_a_place_of_its_own(self):
        places = [{result["partialFingerprints"]["caGuid/v1"]: result["locations"][0]["physicalLocation"]
                   for result in run["results"]} for run in self.runs("--all")]
        self.assertEqual(places[0], places[1])
        for ca, place in places[0].items():
            self.assertEqual(place, {"artifactLocation": {"uri": f"adcs/{ca}.json"}, "region": {"startLine": 1}})
        rule = self.runs()[0]["tool"]["driver"]["rules"][0]
        self.assertIn("T1649", rule["help"]["text"])
        self.assertEqual(rule["properties"]["tags"], ["security", "attack/T1557", "attack/T1649"])

    def test_only_an_exception_suppresses(self):
        results = self.results()
        self.assertEqual({ca for ca, result in results.items() if result["suppressions"]}, {guid(2), guid(5)})
        self.assertEqual([results[guid(number)]["kind"] for number in (1, 2, 6)], ["pass", "fail", "open"])
        self.assertFalse(any(result["suppressions"] for result in self.results("--scan", FIRST).values()))

    def test_it_is_compared_with_the_complete_scan_before(self):
        first, second, partial = self.runs("--all")
        self.assertNotIn("baselineGuid", first)
        self.assertFalse(any("baselineState" in result for result in first["results"]))
        self.assertEqual(second["baselineGuid"], first["automationDetails"]["guid"])
        self.assertEqual({result["baselineState"] for result in second["results"]}, {"unchanged"})
        self.assertEqual(partial["baselineGuid"], second["automationDetails"]["guid"])
        self.assertEqual([result["baselineState"] for result in partial["results"]],
                         ["unchanged"] + ["updated"] * (CAS - 1))

    def test_no_name_is_a_placeholder_or_a_link(self):
        text = self.results()[guid(6)]["message"]["text"]
        self.assertTrue(text.startswith("{{0}} \\[click\\](https://evil.example)"), text)

    def test_who_could_not_be_read_is_notified(self):
        notifications = self.runs()[0]["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual(len(notifications), 3)
        failed = self.runs("--scan", FAILED)[0]
        self.assertIs(failed["invocations"][0]["executionSuccessful"], False)
        self.assertIn("domain controller", failed["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"])
        self.assertEqual(failed["results"], [])

    def test_it_follows_the_published_schema(self):
        validator = sarif_validator()
        for chosen in (("--all",), ("--scan", FAILED)):
            validator.validate(json.loads(self.export("sarif", *chosen)))

        damaged = json.loads(self.export("sarif"))
        damaged["runs"][0]["results"][0]["kind"] = "failed"
        self.assertFalse(validator.is_valid(damaged))


class PrometheusTest(ExportTest):
    def metrics(self) -> dict:
        return {family.name: family for family in text_string_to_metric_families(self.export("prometheus"))}

    def test_its_own_parser_takes_it(self):
        families = self.metrics()
        self.assertEqual({family.type for family in families.values()}, {"gauge"})
        self.assertTrue(all(name.startswith("adcs_esc11_") and family.documentation
                            for name, family in families.items()))
        self.assertNotIn("adcs_esc11_forged", families)
        samples = [sample for family in families.values() for sample in family.samples]
        self.assertTrue(all(sample.timestamp is None for sample in samples))
        series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in samples]
        self.assertEqual(len(series), len(set(series)), "a series twice costs the whole file")

    def test_it_says_what_is_known_and_how_old_it_is(self):
        families = self.metrics()
        compliant = {sample.labels["guid"]: sample.value for sample in families["adcs_esc11_ca_compliant"].samples}
        self.assertEqual(compliant[guid(1)], 1)
        self.assertEqual(compliant[guid(2)], 0)
        self.assertNotIn(guid(6), compliant, "what was not read is neither 0 nor 1")
        unknown = {sample.labels["guid"]: sample.value for sample in families["adcs_esc11_ca_unknown"].samples}
        self.assertEqual((unknown[guid(6)], unknown[guid(1)], len(unknown)), (1, 0, CAS))
        verdicts = {sample.labels["verdict"]: sample.value for sample in families["adcs_esc11_cas"].samples}
        self.assertEqual(verdicts, {"enforced": 3, "not-enforced": 5, "not-exposed": 1, "unknown": 3})
        exceptions = {sample.labels["state"]: sample.value for sample in families["adcs_esc11_exceptions"].samples}
        self.assertEqual(exceptions, {"active": 2, "expiring": 0, "expired": 0})
        value = {name: family.samples[0].value for name, family in families.items()}
        # The failed scan is the last one; the last complete one is 18 hours older.
        self.assertAlmostEqual(value["adcs_esc11_last_scan_timestamp_seconds"] -
                               value["adcs_esc11_last_complete_scan_timestamp_seconds"], 18 * 3600 - 0.5, places=2)
        self.assertEqual(value["adcs_esc11_scan_duration_seconds"], 1.5)
        self.assertEqual(value["adcs_esc11_regressions"], 0)
        outcomes = {sample.labels["outcome"]: sample.value for sample in families["adcs_esc11_last_scan_outcome"].samples}
        self.assertEqual(outcomes, {"complete": 0, "partial": 0, "interrupted": 0, "failed": 1})
        statuses = {sample.labels["guid"]: sample.labels["status"] for sample in families["adcs_esc11_ca_status"].samples}
        self.assertEqual([statuses[guid(number)] for number in (1, 2, 3, 7)],
                         ["completed", "risk-accepted", "planned", "to-address"])
        self.assertTrue(families["adcs_esc11_build_info"].samples[0].labels["version"])

    def test_the_files_of_two_forests_share_no_series(self):
        def series(text: str) -> set[tuple]:
            return {(sample.name, tuple(sorted(sample.labels.items())))
                    for family in text_string_to_metric_families(text) for sample in family.samples}

        corp = self.export("prometheus")
        other = corp.replace('forest="corp.example', 'forest="other.example')
        self.assertFalse(series(corp) & series(other))

    def test_promtool_takes_it(self):
        def checked(metrics: str) -> subprocess.CompletedProcess:
            return subprocess.run([PROMTOOL, "check", "metrics"], input=metrics, text=True, capture_output=True)

        metrics = self.export("prometheus")
        done = checked(metrics)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertNotEqual(checked(metrics + metrics).returncode, 0, "a series twice costs the whole file")

    def test_the_collector_may_still_read_the_file_when_it_is_replaced(self):
        file = self.folder / "casweep.prom"
        self.export("prometheus", "-o", str(file))
        file.chmod(0o640)
        group = 54321 if os.geteuid() == 0 else os.getegid()
        os.chown(file, -1, group)
        previous = os.umask(0o077)
        self.addCleanup(os.umask, previous)
        self.export("prometheus", "--force", "-o", str(file))
        self.assertEqual((file.stat().st_mode & 0o777, file.stat().st_gid), (0o640, group))

    def test_the_collector_may_read_the_file(self):
        file = self.folder / "casweep.prom"
        previous = os.umask(0o022)
        self.addCleanup(os.umask, previous)
        self.export("prometheus", "-o", str(file))
        self.assertEqual(file.stat().st_mode & 0o777, 0o644)


class PlanTest(ExportTest):
    def test_it_holds_who_needs_a_person_with_what_was_decided(self):
        plan = {row["object_guid"]: row for row in self.rows(self.export("plan"))}
        self.assertEqual(set(plan), {guid(number) for number in (2, 3, 5, 6, 7, 9, 10, 11)})
        planned = plan[guid(3)]
        self.assertRegex(planned["status"], r"^Planned until \d{4}-\d\d-\d\d$")
        self.assertEqual((planned["owner"], planned["ticket"]), ("'@J. Doe, CISO", "'+CHG-4711"))
        self.assertRegex(planned["target_date"], r"^\d{4}-\d\d-\d\d$")
        to_do = plan[guid(7)]
        self.assertEqual((to_do["status"], to_do["owner"], to_do["target_date"], to_do["ticket"]),
                         ("To address", "", "", ""))
        self.assertIn("+IF_ENFORCEENCRYPTICERTREQUEST", to_do["fix"])
        self.assertEqual((plan[guid(6)]["verdict"], plan[guid(6)]["reason"]), ("unknown", "access-denied"))
        self.assertTrue(plan[guid(6)]["fix"])


class FilesTest(ExportTest):
    def test_two_exports_of_one_scan_are_the_same_bytes(self):
        before = {name: self.export(name, "--scan", SECOND) for name in OF_SCANS}
        self.assertEqual(before, {name: self.export(name, "--scan", SECOND) for name in OF_SCANS})
        self.assertEqual(self.export("prometheus"), self.export("prometheus"))
        # Regardless of decisions and scans in the meantime.
        done = self.casweep("accept", guid(7), "--status", "risk-accepted", "--reason", "later", "--by", "CISO")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(before, {name: self.export(name, "--scan", SECOND) for name in OF_SCANS})
        self.assertIn("Risk accepted", {row["object_guid"]: row for row in self.rows(self.export("plan"))}[guid(7)]
                      ["status"])

    def test_each_format_goes_to_its_file(self):
        names = (*OF_SCANS, *OF_FOREST)
        outputs = [word for name in names for word in ("-o", f"{name}={self.folder}/esc11.{name}")]
        self.assertEqual(self.export(*outputs), "")
        for name in names:
            self.assertEqual((self.folder / f"esc11.{name}").read_bytes().decode(), self.export(name))
        self.export("csv", "-o", f"{self.folder}/a=b.csv", "-o", f"json={self.folder}/c")
        self.assertEqual((self.folder / "a=b.csv").read_bytes().decode(), self.export("csv"))

    def test_one_that_cannot_be_written_costs_all_and_leaves_nothing(self):
        target = self.folder / "exports"
        target.mkdir()
        kept = target / "kept.json"
        kept.write_text("precious")
        self.refused(FILE, "--force", "-o", f"csv={target}/new.csv", "-o", f"json={kept}")
        self.refused(FILE, "cannot be written", "-o", f"csv={target}/new.csv", "-o", "json=/nonexistent/x.json")
        self.refused(USAGE, "99", "-o", f"csv={target}/new.csv", "--scan", "99")
        self.assertEqual([file.name for file in target.iterdir()], ["kept.json"])
        self.assertEqual(kept.read_text(), "precious")
        self.export("--force", "-o", f"json={kept}")
        json.loads(kept.read_text())
        self.assertEqual([file.name for file in target.iterdir()], ["kept.json"])

    def test_lost_output_is_reported(self):
        for name in (*OF_SCANS, *OF_FOREST):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([CASWEEP, "export", name, "--db", self.db], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, FILE, name)

    def test_what_makes_no_sense_is_refused(self):
        self.refused(USAGE, "csv", "cvs")
        self.refused(USAGE, "csv", "-o", "cvs=esc11.csv")
        self.refused(USAGE, "FORMAT=FILE", "-o", "esc11.csv")
        self.refused(USAGE, "needs the argument FORMAT")
        self.refused(USAGE, "twice", "csv", "-o", "x", "-o", "json=x")
        self.refused(USAGE, "name of a file", "-o", "csv=")
        self.refused(USAGE, "--all", "csv", "--scan", FIRST, "--all")
        self.refused(USAGE, "now", "prometheus", "--scan", FIRST)
        self.refused(USAGE, "now", "plan", "--all")
        self.refused(USAGE, "99", "csv", "--scan", "99")


if __name__ == "__main__":
    unittest.main()
