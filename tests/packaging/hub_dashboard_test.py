# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard of a hub: a reader can run every query of it, and it shows what 'casweep fleet' shows."""

import csv
import io
import itertools
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from postgres import PostgresServer, programs, sanitizer_options

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))
DASHBOARD = ROOT / "packaging/grafana/casweep-fleet.json"
DATA_SOURCE = ROOT / "packaging/grafana/casweep-hub.yml"


class HubDashboardTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = PostgresServer()
        cls.addClassCleanup(cls.server.stop)
        folder = tempfile.TemporaryDirectory(prefix="casweep-dashboard-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.sites: dict[str, str] = {}
        cls.server.sql("CREATE DATABASE hub")
        cls.owner = cls.server.conninfo("postgres", "hub")
        cls.casweep("hub", "init", "--hub", cls.owner)
        cls.server.sql("CREATE ROLE grafana LOGIN IN ROLE casweep_reader")
        cls.reader = cls.server.conninfo("grafana", "hub")
        for name, kind in (("story", ["--story"]), ("short", [])):
            history = cls.folder / f"{name}.db"
            subprocess.run([MAKE_HISTORY, history, *kind], check=True)
            site = json.loads(cls.casweep("db", "info", "--db", history, "--format", "json"))["site_id"]
            cls.casweep("hub", "enroll", site, "--login", f"site_{name}", "--hub", cls.owner)
            cls.sites[name] = site
            cls.casweep("publish", "--db", history, "--hub", cls.server.conninfo(f"site_{name}", "hub"))
        # Enrolled, and nothing was received.
        cls.casweep("hub", "enroll", "5f1c0b1e-7a52-8d1c-9e0a-3c5b2f4d6a70", "--login", "site_silent", "--hub", cls.owner)
        cls.dashboard = json.loads(DASHBOARD.read_text())

    @classmethod
    def casweep(cls, *arguments) -> str:
        return subprocess.run([CASWEEP, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={"HOME": str(cls.folder), **sanitizer_options()}).stdout

    def rows(self, query: str, stale_hours: int = 48, forests: list[str] | None = None) -> list[dict[str, str]]:
        """Of a query with Grafana's variables and macros, as the role of Grafana."""
        if forests is None:
            forests = [row["coalesce"] for row in self.rows(self.variable("forest")["query"], forests=[])]
        for name, value in {
            "${forest:sqlstring}": ", ".join("'" + forest.replace("'", "''") + "'" for forest in forests) or "''",
            "${stale_hours}": str(stale_hours),
            "$__timeFrom()": "'2000-01-01T00:00:00Z'",
            "$__timeTo()": "'2100-01-01T00:00:00Z'",
        }.items():
            query = query.replace(name, value)
        query = re.sub(r"\$__timeFilter\(([a-z_.]+)\)", r"\1 BETWEEN '2000-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'", query)
        self.assertNotIn("$", query)
        done = subprocess.run([programs() / "psql", "-Xq", "--csv", "-v", "ON_ERROR_STOP=1", "-h", self.server.folder, "-U", "grafana",
                               "-d", "hub", "-c", query], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), query)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def variable(self, name: str) -> dict:
        return next(variable for variable in self.dashboard["templating"]["list"] if variable["name"] == name)

    def panel(self, title: str, **how) -> list[dict[str, str]]:
        panel = next(panel for panel in self.dashboard["panels"] if panel["title"] == title)
        return self.rows(panel["targets"][0]["rawSql"], **how)

    def fleet(self, *arguments) -> dict:
        return json.loads(self.casweep("fleet", *arguments, "--format", "json", "--hub", self.reader))

    def test_every_query_runs(self):
        titles = [panel["title"] for panel in self.dashboard["panels"]]
        self.assertGreater(len(titles), 6)
        for title in titles:
            with self.subTest(title):
                self.assertTrue(self.panel(title))
                self.panel(title, forests=["it's"])

    def revoke(self, name: str):
        self.casweep("hub", "revoke", self.sites[name], "--hub", self.owner)
        self.addCleanup(self.casweep, "hub", "enroll", self.sites[name], "--login", f"site_{name}", "--hub", self.owner)

    def test_the_numbers_are_those_of_fleet_status(self):
        self.check_numbers()

    def test_the_numbers_are_those_of_fleet_status_if_a_site_is_revoked(self):
        self.assertGreater(self.fleet("status", "--stale-after", "80000h")["totals"]["compliant"], 0)
        self.revoke("story")
        self.check_numbers()
        self.revoke("short")
        self.assertEqual(self.fleet("status", "--stale-after", "80000h")["totals"]["compliant"], 0)
        self.check_numbers()

    def test_the_numbers_are_those_of_fleet_status_if_sites_disagree(self):
        """Readings are changed in the database, as no publisher could."""
        change = "ALTER TABLE casweep.reading DISABLE TRIGGER USER; {}; ALTER TABLE casweep.reading ENABLE TRIGGER USER"
        self.server.sql("CREATE TABLE public.original AS SELECT site_id, id, outcome, reason, interface_flags FROM casweep.reading", "hub")
        self.addCleanup(self.server.sql, change.format(
            "UPDATE casweep.reading AS r SET outcome = o.outcome, reason = o.reason, interface_flags = o.interface_flags FROM public.original AS o "
            "WHERE r.site_id = o.site_id AND r.id = o.id; DROP TABLE public.original"), "hub")
        verdicts = {"unknown": ("timed-out", "NULL"), "not-enforced": ("flag-clear", 0x441), "enforced": ("flag-set", 0x641)}
        for of_story, of_short in itertools.product(verdicts, verdicts):
            for name, outcome in (("story", of_story), ("short", of_short)):
                reason, flags = verdicts[outcome]
                self.server.sql(change.format(f"UPDATE casweep.reading SET outcome = '{outcome}', reason = '{reason}', "
                                              f"interface_flags = {flags} WHERE site_id = '{self.sites[name]}'"), "hub")
            with self.subTest(of_story=of_story, of_short=of_short):
                self.check_numbers(80_000)
                for name in self.sites:
                    self.casweep("hub", "revoke", self.sites[name], "--hub", self.owner)
                    self.check_numbers(80_000)
                    self.casweep("hub", "enroll", self.sites[name], "--login", f"site_{name}", "--hub", self.owner)

    def check_numbers(self, *stale):
        for stale_hours in stale or (12, 48, 96, 80_000):
            with self.subTest(stale_hours):
                totals = self.fleet("status", "--stale-after", f"{stale_hours}h")["totals"]
                number = {title: int(self.panel(title, stale_hours=stale_hours)[0]["count"])
                          for title in ("Not enforced", "Unknown", "Compliant")}
                self.assertEqual(number, {"Not enforced": totals["counts"]["not-enforced"],
                                          "Unknown": totals["counts"]["unknown"] + totals["outdated"], "Compliant": totals["compliant"]})
                self.assertEqual(sum(number.values()), totals["cas"])

    def test_the_sites_are_those_of_fleet_status(self):
        self.check_sites()
        self.revoke("short")
        self.check_sites()

    def check_sites(self):
        for stale_hours in (48, 80_000):
            sites = self.fleet("status", "--stale-after", f"{stale_hours}h")["sites"]
            states = {site["id"]: site["state"] if site["state"] in ("current", "revoked") else "stale" for site in sites}
            self.assertEqual({row["Site"]: row["State"] for row in self.panel("Sites", stale_hours=stale_hours)}, states)
            self.assertEqual(int(self.panel("Stale sites", stale_hours=stale_hours)[0]["count"]), list(states.values()).count("stale"))

    def test_the_last_day_is_that_of_the_newest_scans(self):
        day = self.panel("CAs by verdict")[-1]
        scan = max((scan for scan in self.rows("SELECT * FROM casweep.scan_history WHERE state = 'complete'")), key=lambda scan: scan["started_at"])
        self.assertGreaterEqual(int(day["not-enforced"]), int(scan["not_enforced"]))
        self.assertGreater(int(day["enforced"]) + int(day["not-enforced"]) + int(day["unknown"]), 0)

    def test_decisions_are_shown(self):
        recorded = self.rows("SELECT id FROM casweep.decision")
        self.assertEqual(len(self.panel("Decisions")), len(recorded))

    def test_it_finds_the_data_source(self):
        self.assertEqual(self.dashboard["uid"], "casweep-fleet")
        provisioned = re.search(r"^    uid: (\S+)$", DATA_SOURCE.read_text(), re.MULTILINE).group(1)
        self.assertEqual(self.variable("datasource")["current"]["value"], provisioned)
        uids = {target["datasource"]["uid"] for panel in self.dashboard["panels"] for target in panel["targets"]}
        self.assertEqual(uids, {"${datasource}"})

    def test_the_data_source_proves_the_hub_and_holds_no_password(self):
        source = DATA_SOURCE.read_text()
        self.assertIn("sslmode: verify-full\n", source)
        self.assertNotIn("assword", source)


if __name__ == "__main__":
    unittest.main()
