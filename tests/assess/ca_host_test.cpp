// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/ca_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_registry.h"

namespace casweep::assess {

using namespace test;
namespace {

std::optional<ReadFailure> failure_of_host(std::string_view host) {
  auto ca = enrollment_service("Contoso Issuing CA 01");
  ca.dns_host_name = host;
  return host_name_failure(ca);
}

TEST(CaHost, WithANameCanBeContacted) {
  for (const char* host :
       {"ca01.corp.example", "CA01", "ca_01.corp.example", "1a.corp.example", "ca01.corp.example."}) {
    EXPECT_FALSE(failure_of_host(host)) << host;
  }
}

TEST(CaHost, WithoutANameHasItsOwnReason) { EXPECT_EQ(failure_of_host("")->reason, Reason::no_host_name); }

TEST(CaHost, WithAnInvalidNameIsShown) {
  for (const char* host :
       {" ", "ca01.corp.example ", " ca01.corp.example", "ca 01", "ca01.corp.example:135", "10.0.0.1", "fe80::1",
        "[2001:db8::1]", "https://ca01.corp.example/certsrv", "ca01.corp.example/ca", "\\\\ca01", ".", "..",
        "ca01..corp.example", "ca01.corp.example..", "auditor@ca01", "-h"}) {
    const auto failure = failure_of_host(host);
    ASSERT_TRUE(failure) << host;
    EXPECT_EQ(failure->reason, Reason::host_name_invalid) << host;
    EXPECT_THAT(failure->detail, testing::HasSubstr(host));
  }
}

TEST(CaHost, WithoutAUsableNameIsReadWithoutNetwork) {
  auto ca = enrollment_service("Contoso Issuing CA 01");
  EXPECT_FALSE(reading_without_host(ca, "auditor@CORP.EXAMPLE"));
  ca.dns_host_name.clear();

  const auto reading = reading_without_host(ca, "auditor@CORP.EXAMPLE");

  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->account, "auditor@CORP.EXAMPLE");
  EXPECT_GT(reading->started_at, base::Instant{});
  EXPECT_EQ(reading->started_at, reading->finished_at);
}

}  // namespace
}  // namespace casweep::assess
