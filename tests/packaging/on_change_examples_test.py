# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples for --on-change, with the document of a real history full of hostile names."""

import http.server
import json
import os
import socketserver
import subprocess
import tempfile
import threading
import unittest
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASWEEP = os.environ.get("CASWEEP_PROGRAM", str(ROOT / "build/dev/cli/casweep"))
MAKE_HISTORY = os.environ.get("CASWEEP_EXPORT_HISTORY", str(ROOT / "build/dev/tests/command/export_history"))
EXAMPLES = ROOT / "packaging/examples"


class Smtp(socketserver.StreamRequestHandler):
    """Takes every mail."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class Http(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Content-Type"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class OnChangeExamples(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="casweep-on-change-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run([MAKE_HISTORY, cls.folder / "history.db", "--story"], check=True)
        scans = json.loads(cls.casweep("scans", "--format", "json"))["scans"]
        documents = [cls.casweep("export", "json", "--scan", str(scan["id"])) for scan in scans if scan["state"] == "complete"]
        cls.document = max(documents, key=lambda text: len((json.loads(text)["since"] or {"changes": []})["changes"]))
        assert json.loads(cls.document)["since"]["changes"]

    @classmethod
    def casweep(cls, *arguments: str) -> bytes:
        return subprocess.run([CASWEEP, *arguments, "--db", cls.folder / "history.db"], check=True, capture_output=True,
                              env={"LC_ALL": "C.UTF-8"}).stdout

    def serve(self, server):
        server.taken, server.status = [], 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def run_example(self, name: str, *arguments) -> subprocess.CompletedProcess:
        return subprocess.run([EXAMPLES / name, *arguments], input=self.document, capture_output=True, timeout=120,
                              env={"PATH": "/usr/bin:/bin", "CASWEEP_FOREST_NAME": "corp.example"})

    def test_the_mail_names_every_change(self):
        server = self.serve(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp))
        done = self.run_example("on-change-mail", "from@corp.example", "to@corp.example",
                                f"127.0.0.1:{server.server_address[1]}")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        (taken,) = server.taken
        mail = message_from_bytes(taken, policy=policy.default)
        changes = json.loads(self.document)["since"]["changes"]
        self.assertEqual(mail["Subject"], f"casweep: {len(changes)} change(s) in corp.example")
        self.assertEqual((mail["From"], mail["To"]), ("from@corp.example", "to@corp.example"))
        lines = mail.get_content().splitlines()
        # No name makes a line of its own.
        self.assertEqual([line.split(":")[0] for line in lines[2:2 + len(changes)]], [change["kind"] for change in changes])
        self.assertEqual(lines[2 + len(changes)], "")
        self.assertEqual(len(lines), len(changes) + 5)
        self.assertTrue(all(line.isprintable() for line in lines))

    def test_the_mail_fails_without_a_server(self):
        self.assertNotEqual(self.run_example("on-change-mail", "a@b.example", "c@d.example", "127.0.0.1:1").returncode, 0)

    def test_the_webhook_gets_the_document(self):
        server = self.serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Http))
        config = self.folder / "webhook.conf"
        config.write_text(f'url = "http://127.0.0.1:{server.server_address[1]}/hook?key=secret"\n')
        done = self.run_example("on-change-webhook", config)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(server.taken, [("/hook?key=secret", "application/json", self.document)])
        server.status = 403
        self.assertNotEqual(self.run_example("on-change-webhook", config).returncode, 0)


if __name__ == "__main__":
    unittest.main()
