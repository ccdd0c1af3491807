# SPDX-License-Identifier: GPL-3.0-or-later
"""The alert rules and the dashboard: Prometheus accepts them, and they ask only for metrics and labels that casweep writes."""

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
RULES = ROOT / "packaging/prometheus/casweep.rules.yml"
DASHBOARD = ROOT / "packaging/grafana/casweep.json"


def promtool(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([PROMTOOL, *arguments], text=True, capture_output=True)


class MonitoringTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-monitoring-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        history = cls.folder / "history.db"
        subprocess.run([MAKE_HISTORY, history, "--story"], check=True)
        metrics = subprocess.run([CASWEEP, "export", "prometheus", "--db", history], text=True, capture_output=True, check=True).stdout
        cls.labels = {}
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
        rules = self.folder / "casweep.rules.yml"
        shutil.copy(RULES, rules)
        shutil.copy(Path(__file__).with_name("casweep.rules.test.yml"), self.folder)
        checked = promtool("check", "rules", rules)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        tested = promtool("test", "rules", self.folder / "casweep.rules.test.yml")
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)
        rules.write_text(RULES.read_text().replace("ca_regressed == 1", "ca_regressed == 2"))
        self.assertNotEqual(promtool("test", "rules", self.folder / "casweep.rules.test.yml").returncode, 0)

    def test_every_alert_has_a_test(self):
        named = re.findall(r"alert: (\w+)", RULES.read_text())
        tested = Path(__file__).with_name("casweep.rules.test.yml").read_text()
        self.assertEqual([name for name in named if f"alertname: {name}\n" not in tested], [])

    def test_the_alerts_ask_for_metrics_that_there_are(self):
        for expression in re.findall(r"expr: ([^>\n].*|>-\n(?: {10}.*\n)+)", RULES.read_text()):
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
