// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/config_file.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class InitCommandTest : public ::testing::Test {
 protected:
  int answer(const std::string& answers) {
    std::istringstream in(answers);
    environment_.environment.in = &in;
    environment_.environment.variables["CASWEEP_CONFIG"] = "";
    return dispatch(std::vector<std::string>{"init", file_}, environment_.environment);
  }

  TestFolder folder_;
  std::string file_ = folder_ / "new/casweep.conf";
  TestEnvironment environment_;
};

TEST_F(InitCommandTest, WritesASectionThatIsValid) {
  EXPECT_EQ(answer("corp.example\n\nsvc@CORP.EXAMPLE\n/etc/casweep/corp.keytab\n"), 0);
  EXPECT_EQ(content_of(file_),
            "[forest corp]\ndomain = corp.example\nuser = svc@CORP.EXAMPLE\nkeytab = /etc/casweep/corp.keytab\n");
  EXPECT_THAT(environment_.out.str(), HasSubstr("casweep doctor --forest corp"));
}

TEST_F(InitCommandTest, AddsToWhatThereIs) {
  EXPECT_EQ(answer("corp.example\n\n\n"), 0);
  EXPECT_EQ(answer("plant.example\nplant\n\n"), 0);
  EXPECT_EQ(content_of(file_), "[forest corp]\ndomain = corp.example\n\n[forest plant]\ndomain = plant.example\n");
}

TEST_F(InitCommandTest, AsksAgainForWhatCannotBe) {
  EXPECT_EQ(answer("corp.example\n\n\n"), 0);
  EXPECT_EQ(answer("not a domain\ncorp.example\ncorp\n../x\nother\nsvc\nsvc@CORP.EXAMPLE\nrelative\n\n"), 0);
  EXPECT_THAT(content_of(file_), HasSubstr("\n[forest other]\ndomain = corp.example\nuser = svc@CORP.EXAMPLE\n"));
  EXPECT_THAT(environment_.err.str(), AllOf(HasSubstr("not the DNS name"), HasSubstr("no other forest has it"),
                                            HasSubstr("Write it like"), HasSubstr("whole path")));
}

TEST_F(InitCommandTest, QuotesWhatWouldBeAComment) {
  EXPECT_EQ(answer("corp.example\n\nsvc@CORP.EXAMPLE\n/srv/C#/k\n"), 0);
  EXPECT_THAT(content_of(file_), HasSubstr("keytab = \"/srv/C#/k\"\n"));
}

/// Debian 13 gives users a umask of 002.
TEST_F(InitCommandTest, WritesAFileThatCasweepAcceptsWhateverTheUmask) {
  const ForgivingUmask umask;
  EXPECT_EQ(answer("corp.example\n\n\n"), 0);
  EXPECT_EQ(forests_in(config_files(file_, environment_.environment)), std::vector<std::string>{"corp"});
}

TEST_F(InitCommandTest, SaysIfOthersCanReplaceTheFile) {
  const std::filesystem::path folder = std::filesystem::path(file_).parent_path();
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  try {
    (void)answer("corp.example\n\n\n");
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("everyone can write to " + folder.string()), HasSubstr("chmod go-w")));
  }
}

TEST_F(InitCommandTest, WritesNothingIfTheAnswersEnd) {
  EXPECT_THROW((void)answer("corp.example\n"), CommandError);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace casweep::cli
