// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/checkup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/history.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_folder.h"

namespace casweep::doctor {
namespace {

/// A person without a password.
class NoAccount : public Sources {
 public:
  tl::expected<base::Secret, logon::LogonError> password() override {
    return tl::unexpected(logon::LogonError{logon::LogonErrorKind::kerberos_failed, "No password."});
  }
  tl::expected<logon::Account, logon::LogonError> log_on(base::Secret /*password*/) override {
    ++logons;
    return logon::Account{};
  }
  sweep::ReadOne reader(const logon::Account& /*account*/) override { return {}; }
  std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> /*services*/) override {
    return std::make_unique<sweep::SweepListener>();
  }
  void finished(const Step& step) override { checks.push_back(step.check); }

  int logons = 0;
  std::vector<Check> checks;
};

class CheckupTest : public testing::Test {
 protected:
  CheckupTest() {
    std::ofstream(folder_ / "krb5.conf") << "[libdefaults]\n  dns_lookup_kdc = false\n";
    setenv("KRB5_CONFIG", (folder_ / "krb5.conf").c_str(), 1);
    setenv("KRB5CCNAME", ("FILE:" + (folder_ / "none").string()).c_str(), 1);
    request_.history = folder_ / "history.db";
  }
  ~CheckupTest() override {
    unsetenv("KRB5_CONFIG");
    unsetenv("KRB5CCNAME");
  }

  Checkup run() { return check_up(request_, sources_); }

  static const Step& step_of(const Checkup& checkup, Check check) {
    return *std::ranges::find(checkup.steps, check, &Step::check);
  }

  test::TestFolder folder_;
  Request request_;
  NoAccount sources_;
};

TEST_F(CheckupTest, WithoutATicketNothingIsAskedOfTheNetwork) {
  const Checkup checkup = run();
  EXPECT_EQ(first_failure(checkup.steps)->check, Check::account);
  EXPECT_EQ(step_of(checkup, Check::domain_controllers).because_of, Check::account);
  EXPECT_EQ(step_of(checkup, Check::ca).because_of, Check::account);
  EXPECT_EQ(sources_.logons, 0);
  EXPECT_EQ(sources_.checks.size(), checkup.steps.size());
}

TEST_F(CheckupTest, CreatesNoHistory) {
  const Checkup checkup = run();
  EXPECT_EQ(step_of(checkup, Check::history).finding.outcome, Outcome::ok);
  EXPECT_FALSE(std::filesystem::exists(request_.history));
}

TEST_F(CheckupTest, ACaIsChosenByAnEarlierNameAsInAScan) {
  const std::vector<std::string> names{"Former CA"};
  const auto now = test::service_example(1, "Present CA");
  EXPECT_THROW((void)choose_cas({&now, 1}, names, request_.history), scan::ScanError);
  EXPECT_FALSE(std::filesystem::exists(request_.history));
  auto history = store::History::open(request_.history);
  (void)test::record_scan(history, {test::enforced_example(1, "Former CA")});
  EXPECT_EQ(choose_cas({&now, 1}, names, request_.history).cas.size(), 1U);
}

TEST_F(CheckupTest, AHistoryThatIsNoHistoryIsAFailure) {
  folder_.file("history.db", std::string(5000, 'x'));
  const Checkup checkup = run();
  EXPECT_EQ(step_of(checkup, Check::history).finding.cause, Cause(store::StoreError::Kind::not_a_database));
}

TEST_F(CheckupTest, ADeadDomainControllerEndsItBeforeTheLogon) {
  request_.directory.servers = {"ldap://127.0.0.1:1"};
  request_.credentials = Credentials::password_file;
  request_.logon = logon::Logon::ntlm;
  const Checkup checkup = run();
  EXPECT_EQ(step_of(checkup, Check::directory_ports).finding.text, "127.0.0.1:1 refused the connection.");
  EXPECT_EQ(step_of(checkup, Check::directory).finding.outcome, Outcome::skipped);
  EXPECT_EQ(sources_.logons, 0);
  // NTLM asks no KDC, and does not depend on clocks.
  for (const Check check : {Check::kdcs, Check::clocks, Check::ticket}) {
    EXPECT_EQ(std::ranges::find(checkup.steps, check, &Step::check), checkup.steps.end()) << word_of(check);
  }
}

}  // namespace
}  // namespace casweep::doctor
