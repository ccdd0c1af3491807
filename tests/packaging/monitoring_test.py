# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules and the dashboard for Prometheus: it accepts them, and they ask only for metrics and labels that casweep writes."""

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
RULES = sorted((ROOT / "packaging/prometheus").glob("*.rules.yml"))
DASHBOARD = ROOT / "packaging/grafana/casweep.json"


def promtool(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([PROMTOOL, *arguments], text=True, capture_output=True)


def test_of(rules: Path) -> Path:
    return Path(__file__).with_name(rules.name.replace(".yml", ".test.yml"))


class MonitoringTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-monitoring-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        history = cls.folder / "history.db"
        subprocess.run([MAKE_HISTORY, history, "--story"], check=True)
        cls.labels = {}
        for command in (["export"], ["fleet", "export"]):
            metrics = subprocess.run([CASWEEP, *command, "prometheus", "--db", history], text=True, capture_output=True, check=True).stdout
            for family in text_string_to_metric_families(metrics):
                for sample in family.samples:
                    cls.labels.setdefault(sample.name, set()).update(sample.labels)

    def assert_asks_for_what_there_is(self, expression: str):
        asked = set(re.findall(r"\badcs_[a-z0-9_]+", expression))
        self.assertTrue(asked, expression)
        self.assertLessEqual(asked, self.labels.keys(), expression)
        for metric, matchers in re.findall(r"\b(adcs_[a-z0-9_]+)\{([^}]*)\}", expression):
            for label in re.findall(r"([a-z_]+)(?:=~|!~|!=|=)\"", matchers):
                self.assertIn(label, self.labels[metric], expression)

    def expressions_of_dashboard(self) -> list[str]:
        dashboard = json.loads(DASHBOARD.read_text())
        return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    def test_the_alerts_fire_on_what_they_are_for(self):
        self.assertEqual(len(RULES), 2)
        for rules, changed in zip(RULES, ('state="current"}[2d]', "ca_regressed == 1")):
            copy = self.folder / rules.name
            shutil.copy(rules, copy)
            test = self.folder / test_of(rules).name
            shutil.copy(test_of(rules), test)
            checked = promtool("check", "rules", copy)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            tested = promtool("test", "rules", test)
            self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)
            self.assertIn(changed, rules.read_text())
            copy.write_text(rules.read_text().replace(changed, changed.replace("2d", "1m").replace("== 1", "== 2")))
            self.assertNotEqual(promtool("test", "rules", test).returncode, 0)

    def test_every_alert_has_a_test(self):
        for rules in RULES:
            named = re.findall(r"alert: (\w+)", rules.read_text())
            tested = test_of(rules).read_text()
            self.assertEqual([name for name in named if f"alertname: {name}\n" not in tested], [])

    def test_the_alerts_ask_for_metrics_that_there_are(self):
        for rules in RULES:
            for expression in re.findall(r"expr: ([^>\n].*|>-\n(?: {10}.*\n)+)", rules.read_text()):
                self.assert_asks_for_what_there_is(expression)

    def test_the_dashboard_asks_for_metrics_that_there_are(self):
        expressions = self.expressions_of_dashboard()
        self.assertGreater(len(expressions), 5)
        for expression in expressions:
            self.assert_asks_for_what_there_is(expression)

    def test_prometheus_understands_every_query_of_the_dashboard(self):
        rules = [{"record": f"query:{number}", "expr": expression.replace("$forest", "corp.*")}
                 for number, expression in enumerate(self.expressions_of_dashboard())]
        file = self.folder / "queries.yml"
        file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))  # JSON is YAML
        checked = promtool("check", "rules", file)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main()
