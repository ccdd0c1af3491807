# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweep that is stopped: what was read is kept or the scan says interrupted, and no process stays behind."""

import os
import random
import signal
import subprocess
import time
import unittest

from forest import BOTH, CASWEEP, LAB, ForestTest


class InterruptionTest(ForestTest):
    def start(self) -> subprocess.Popen:
        command = self.inside(CASWEEP, "scan", "--domain", self.domain, "--db", str(self.db), "--deadline", "20")
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def program(self, process: subprocess.Popen) -> int:
        """The pid of casweep itself: `lab exec` becomes it, or starts it."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = subprocess.run(["pgrep", "-s", str(process.pid), "-x", "casweep"], capture_output=True, text=True)
            if found.stdout:
                return min(int(pid) for pid in found.stdout.split())
            time.sleep(0.01)
        raise AssertionError("casweep did not start")

    def assert_nothing_runs(self, process: subprocess.Popen):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            left = subprocess.run(["pgrep", "-s", str(process.pid)], capture_output=True, text=True).stdout
            if not left:
                return
            time.sleep(0.02)
        raise AssertionError(f"processes left: {left}")

    def test_ctrl_c_and_sigterm_keep_what_was_read(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                self.db = self.folder / f"{number.name}.db"
                process = self.start()
                pid = self.program(process)
                time.sleep(5)  # everything but the silent host is read by then
                os.kill(pid, number)
                out, err = process.communicate(timeout=10)
                self.assertEqual(process.returncode, 128 + number, err)
                self.assertIn("interrupted", (out + err).lower())
                self.assert_nothing_runs(process)
                scan = self.history("SELECT state, (SELECT count(*) FROM observation) AS read FROM scan")[0]
                self.assertEqual(scan["state"], "interrupted")
                self.assertGreaterEqual(scan["read"], 15)

    def test_killed_at_any_moment_the_history_is_whole(self):
        """kill -9 at 50 random moments, in one and the same history; then a scan that works."""
        moments = random.Random(20261123)
        for _ in range(50):
            process = self.start()
            pid = self.program(process)
            time.sleep(moments.uniform(0, 1.5))
            os.kill(pid, signal.SIGKILL)
            process.communicate(timeout=10)
            self.assert_nothing_runs(process)
            if self.db.exists() and self.db.stat().st_size > 0:
                self.assertEqual(self.history("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
        done = self.scan()
        self.assertEqual(done.returncode, BOTH, done.stderr)
        states = [row["state"] for row in self.history("SELECT state FROM scan ORDER BY id")]
        self.assertEqual(states[-1], "complete")
        self.assertEqual(set(states[:-1]), {"interrupted"})


if __name__ == "__main__":
    unittest.main()
