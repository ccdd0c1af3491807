# SPDX-License-Identifier: GPL-3.0-or-later
"""The program with a hub: a PostgreSQL server that the test starts."""

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from postgres import PostgresServer, sanitizer_options
from schemas import validator_of

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))

USAGE, DATA, UNAVAILABLE, FILE, CREDENTIALS = 64, 65, 69, 74, 77


class HubTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = PostgresServer()
        cls.addClassCleanup(cls.server.stop)
        cls.number = 0

    def setUp(self):
        HubTest.number += 1
        self.database = f"hub{HubTest.number}"
        self.server.sql(f"CREATE DATABASE {self.database}")
        folder = tempfile.TemporaryDirectory(prefix="casweep-hub-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.db = self.folder / "history.db"
        subprocess.run([MAKE_HISTORY, self.db, "--story"], check=True)
        self.owner = self.server.conninfo("postgres", self.database)
        self.publisher = self.server.conninfo("site_a", self.database)

    def casweep(self, *arguments, code=0, **variables) -> subprocess.CompletedProcess:
        done = subprocess.run([CASWEEP, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, env={"HOME": str(self.folder), **sanitizer_options(), **variables})
        self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        return done

    def site(self) -> str:
        return json.loads(self.casweep("db", "info", "--db", self.db, "--format", "json").stdout)["site_id"]

    def make_hub(self, *arguments):
        self.casweep("hub", "init", "--hub", self.owner, *arguments)
        self.casweep("hub", "enroll", self.site(), "--login", "site_a", "--hub", self.owner)

    def value(self, query: str) -> str:
        return self.server.sql(query, self.database)

    def wait_for(self, query: str, otherwise: str):
        """Until the query returns 1."""
        for _ in range(400):
            if self.value(query) == "1":
                return
            time.sleep(0.05)
        self.fail(otherwise)

    def test_four_steps_from_an_empty_database_to_a_checked_hub(self):
        done = self.casweep("hub", "init", "--hub", self.owner)
        self.assertIn(f"The database {self.database} on", done.stdout)
        self.assertIn("casweep hub enroll SITE --login ROLE", done.stdout)
        done = self.casweep("hub", "enroll", self.site(), "--login", "site_a", "--hub", self.owner)
        self.assertEqual(done.stdout, f"Role site_a may publish the site {self.site()}.\n")
        done = self.casweep("publish", "--hub", self.publisher, "--db", self.db)
        self.assertRegex(done.stdout, f"^Site {self.site()}: Published [0-9]+ ledger entries \\([0-9]+ scans, [0-9]+ ")
        again = self.casweep("publish", "--hub", self.publisher, "--db", self.db)
        self.assertIn("has everything", again.stdout)
        done = self.casweep("hub", "check", "--hub", self.owner)
        self.assertIn("1 site; everything agrees.", done.stdout)
        self.assertIn("site_a", done.stdout)
        document = json.loads(self.casweep("hub", "check", self.site(), "--hub", self.owner, "--format", "json").stdout)
        validator_of("hub-check").validate(document)
        self.assertTrue(document["agrees"])

    def test_the_readmes_steps(self):
        readme = (ROOT / "README.md").read_text()
        blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
        steps = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()
                 if re.match(r"casweep (hub |publish |fleet .*--hub )", line)]
        self.assertGreaterEqual(len(steps), 4)
        self.server.sql("CREATE DATABASE casweep")
        services = self.folder / "services.conf"
        services.write_text(f"[casweep]\nhost={self.server.folder}\ndbname=casweep\n")
        self.folder.joinpath(".local/share/casweep").mkdir(parents=True)
        self.db.rename(self.folder / ".local/share/casweep/history.db")
        self.db = self.folder / ".local/share/casweep/history.db"
        said = []
        for step in steps:
            words = shlex.split(step.replace("/var/run/postgresql", str(self.server.folder)).replace("SITE", self.site()))
            user = "site_corp" if words[1] == "publish" else "postgres"
            said.append(self.casweep(*words[1:], PGUSER=user, PGSERVICEFILE=str(services)).stdout)
        self.assertIn("Published", "".join(said))
        self.assertIn("site_corp", said[-1])

    def test_hub_comes_from_config_file_and_variable(self):
        self.make_hub("--partitions", "4")
        config = self.folder / "casweep.conf"
        config.write_text(f"[forest corp]\ndomain = corp.example\ndb = {self.db}\nhub = {self.publisher}\n")
        done = self.casweep("publish", "--config", config)
        self.assertIn("Published", done.stdout)
        done = self.casweep("publish", "--db", self.db, CASWEEP_HUB=self.publisher)
        self.assertIn("has everything", done.stdout)
        self.assertIn("No hub is named", self.casweep("publish", "--db", self.db, code=USAGE).stderr)

    def test_passwords_are_refused_and_never_shown(self):
        for conninfo in ("host=h password=hunter2", "postgresql://u:hunter2@h/d"):
            done = self.casweep("publish", "--hub", conninfo, "--db", self.db, code=USAGE)
            self.assertIn("~/.pgpass", done.stderr)
            self.assertNotIn("hunter2", done.stderr + done.stdout)
        done = self.casweep("publish", "--hub", "host=h", "--db", self.db, code=USAGE, PGPASSWORD="hunter2")
        self.assertNotIn("hunter2", done.stderr)
        config = self.folder / "casweep.conf"
        config.write_text("domain = corp.example\nhub = host=h password=hunter2\n")
        shown = self.casweep("config", "show", "--config", config).stdout
        self.assertIn("cannot be used", shown)
        checked = self.casweep("config", "check", "--config", config, code=DATA)
        self.assertIn("holds a password", checked.stderr)
        self.assertNotIn("hunter2", shown + checked.stdout + checked.stderr)

    def test_failures_have_their_codes(self):
        publish = ("publish", "--db", self.db, "--hub")
        self.assertIn("cannot be reached", self.casweep(*publish, "host=/nonexistent", code=UNAVAILABLE).stderr)
        self.assertIn("'casweep hub init' makes one", self.casweep(*publish, self.owner, code=FILE).stderr)
        self.make_hub()
        self.assertIn("already (not changed)", self.casweep("hub", "init", "--hub", self.owner, code=FILE).stderr)
        self.assertIn("refused the login", self.casweep(*publish, self.server.conninfo("nobody_such", self.database),
                                                        code=CREDENTIALS).stderr)
        self.server.sql("CREATE ROLE stranger LOGIN")
        self.addCleanup(self.server.sql, "DROP ROLE stranger")
        stranger = self.server.conninfo("stranger", self.database)
        self.assertIn("permission denied", self.casweep(*publish, stranger, code=CREDENTIALS).stderr)
        self.assertIn("casweep_owner", self.casweep("hub", "check", "--hub", stranger, code=CREDENTIALS).stderr)
        self.casweep("hub", "revoke", self.site(), "--hub", self.owner)
        self.assertIn("casweep hub enroll", self.casweep(*publish, self.publisher, code=CREDENTIALS).stderr)
        self.casweep("hub", "enroll", "no-uuid", "--login", "x", "--hub", self.owner, code=USAGE)
        self.casweep("hub", "enroll", self.site(), "--hub", self.owner, code=USAGE)
        self.casweep("hub", "init", "--hub", self.owner, "--partitions", "1", code=USAGE)

    def rewrite(self, seq: int):
        """What somebody does who can write the file: the entry and all later ones get new hashes."""
        import hashlib
        with sqlite3.connect(self.db) as database:
            (trigger,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'ledger_no_update'").fetchone()
            database.execute("DROP TRIGGER ledger_no_update")
            (prev,) = database.execute("SELECT prev FROM ledger WHERE seq = ?", (seq,)).fetchone()
            for number, ts, kind, body in database.execute(
                    "SELECT seq, ts, kind, body FROM ledger WHERE seq >= ? ORDER BY seq", (seq,)).fetchall():
                if number == seq:
                    ts = "2020-01-01T00:00:00.000Z"
                digest = hashlib.sha256(f"{prev}\n{number}\n{ts}\n{kind}\n{body}".encode()).hexdigest()
                database.execute("UPDATE ledger SET ts = ?, prev = ?, hash = ? WHERE seq = ?", (ts, prev, digest, number))
                prev = digest
            database.execute(trigger)

    def test_db_check_finds_with_the_hub_what_the_file_cannot_show(self):
        self.make_hub()
        check = ("db", "check", "--db", self.db)
        done = self.casweep(*check, "--hub", self.publisher)
        self.assertIn("has received nothing of this history yet", done.stdout)
        self.casweep("publish", "--hub", self.publisher, "--db", self.db)
        self.assertIn("has the same ledger up to entry", self.casweep(*check, "--hub", self.publisher).stdout)

        self.rewrite(3)

        self.assertIn("everything agrees", self.casweep(*check).stdout)
        done = self.casweep(*check, "--hub", self.publisher, code=FILE)
        self.assertIn("has another ledger entry 3, received on 20", done.stdout)
        document = json.loads(self.casweep(*check, "--hub", self.publisher, "--format", "json", code=FILE).stdout)
        validator_of("check").validate(document)
        self.assertTrue(document["agrees"])
        self.assertEqual(document["hub"]["first_other_entry"]["seq"], 3)
        done = self.casweep("publish", "--hub", self.publisher, "--db", self.db, code=FILE)
        self.assertIn("The hub received another ledger entry 3 of this history on 20", done.stderr)
        done = self.casweep(*check, "--hub", "host=/nonexistent", code=UNAVAILABLE)
        self.assertIn("everything agrees", done.stdout)

    def test_evidence_holds_the_receipt_of_the_hub(self):
        self.make_hub()
        create = ("evidence", "create", "--db", self.db, "--hub", self.publisher, "-o")
        done = self.casweep(*create, self.folder / "without")
        self.assertIn("has received nothing", done.stderr)
        manifest = json.loads((self.folder / "without/manifest.json").read_text())
        self.assertIsNone(manifest["hub"])
        self.casweep("publish", "--hub", self.publisher, "--db", self.db)

        done = self.casweep(*create, self.folder / "bundle")

        self.assertRegex(done.stderr, r"receipt of the\s+hub")
        manifest = json.loads((self.folder / "bundle/manifest.json").read_text())
        validator_of("evidence-manifest").validate(manifest)
        self.assertEqual(manifest["hub"]["site_id"], self.site())
        self.assertEqual(manifest["hub"]["head_sha256"], self.value("SELECT encode(head_hash, 'hex') FROM casweep.site"))
        done = self.casweep("evidence", "verify", self.folder / "bundle")
        self.assertIn(f"had received ledger entry {manifest['hub']['head_seq']} on ", done.stdout)
        done = subprocess.run(["sh", "VERIFY.txt"], cwd=self.folder / "bundle", capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"had received entry {manifest['hub']['head_seq']}", done.stdout)

        # A receipt for another entry, with checksums to match.
        file = self.folder / "bundle/manifest.json"
        before, after = file.read_text().rsplit(manifest["hub"]["head_sha256"], 1)
        file.write_text(before + "5d" * 32 + after)
        sums = self.folder / "bundle/SHA256SUMS"
        names = [line.split("  ", 1)[1] for line in sums.read_text().splitlines()]
        sums.write_text(subprocess.run(["sha256sum", *names], cwd=sums.parent, capture_output=True, text=True, check=True).stdout)
        subprocess.run(["openssl", "ts", "-query", "-data", sums, "-sha256", "-no_nonce", "-cert", "-out", f"{sums}.tsq"], check=True,
                       capture_output=True)
        done = self.casweep("evidence", "verify", self.folder / "bundle", code=FILE)
        self.assertIn("does not match manifest.json", done.stderr)
        done = subprocess.run(["sh", "VERIFY.txt"], cwd=self.folder / "bundle", capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("the hub's receipt does not match the ledger", done.stderr)

    def test_ctrl_c_ends_a_publication_that_waits(self):
        self.make_hub()
        holder = subprocess.Popen(["psql", "-X", "-h", str(self.server.folder), "-U", "postgres", "-d", self.database],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.addCleanup(holder.stdin.close)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        holder.stdin.write("BEGIN; SELECT 1 FROM casweep.site FOR UPDATE;\n")
        holder.stdin.flush()
        of_hub = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.database}'"
        self.wait_for(f"{of_hub} AND state = 'idle in transaction'", "nothing holds the lock")
        publisher = subprocess.Popen([CASWEEP, "publish", "--hub", self.publisher, "--db", str(self.db)],
                                     stderr=subprocess.PIPE, text=True, env={"HOME": str(self.folder), **sanitizer_options()})
        self.addCleanup(publisher.kill)
        self.wait_for(f"{of_hub} AND usename = 'site_a' AND wait_event_type = 'Lock'", "the publisher does not wait")
        publisher.send_signal(signal.SIGINT)
        _, said = publisher.communicate(timeout=20)
        self.assertEqual(publisher.returncode, 128 + signal.SIGINT, said)
        self.assertIn("is sent again next time", said)

    def test_fleet_on_the_hub_is_that_of_the_file(self):
        self.make_hub()
        self.casweep("publish", "--hub", self.publisher, "--db", self.db)
        self.server.sql("CREATE ROLE fleet_reader LOGIN IN ROLE casweep_reader")
        self.addCleanup(self.server.sql, "DROP ROLE fleet_reader")
        reader = self.server.conninfo("fleet_reader", self.database)
        named = self.folder / "site_a.db"
        named.symlink_to(self.db)

        def same(document):
            """Without what differs by design: the time of the question, how long ago a reading was then, and where the history is."""
            if isinstance(document, dict):
                return {key: same(value) for key, value in document.items()
                        if key not in ("now", "until", "age_seconds", "source", "file")}
            return [same(value) for value in document] if isinstance(document, list) else document

        for command in (("status",), ("sites",), ("trend",), ("changes", "--since", "2020-01-01")):
            documents = [json.loads(self.casweep("fleet", *command, "--format", "json", *source).stdout)
                         for source in (("--hub", reader), ("--db", named))]
            self.assertEqual(same(documents[0]), same(documents[1]), command)
        self.casweep("fleet", "report", "--hub", reader, "-o", self.folder / "index.html")
        self.assertEqual([file.name for file in self.folder.glob("*.html")], ["index.html"])
        self.casweep("fleet", "status", "--hub", reader, "--db", self.db, code=USAGE)
        self.assertIn("permission denied", self.casweep("fleet", "status", "--hub", self.publisher, code=CREDENTIALS).stderr)

    def test_reader_of_one_site(self):
        self.make_hub()
        self.casweep("publish", "--hub", self.publisher, "--db", self.db)
        done = self.casweep("hub", "enroll", self.site(), "--reader", "auditor_x", "--hub", self.owner)
        self.assertIn(f"Role auditor_x may read the site {self.site()}.", done.stdout)
        done = self.casweep("hub", "revoke", self.site(), "--reader", "auditor_x", "--hub", self.owner)
        self.assertIn("may no longer read", done.stdout)
        done = self.casweep("db", "check", "--db", self.db, "--hub", self.server.conninfo("auditor_x", self.database),
                            code=CREDENTIALS)
        self.assertIn("everything agrees", done.stdout)


if __name__ == "__main__":
    unittest.main()
