# SPDX-License-Identifier: GPL-3.0-or-later
"""Several histories in one view: `casweep fleet`."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))
PROMTOOL = shutil.which("promtool") or ROOT / "build/tools/promtool"

USAGE, DATA, FILE = 64, 65, 74
CAS = 12


class FleetTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.originals = Path(tempfile.mkdtemp(prefix="casweep-fleet-"))
        subprocess.run([MAKE_HISTORY, cls.originals / "story.db", "--story"], check=True)
        subprocess.run([MAKE_HISTORY, cls.originals / "short.db"], check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.originals)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="casweep-fleet-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.fleet = self.folder / "fleet"
        self.add("emea", "story")
        self.add("apac", "short")

    def add(self, site: str, original: str) -> Path:
        file = self.fleet / site / "history.db"
        file.parent.mkdir(parents=True)
        shutil.copy(self.originals / f"{original}.db", file)
        return file

    def casweep(self, *arguments, code: int = 0, **variables: str) -> subprocess.CompletedProcess:
        done = subprocess.run([CASWEEP, *arguments], capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={"HOME": str(self.folder), "LC_ALL": "C.UTF-8", **variables})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def in_folder(self, *arguments, code: int = 0) -> str:
        return self.casweep("fleet", *arguments, "--db-dir", self.fleet, code=code).stdout

    def status(self, *arguments, code: int = 0) -> dict:
        return json.loads(self.in_folder("status", "--format", "json", *arguments, code=code))

    def states(self, *arguments, code: int = 0) -> dict:
        return {site["name"]: site["state"] for site in self.status(*arguments, code=code)["sites"]}

    def test_counts_each_ca_once(self):
        status = self.status()
        self.assertEqual(len(status["sites"]), 2)
        self.assertEqual(status["totals"]["cas"], CAS)
        self.assertEqual(len(status["cas"]), CAS)
        self.assertTrue(all(len(ca["seen_by"]) == 2 for ca in status["cas"]), "both list all of them")

    def test_the_numbers_are_those_of_the_single_histories(self):
        for site in self.status()["sites"]:
            alone = json.loads(self.casweep("status", "--format", "json", "--db", site["source"]).stdout)
            self.assertEqual(site["counts"], alone["counts"])
            self.assertEqual(site["since"], alone["since"])
            self.assertEqual(site["last_complete_scan"], alone["last_complete_scan"])
            info = json.loads(self.casweep("db", "info", "--format", "json", "--db", site["source"]).stdout)
            self.assertEqual((site["id"], site["ledger_head"]), (info["site_id"], info["ledger_head"]))

    def test_a_stale_site_comes_first_and_is_not_fine(self):
        self.assertEqual(set(self.states().values()), {"current"})
        self.assertGreater(self.status()["totals"]["compliant"], 0)
        status = self.status("--stale-after", "1h")
        self.assertEqual({site["state"] for site in status["sites"]}, {"stale"})
        self.assertEqual(status["totals"]["compliant"], 0)
        self.assertGreater(status["totals"]["outdated"], 0)
        self.assertGreater(status["totals"]["counts"]["not-enforced"], 0, "bad news stays")

    def test_an_unreadable_history_is_named_and_the_others_are_shown(self):
        (self.fleet / "broken").mkdir()
        (self.fleet / "broken/history.db").write_text("no database")
        table = self.in_folder("status", code=FILE)
        first_site = table.splitlines()[1]
        self.assertTrue(first_site.startswith("broken "), table)
        self.assertIn("emea", table)
        self.assertIn("is not a history", table)
        broken = self.status(code=FILE)["sites"][0]
        self.assertEqual((broken["name"], broken["cas"], broken["counts"], broken["ledger_head"]), ("broken", None, None, None))
        for command in ("sites", "trend", "changes"):
            self.assertIn("is not a history", self.in_folder(command, code=FILE))

    def test_a_pipe_beside_a_history_stops_nothing(self):
        for ending in ("-journal", "-wal", "-shm"):
            pipe = self.fleet / f"emea/history.db{ending}"
            pipe.unlink(missing_ok=True)
            os.mkfifo(pipe)
            self.assertEqual(self.states(code=FILE), {"emea": "unreadable", "apac": "current"}, ending)
            pipe.unlink()

    def test_a_link_that_leads_nowhere_is_a_site(self):
        (self.fleet / "us").mkdir()
        (self.fleet / "us/history.db").symlink_to("/nowhere/history.db")
        (self.fleet / "latam").symlink_to("/nowhere")
        self.assertEqual(self.states(code=FILE),
                         {"us": "unreadable", "latam": "unreadable", "emea": "current", "apac": "current"})

    def test_a_configured_forest_without_a_history_is_not_left_out(self):
        config = self.folder / "casweep.conf"
        config.write_text(f"[forest emea]\ndb = {self.fleet}/emea/history.db\n[forest latam]\ndomain = latam.example\n")
        config.chmod(0o600)
        status = json.loads(self.casweep("fleet", "status", "--config", config, "--format", "json", code=FILE).stdout)
        self.assertEqual([(site["name"], site["state"]) for site in status["sites"]],
                         [("latam", "unreadable"), ("emea", "current")])
        self.assertIn(str(self.folder / ".local/share/casweep/latam/history.db"), status["sites"][0]["problem"])

    def test_variables_about_one_forest_do_not_count_for_configured_ones(self):
        config = self.folder / "casweep.conf"
        config.write_text(f"[forest emea]\ndb = {self.fleet}/emea/history.db\n")
        config.chmod(0o600)
        done = self.casweep("fleet", "sites", "--config", config, "--format", "json", CASWEEP_DB="/nowhere.db")
        self.assertEqual([site["name"] for site in json.loads(done.stdout)["sites"]], ["emea"])

    def test_without_a_configuration_it_is_the_default_history(self):
        default = self.folder / ".local/share/casweep/history.db"
        default.parent.mkdir(parents=True)
        shutil.copy(self.originals / "short.db", default)
        sites = json.loads(self.casweep("fleet", "sites", "--format", "json").stdout)["sites"]
        self.assertEqual([(site["name"], site["source"]) for site in sites], [("casweep", str(default))])

    def test_files_of_one_name_are_told_apart(self):
        (self.folder / "a").mkdir()
        (self.folder / "b").mkdir()
        for folder in ("a", "b"):
            shutil.copy(self.originals / "short.db", self.folder / folder / "x.db")
        done = self.casweep("fleet", "sites", "--db", self.folder / "a/x.db", "--db", self.folder / "b/x.db", "--format",
                            "json")
        self.assertEqual({site["name"] for site in json.loads(done.stdout)["sites"]},
                         {str(self.folder / "a/x.db"), str(self.folder / "b/x.db")})

    def test_copies_of_one_history_are_pointed_out(self):
        shutil.copy(self.fleet / "emea/history.db", self.fleet / "backup.db")
        self.assertIn("are copies of one history", self.in_folder("status"))

    def test_refuses_what_cannot_be_meant(self):
        emea = self.fleet / "emea/history.db"
        self.assertIn("was given twice", self.casweep("fleet", "status", "--db", emea, "--db",
                                                      self.fleet / "../fleet/emea/history.db", code=USAGE).stderr)
        self.assertIn("exclude each other", self.casweep("fleet", "status", "--db", emea, "--db-dir", self.fleet,
                                                         code=USAGE).stderr)
        self.assertIn("--db needs", self.casweep("fleet", "status", "--db", "", code=USAGE).stderr)
        self.assertIn("not a length of time", self.casweep("fleet", "status", "--db", emea, "--stale-after", "soon",
                                                           code=USAGE).stderr)
        (self.folder / "empty").mkdir()
        self.assertIn("has no history", self.casweep("fleet", "status", "--db-dir", self.folder / "empty",
                                                     code=DATA).stderr)
        self.assertIn(str(self.folder / "none"), self.casweep("fleet", "status", "--db-dir", self.folder / "none",
                                                              code=FILE).stderr)

    def test_never_replaces_a_history(self):
        emea = self.fleet / "emea/history.db"
        before = emea.read_bytes()
        for command in (["status"], ["export", "csv"], ["report"]):
            done = self.casweep("fleet", *command, "--db-dir", self.fleet, "-o", emea, "--force", code=USAGE)
            self.assertIn("belongs to the history", done.stderr)
        self.assertEqual(emea.read_bytes(), before)

    def test_exit_codes_are_those_of_all_sites(self):
        self.in_folder("status")
        self.in_folder("status", "--fail-on", "not-enforced", code=1)
        self.in_folder("status", "--fail-on", "unknown", code=2)
        self.in_folder("status", "--fail-on", "not-enforced,unknown", code=3)

    def test_a_stale_site_is_unknown_to_fail_on(self):
        with_unknown = self.status()["totals"]["counts"]["unknown"]
        self.assertGreater(with_unknown, 0)
        for ca in self.status()["cas"]:
            if ca["ca"]["verdict"] == "unknown":
                for site in ("emea", "apac"):
                    self.casweep("accept", ca["ca"]["object_guid"], "--status", "risk-accepted", "--reason", "known", "--by",
                                 "J. Doe", "--db", self.fleet / site / "history.db")
        self.in_folder("status", "--fail-on", "unknown")
        self.in_folder("status", "--fail-on", "unknown", "--stale-after", "1h", code=2)

    def test_words_that_compare_mean_what_they_mean_for_one_history(self):
        for word in ("new-ca", "new-not-enforced", "became-unknown", "regression", "removed-ca", "expired", "hidden-ca"):
            alone = [subprocess.run([CASWEEP, "status", "--fail-on", word, "--db", self.fleet / site / "history.db"],
                                    capture_output=True, env={"HOME": str(self.folder)}, timeout=120).returncode
                     for site in ("emea",)]
            shutil.rmtree(self.fleet / "apac", ignore_errors=True)
            self.in_folder("status", "--fail-on", word, code=alone[0])

    def test_the_trend_has_every_day(self):
        days = json.loads(self.in_folder("trend", "--format", "json"))["days"]
        self.assertEqual(days, sorted(days, key=lambda day: day["day"]))
        self.assertGreater(len(days), 30)
        self.assertEqual(days[-1]["sites"], 2)
        self.assertEqual(days[-1]["discovered"], CAS, "both sites see one forest")
        rows = list(csv.DictReader(io.StringIO(self.in_folder("trend", "--format", "csv"))))
        self.assertEqual([row["day"] for row in rows], [day["day"] for day in days])
        self.assertEqual(rows[-1]["unknown"], str(days[-1]["counts"]["unknown"]))

    def test_a_part_of_the_trend_has_the_numbers_of_the_whole(self):
        whole = json.loads(self.in_folder("trend", "--format", "json"))["days"]
        # Also where the last complete scan is much older than the period.
        for last in ("2d", "12d"):
            part = json.loads(self.in_folder("trend", "--format", "json", "--last", last))["days"]
            self.assertGreater(len(part), 0)
            self.assertEqual(part, whole[-len(part):])

    def test_changes_are_those_of_the_single_histories(self):
        changes = json.loads(self.in_folder("changes", "--since", "2000-01-01", "--format", "json"))
        self.assertEqual([event["at"] for event in changes["events"]], sorted(event["at"] for event in changes["events"]))
        for site in ("emea", "apac"):
            alone = json.loads(self.casweep("trend", "--format", "json", "--db", self.fleet / site / "history.db").stdout)
            mine = [{key: value for key, value in event.items() if key != "site"} for event in changes["events"]
                    if event["site"] == site]
            self.assertEqual(sorted(mine, key=str), sorted(alone["events"], key=str))

    def test_changes_are_of_the_last_30_days(self):
        recent = json.loads(self.in_folder("changes", "--format", "json"))
        all_of_them = json.loads(self.in_folder("changes", "--since", "2000-01-01", "--format", "json"))
        self.assertLess(len(recent["events"]), len(all_of_them["events"]))
        self.assertGreater(len(recent["events"]), 0)

    def test_csv_has_a_line_for_each_ca(self):
        rows = list(csv.DictReader(io.StringIO(self.in_folder("export", "csv"))))
        self.assertEqual(len(rows), CAS)
        self.assertEqual(set(rows[0]["sites"].split(";")), {"emea", "apac"})
        self.assertEqual(len({row["object_guid"] for row in rows}), CAS)

    def test_metrics_are_those_of_each_site(self):
        (self.fleet / "broken").mkdir()
        (self.fleet / "broken/history.db").write_text("no database")
        text = self.in_folder("export", "prometheus", code=FILE)
        series = set()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                self.assertNotIn(key, series)
                series.add(key)
        for metric in ("adcs_esc11_ca_unknown", "adcs_esc11_cas", "adcs_esc11_regressions"):
            sites = {dict(labels).get("site") for name, labels in series if name == metric}
            self.assertEqual(sites, {"emea", "apac"}, "nothing is known of a site that cannot be read")
        totals = {sample.labels["verdict"]: sample.value for family in text_string_to_metric_families(text)
                  if family.name == "adcs_esc11_fleet_cas" for sample in family.samples}
        self.assertEqual(sum(totals.values()), CAS)
        values = {(sample.labels["site"], sample.labels["state"]): sample.value
                  for family in text_string_to_metric_families(text) if family.name == "adcs_esc11_site_state"
                  for sample in family.samples}
        self.assertEqual(values["broken", "unreadable"], 1)
        self.assertEqual(values["emea", "current"], 1)
        self.assertEqual(values["emea", "stale"], 0)
        if os.access(PROMTOOL, os.X_OK):
            checked = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertNotIn("error", checked.stderr)

    def test_tables_fit_a_narrow_terminal_and_show_no_control_characters(self):
        for command in (["status"], ["status", "--all"], ["sites"], ["trend"], ["changes", "--since", "2000-01-01"]):
            table = self.in_folder(*command)
            self.assertEqual(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\u200b]", table), [], command)

    def test_the_report_is_an_index_with_a_page_for_each_site(self):
        pages = self.folder / "pages"
        pages.mkdir()
        self.in_folder("report", "-o", pages / "index.html")
        self.assertEqual({file.name for file in pages.iterdir()}, {"index.html", "emea.html", "apac.html"})
        index = (pages / "index.html").read_text()
        self.assertEqual(set(re.findall(r'href="([^"#]+\.html)"', index)), {"emea.html", "apac.html"})
        alone = self.folder / "alone.html"
        self.casweep("report", "--db", self.fleet / "emea/history.db", "-o", alone)
        self.assertEqual((pages / "emea.html").read_bytes(), alone.read_bytes())

    def test_the_report_keeps_existing_files(self):
        pages = self.folder / "pages"
        pages.mkdir()
        (pages / "emea.html").write_text("mine")
        self.in_folder("report", "-o", pages / "index.html", code=FILE)
        self.assertEqual({file.name for file in pages.iterdir()}, {"emea.html"})
        self.assertEqual((pages / "emea.html").read_text(), "mine")
        self.in_folder("report", "-o", pages / "index.html", "--index-only")
        self.assertEqual((pages / "emea.html").read_text(), "mine")
        self.in_folder("report", "-o", pages / "index.html", "--force")
        self.assertIn("ESC11", (pages / "emea.html").read_text())

    def test_names_of_sites_are_harmless_in_file_names_and_pages(self):
        self.add("<img src=x onerror=alert(1)>", "short")
        self.add("index", "short")
        self.add("EMEA", "short")
        pages = self.folder / "pages"
        pages.mkdir()
        self.in_folder("report", "-o", pages / "index.html")
        names = {file.name for file in pages.iterdir()}
        self.assertEqual(len(names), 6)
        self.assertEqual(len({name.lower() for name in names}), 6, "also where case is ignored")
        self.assertTrue(all(re.fullmatch(r"[A-Za-z0-9._-]+\.html", name) for name in names), names)
        self.assertNotIn("<img", (pages / "index.html").read_text())


if __name__ == "__main__":
    unittest.main()
