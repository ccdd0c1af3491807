// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/cli/test_environment.h"
#include "tests/report/example_scans.h"

namespace casweep::cli::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProgressLine : public ::testing::Test {
 protected:
  void sweep(const store::ScanRecord& scan) {
    std::vector<discovery::EnrollmentService> services;
    for (const auto& ca : scan.cas) services.push_back(ca.service);
    Progress progress(services, environment_.environment);
    for (std::size_t i = 0; i < services.size(); ++i) progress.started(i);
    for (std::size_t i = 0; i < services.size(); ++i) progress.finished(i, scan.cas[i].observation);
  }

  TestEnvironment environment_;
};

TEST_F(ProgressLine, IsALineACaWithoutATerminal) {
  sweep(report::testing::mixed_scan());

  EXPECT_THAT(environment_.err.str(), HasSubstr("[2/7] Contoso Issuing CA 02: not-enforced, flag-clear\n"));
  EXPECT_EQ(environment_.out.str(), "");
}

TEST_F(ProgressLine, IsErasedFromATerminalAtTheEnd) {
  environment_.environment.err_is_terminal = true;
  environment_.environment.columns = 60;
  sweep(report::testing::mixed_scan());

  EXPECT_THAT(environment_.err.str(), HasSubstr("0/7 CAs, 0:00, asking ca01.corp.example"));
  EXPECT_THAT(environment_.err.str(), EndsWith("\r\x1b[K"));
  EXPECT_EQ(environment_.err.str().find('\n'), std::string::npos);
}

TEST_F(ProgressLine, MakesNamesSafe) {
  sweep(report::testing::hostile_scan());
  EXPECT_EQ(environment_.err.str().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace casweep::cli::testing
