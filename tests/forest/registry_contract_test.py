# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry contract of tests/winreg, checked on a real host instead of the fake."""

import os
import subprocess
import unittest

from forest import ForestTest


class RegistryContractTest(ForestTest):
    def test_a_real_registry_keeps_the_contract_of_the_fake(self):
        program = os.environ["CASWEEP_WINREG_TESTS"]
        host = f"CASWEEP_CONTRACT_HOST=ca03.{self.domain}"
        done = subprocess.run(self.inside("env", host, program, "--gtest_filter=*RegistryContract*"),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("SKIPPED", done.stdout)


if __name__ == "__main__":
    unittest.main()
