// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/ca_operand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/command_error.h"
#include "scan/scan_error.h"
#include "tests/support/example_scans.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;

std::vector<discovery::EnrollmentService> listed() {
  std::vector<discovery::EnrollmentService> services;
  for (const auto& ca : test::mixed_scan().cas) services.push_back(ca.service);
  return services;
}

std::string refusal_of(const std::vector<discovery::EnrollmentService>& services, const std::string& name) {
  try {
    std::ostringstream out;
    (void)only_ca_named(services, {}, name, Environment{.out = out, .err = out});
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    return error.what();
  } catch (const scan::ScanError& error) {
    EXPECT_EQ(error.kind(), scan::ScanError::Kind::no_such_ca);
    return error.what();
  }
  return "nothing was refused";
}

TEST(CaOperand, NamesOneOfTheListed) {
  std::ostringstream out;
  std::ostringstream err;
  const Environment environment{.out = out, .err = err};
  EXPECT_EQ(only_ca_named(listed(), {}, "contoso issuing ca 02", environment).common_name, "Contoso Issuing CA 02");
  EXPECT_EQ(err.str(), "");
  EXPECT_EQ(only_ca_named(listed(), {}, "ca 02", environment).common_name, "Contoso Issuing CA 02");
  EXPECT_THAT(err.str(), HasSubstr("it names 'Contoso Issuing CA 02' on "));
}

TEST(CaOperand, ThatNamesNoCaIsAnsweredWithTheCasFound) {
  EXPECT_THAT(refusal_of(listed(), "another CA"), HasSubstr("Contoso Issuing CA 02"));
}

TEST(CaOperand, OfTwoNamesBothByTheirGuid) {
  auto services = listed();
  services[1].display_name = services[0].display_name;

  const std::string refusal = refusal_of(services, services[0].display_name);

  EXPECT_THAT(refusal, HasSubstr(services[0].object_guid.to_string()));
  EXPECT_THAT(refusal, HasSubstr(services[1].object_guid.to_string()));
}

}  // namespace
}  // namespace casweep::cli
