// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/scan_settings.h"

#include <gtest/gtest.h>

#include <string>

namespace casweep::history {
namespace {

TEST(ScanSettings, AreReadAsTheyWereRecorded) {
  const ScanSettings settings{.domain = "corp.example",
                              .servers = {"ldaps://dc01.corp.example"},
                              .start_tls = true,
                              .ca_cert = "/etc/ssl/corp.pem",
                              .user = "auditor@CORP.EXAMPLE",
                              .password_file = "/root/password",
                              .keytab = "/etc/keytab",
                              .ntlm = true,
                              .jobs = 5,
                              .deadline = std::chrono::seconds(3),
                              .cas = {"Issuing CA 01", "Issuing CA 02"},
                              .worker_confinement = {"landlock", "seccomp"},
                              .history_file = "/var/lib/casweep/history.db"};
  const RunContext run{.program_sha256 = "00ff",
                       .clock = {.synchronized = false,
                                 .estimated_error = std::chrono::microseconds(16),
                                 .maximum_error = std::chrono::seconds(16)},
                       .clock_behind_history = std::chrono::hours(1)};
  RunContext read;

  EXPECT_EQ(read_settings(recorded_settings(settings, run), read), settings);
  EXPECT_EQ(read, run);
}

TEST(ScanSettings, KeepThatTheStateOfTheClockIsUnknown) {
  const RunContext run{.clock = {.failure = "Operation not permitted"}};
  RunContext read;

  EXPECT_EQ(read_settings(recorded_settings({}, run), read), ScanSettings{});
  EXPECT_EQ(read.clock, run.clock);
}

TEST(ScanSettings, ThatAnotherVersionDoesNotKnowAreDefaultsOrIgnored) {
  RunContext run;
  EXPECT_EQ(read_settings(R"({"jobs":7,"colour":"blue","keytab":null})", run), (ScanSettings{.jobs = 7}));
}

TEST(ScanSettings, ThatCasweepDoesNotRecordAreNone) {
  RunContext run;
  for (const std::string& text :
       {std::string(""), std::string("<not JSON>"), std::string("[]"), std::string(R"({"jobs":"many"})"),
        std::string(R"({"jobs":-1})"), std::string(R"({"jobs":true})"), std::string(R"({"deadline_ms":1e300})"),
        std::string(R"({"clock":{"maximum_error_us":1.5}})"), std::string(R"({"servers":"ldap://a"})"),
        R"({"a":)" + std::string(300'000, '[') + std::string(300'000, ']')}) {
    EXPECT_EQ(read_settings(text, run), std::nullopt) << text.substr(0, 20);
  }
}

TEST(ClockJson, IsNullWhereTheStateIsUnknown) {
  EXPECT_NE(recorded_settings({}, {.clock = {.failure = "Operation not permitted"}})
                .find(R"("clock":{"synchronized":null,"estimated_error_us":null,"maximum_error_us":null,)"
                      R"("failure":"Operation not permitted"})"),
            std::string::npos);
}

}  // namespace
}  // namespace casweep::history
