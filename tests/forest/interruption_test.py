# SPDX-License-Identifier: GPL-3.0-or-later
"""An interrupted sweep keeps its readings or is recorded as interrupted, and leaves no process behind."""

import os
import random
import signal
import subprocess
import time
import unittest
from collections import Counter
from pathlib import Path

from forest import BOTH, CASWEEP, DATABASE, DEADLINE, NOT_ENFORCED, ForestTest, cases

SEED = 20261125
KILLS = int(os.environ.get("CASWEEP_TEST_KILLS", "50"))
WRITES = ("pwrite64", "fdatasync")  #: how SQLite writes
PHASES = ("beginning", "sweep", "recording")  #: before the first worker, until the last is gone, and what follows


class InterruptionTest(ForestTest):
    def setUp(self):
        super().setUp()
        self.enter = ["ip", "netns", "exec", self.lab["LAB_NAME"]]  # `lab exec` is too slow
        self.env = {**os.environ, "KRB5_CONFIG": self.lab["KRB5_CONFIG"], "KRB5CCNAME": f"FILE:{self.folder}/ticket"}
        self.env["ASAN_OPTIONS"] = "detect_leaks=0"  # a sanitizer cannot check for leaks under strace
        ticket = ["kinit", "-k", "-t", self.lab["LAB_AUDITOR_KEYTAB"], self.lab["LAB_AUDITOR"]]
        subprocess.run([*self.enter, *ticket], env=self.env, check=True)

    def command(self, *options: str, under: tuple[str, ...] = ()) -> list[str]:
        return [*self.enter, *under, CASWEEP, "scan", "--domain", self.domain, "--db", str(self.db), *options]

    def start(self, *options: str) -> subprocess.Popen:
        """A scan, once its program runs."""
        command = self.command(*options)
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=self.env, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        self.wait(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "casweep\n")  # `ip` becomes it
        return process

    @staticmethod
    def workers(process: subprocess.Popen) -> int:
        """The number of casweep's children; a single one only tests the confinement of workers."""
        try:
            return len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        except OSError:  # it has ended
            return 0

    def wait(self, condition, seconds: float = 60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.0005)

    def wait_for_phase(self, process: subprocess.Popen, phase: str):
        for reached in PHASES[1 : PHASES.index(phase) + 1]:
            at_work = reached == "sweep"
            self.wait(lambda at_work=at_work: (self.workers(process) > 1) == at_work)

    def phase_lengths(self, *options: str) -> dict[str, float]:
        """The duration of each phase of an uninterrupted scan, in seconds."""
        process = self.start(*options)
        moments = [time.monotonic()]
        for phase in PHASES[1:]:
            self.wait_for_phase(process, phase)
            moments.append(time.monotonic())
        process.communicate(timeout=60)
        moments.append(time.monotonic())
        return {phase: moments[i + 1] - moments[i] for i, phase in enumerate(PHASES)}

    def assert_nothing_runs(self, process: subprocess.Popen):
        left = ["pgrep", "-s", str(process.pid)]
        self.wait(lambda: not subprocess.run(left, stdout=subprocess.PIPE).stdout, seconds=20)

    def assert_history_is_whole(self):
        if not self.db.exists() or self.db.stat().st_size == 0:
            return
        self.assertEqual(self.history("PRAGMA integrity_check"), [{"integrity_check": "ok"}])
        checked = subprocess.run([CASWEEP, "db", "check", "--db", str(self.db)], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def scans(self) -> list[dict]:
        """The state of every scan, and how many CAs it read."""
        return self.history(
            "SELECT state, count(reading_id) AS read FROM scan LEFT JOIN observation ON scan.id = scan_id "
            "GROUP BY scan.id ORDER BY scan.id"
        )

    def test_ctrl_c_and_sigterm_keep_what_was_read(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                self.db = self.folder / f"{number.name}.db"
                process = self.start("--deadline", "20")
                self.wait_for_phase(process, "sweep")
                self.wait(lambda process=process: self.workers(process) == 1)  # the one that waits for the silent host
                os.kill(process.pid, number)
                out, err = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 128 + number, err)
                self.assertIn("interrupted", (out + err).lower())
                self.assert_nothing_runs(process)
                self.assertEqual(self.scans(), [{"state": "interrupted", "read": len(cases()) - 1}])

    def test_killed_at_any_moment_the_history_is_whole(self):
        """kill -9 at random moments of each phase, in one and the same history; then a scan that works."""
        asked = [case["display_name"] for case in cases() if case["behaviour"] != "dropped"]
        options = [word for name in asked for word in ("--ca", name)]
        lengths = self.phase_lengths(*options)
        moments = random.Random(SEED)
        print(f"\nseed {SEED};", ", ".join(f"{phase} {1000 * s:.0f} ms" for phase, s in lengths.items()))
        for number in range(KILLS):
            phase = PHASES[number % len(PHASES)]
            process = self.start(*options)
            self.wait_for_phase(process, phase)
            time.sleep(moments.uniform(0, 1.1 * lengths[phase]))  # a little past its end, too
            os.kill(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
            self.assert_nothing_runs(process)
            self.assert_history_is_whole()
        done = self.scan()
        self.assertEqual(done.returncode, BOTH, done.stderr)
        self.assert_history_is_whole()
        *killed, last = self.scans()
        self.assertEqual(last, {"state": "complete", "read": len(cases())})
        # All or nothing. The first was not killed, and a kill may come after the record.
        outcomes = Counter((scan["state"], scan["read"]) for scan in killed)
        print(f"{KILLS} kills: {dict(outcomes)}")
        self.assertLessEqual(set(outcomes), {("interrupted", 0), ("partial", len(asked))})
        self.assertGreater(outcomes["interrupted", 0], KILLS // 3)

    def test_killed_at_any_write_the_history_is_whole(self):
        """kill -9 just before the scan writes or syncs: strace counts the calls and sends the signal."""
        options = ("--ca", "Contoso Issuing CA 01", "--ca", "Contoso Issuing CA 03")
        counts = self.folder / "counts"

        def scan(*under: str) -> int:
            command = self.command(*options, under=("strace", "-o", str(counts), *under))
            done = subprocess.run(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
            return done.returncode

        for _ in range(2):  # the second one finds a history, like all scans after it
            self.assertEqual(scan("-e", f"trace={','.join(WRITES)}"), NOT_ENFORCED)
        writes = {call: counts.read_text().count(f"{call}(") for call in WRITES}
        moments = random.Random(SEED)
        print(f"\nseed {SEED}; a scan writes {writes}")
        ends = Counter()
        for number in range(16):
            call = WRITES[number % len(WRITES)]
            when = moments.randint(1, writes[call])
            with self.subTest(call=call, when=when):
                ends[scan("-e", f"inject={call}:signal=KILL:when={when}")] += 1
                self.assert_history_is_whole()
        self.assertLessEqual(set(ends), {-signal.SIGKILL, NOT_ENFORCED})  # not all scans write equally often
        self.assertGreater(ends[-signal.SIGKILL], 10)
        self.assertEqual(scan(), NOT_ENFORCED)
        *killed, last = self.scans()
        self.assertEqual(last, {"state": "partial", "read": 2})
        outcomes = Counter((scan["state"], scan["read"]) for scan in killed)
        print(f"killed at a write: {dict(outcomes)}")
        self.assertLessEqual(set(outcomes), {("interrupted", 0), ("partial", 2)})

    def test_a_disk_that_fills_during_the_sweep_marks_the_scan_and_shows_what_was_read(self):
        small = self.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "casweep-small", str(small)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(small)], check=True)
        self.db = small / "history.db"
        process = self.start("--deadline", DEADLINE)
        self.wait_for_phase(process, "sweep")
        filler = small / "filler"
        with filler.open("wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(b"x" * 512)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DATABASE, err)
        self.assertIn("No space left", err)
        self.assertIn("Contoso Issuing CA 03", out)
        self.assert_nothing_runs(process)
        filler.unlink()
        self.assert_history_is_whole()
        self.assertEqual(self.scan().returncode, BOTH)
        self.assertEqual([scan["state"] for scan in self.scans()], ["interrupted", "complete"])
        self.assert_history_is_whole()


if __name__ == "__main__":
    unittest.main()
