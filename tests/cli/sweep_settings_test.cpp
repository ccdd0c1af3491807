// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/sweep_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "tests/support/example_scans.h"

namespace casweep::cli {

using namespace test;
namespace {

namespace po = boost::program_options;
using ::testing::HasSubstr;

SweepSettings read(const std::vector<std::string>& arguments) {
  const auto options = sweep_options();
  po::variables_map values;
  po::store(po::command_line_parser(arguments).options(options).run(), values);
  return read_sweep_settings(values);
}

std::vector<discovery::EnrollmentService> listed() {
  std::vector<discovery::EnrollmentService> services;
  for (const auto& ca : test::mixed_scan().cas) services.push_back(ca.service);
  services[0].common_name = "Short-00065";
  return services;
}

std::vector<std::string> selected(const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (const auto& ca : select_cas(listed(), names)) chosen.push_back(ca.display_name);
  return chosen;
}

TEST(SweepSettings, HaveDefaults) {
  EXPECT_EQ(read({}).options.jobs, 32U);
  EXPECT_EQ(read({}).options.deadline, std::chrono::seconds(15));
}

TEST(SweepSettings, RefuseNumbersOutOfRange) {
  for (const char* wrong : {"--jobs=0", "--jobs=-1", "--jobs=257", "--deadline=0", "--deadline=3601"}) {
    EXPECT_THROW((void)read({wrong}), CommandError) << wrong;
  }
}

TEST(SelectCas, WithoutANameTakesAll) { EXPECT_EQ(selected({}).size(), 7U); }

TEST(SelectCas, KnowsEveryNameOfACaWithoutCase) {
  for (const char* name : {"SHORT-00065", "contoso issuing ca 01", "CA01.corp.example\\Contoso Issuing CA 01",
                           "ca01.corp.example\\short-00065", "8B1E0C52-0000-4000-8000-000000000001"}) {
    EXPECT_THAT(selected({name}), ::testing::ElementsAre("Contoso Issuing CA 01")) << name;
  }
}

TEST(SelectCas, TakesAnObjectGuidForNothingElse) {
  auto services = listed();
  services[0].display_name = services[2].object_guid.to_string();
  services[1].common_name = "8B1E0C52-0000-4000-8000-000000000003";

  for (const char* name : {"8b1e0c52-0000-4000-8000-000000000003", "8B1E0C52-0000-4000-8000-000000000003"}) {
    const auto selected = select_cas(services, std::vector<std::string>{name});
    ASSERT_EQ(selected.size(), 1U) << name;
    EXPECT_EQ(selected[0].object_guid, services[2].object_guid);
  }
}

TEST(SelectCas, TakesANameThatIsNoObjectsGuidForAName) {
  auto services = listed();
  services[0].display_name = "11111111-1111-4111-8111-111111111111";

  EXPECT_EQ(select_cas(services, std::vector<std::string>{services[0].display_name}).size(), 1U);
}

TEST(SelectCas, KnowsTheObjectGuidOfADuplicate) {
  auto services = listed();
  services[1].duplicates = {{services[0].object_guid, "CN=twin"}};
  services.erase(services.begin());

  const auto selected = select_cas(services, std::vector<std::string>{"8b1e0c52-0000-4000-8000-000000000001"});

  ASSERT_EQ(selected.size(), 1U);
  EXPECT_EQ(selected[0].object_guid, services[0].object_guid);
}

TEST(SelectCas, KeepsTheOrderOfTheListing) {
  EXPECT_THAT(selected({"Contoso Issuing CA 07", "Contoso Issuing CA 02"}),
              ::testing::ElementsAre("Contoso Issuing CA 02", "Contoso Issuing CA 07"));
}

TEST(SelectCas, NamesWhatThereIsIfThereIsNoSuchCa) {
  try {
    (void)selected({"Contoso Issuing CA 02", "Contoso Issuing CA 99"});
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("no CA 'Contoso Issuing CA 99'"));
    EXPECT_THAT(error.what(), HasSubstr("\n  Contoso Issuing CA 07"));
  }
}

TEST(SelectCas, AnEmptyNameNamesNoCaWithoutAttributes) { EXPECT_THROW((void)selected({""}), CommandError); }

}  // namespace
}  // namespace casweep::cli
