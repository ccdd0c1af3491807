// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/example_scans.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProgressLine : public ::testing::Test {
 protected:
  void sweep(const history::ScanRecord& scan) {
    std::vector<discovery::EnrollmentService> services;
    for (const auto& ca : scan.cas) services.push_back(ca.service);
    Progress progress(services, environment_.environment, verbosity_);
    for (std::size_t i = 0; i < services.size(); ++i) progress.started(i);
    for (std::size_t i = 0; i < services.size(); ++i) progress.finished(i, {});
  }

  TestEnvironment environment_;
  Verbosity verbosity_ = Verbosity::usual;
};

/// What a scheduled scan writes is sent by mail.
TEST_F(ProgressLine, IsNothingWithoutATerminal) {
  sweep(test::mixed_scan());

  EXPECT_EQ(environment_.err.str(), "");
  EXPECT_EQ(environment_.out.str(), "");
}

TEST_F(ProgressLine, IsALineForEachCaIfAskedFor) {
  verbosity_ = Verbosity::verbose;
  sweep(test::mixed_scan());

  EXPECT_THAT(environment_.err.str(), HasSubstr("casweep: 1/7 ca01.corp.example: unclassified (0.0 s)\n"));
  EXPECT_THAT(environment_.err.str(), HasSubstr("casweep: 7/7 ca07.corp.example: "));
}

TEST_F(ProgressLine, IsErasedFromATerminalAtTheEnd) {
  environment_.environment.err_is_terminal = true;
  environment_.environment.columns = 60;
  sweep(test::mixed_scan());

  EXPECT_THAT(environment_.err.str(), HasSubstr("0/7 CAs, 0:00, asking ca01.corp.example"));
  EXPECT_THAT(environment_.err.str(), EndsWith("\r\x1b[K"));
  EXPECT_EQ(environment_.err.str().find('\n'), std::string::npos);
}

/// Silent hosts are waited for, and the clock says so.
TEST_F(ProgressLine, TicksWhileNothingHappens) {
  environment_.environment.err_is_terminal = true;
  base::Instant now{};
  environment_.environment.now = [&] { return now; };
  const std::vector services{test::mixed_scan().cas[0].service};
  Progress progress(services, environment_.environment);
  progress.started(0);
  environment_.err.str("");

  now += std::chrono::milliseconds(999);
  progress.waiting();
  EXPECT_EQ(environment_.err.str(), "");

  now += std::chrono::milliseconds(60'001);
  progress.waiting();
  progress.waiting();
  EXPECT_EQ(environment_.err.str(), "\r\x1b[K0/1 CAs, 1:01, asking ca01.corp.example");
}

TEST_F(ProgressLine, MakesNamesSafe) {
  environment_.environment.err_is_terminal = true;
  sweep(test::hostile_scan());
  EXPECT_THAT(environment_.err.str(), HasSubstr("\\u009b"));
  EXPECT_EQ(environment_.err.str().find("\x1b[2J"), std::string::npos);
}

}  // namespace
}  // namespace casweep::cli
