// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands.h"
#include "cli/connection_options.h"
#include "cli/history_file.h"
#include "cli/sweep_settings.h"
#include "tests/cli/test_environment.h"
#include "tests/cli/test_folder.h"

namespace casweep::cli::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

po::variables_map parse(const std::vector<std::string>& arguments, const TestEnvironment& environment = {}) {
  CommandLine line{"scan", {}, {}, {}};
  line.configurable.add(config_file_options());
  return parse_command_line(line, arguments, environment.environment);
}

CommandError error_of(const std::vector<std::string>& arguments, const TestEnvironment& environment = {}) {
  try {
    (void)parse(arguments, environment);
  } catch (const CommandError& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ExitCode::internal, ""};
}

TEST(CommandLine, ArgumentsGoBeforeVariablesAndThoseBeforeTheConfigFile) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "jobs = 1\ndeadline = 2\nuser = c@CORP.EXAMPLE\n");
  TestEnvironment environment;
  environment.set("CASWEEP_JOBS", "11");
  environment.set("CASWEEP_DEADLINE", "12");

  const auto values = parse({"--jobs", "21", "--config", config}, environment);

  EXPECT_EQ(values["jobs"].as<int>(), 21);
  EXPECT_EQ(values["deadline"].as<int>(), 12);
  EXPECT_EQ(values["user"].as<std::string>(), "c@CORP.EXAMPLE");
}

TEST(CommandLine, AListOfArgumentsReplacesTheOneOfTheConfigFile) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "server = ldap://old1\nserver = ldap://old2\n");

  EXPECT_THAT(read_connection_options(parse({"--config", config})).directory.servers,
              ::testing::ElementsAre("ldap://old1", "ldap://old2"));
  EXPECT_THAT(read_connection_options(parse({"--server", "ldap://new", "--config", config})).directory.servers,
              ::testing::ElementsAre("ldap://new"));
}

TEST(CommandLine, FlagsComeFromVariablesAndConfigFilesToo) {
  const TestFolder folder;
  TestEnvironment environment;
  environment.set("CASWEEP_CONFIG", folder.file("casweep.ini", "start-tls = yes\n"));
  environment.set("CASWEEP_NTLM", "1");

  const auto values = parse({}, environment);

  EXPECT_TRUE(values["start-tls"].as<bool>());
  EXPECT_TRUE(values["ntlm"].as<bool>());
}

TEST(CommandLine, AnEmptyVariableIsNone) {
  TestEnvironment environment;
  environment.set("CASWEEP_NTLM", "");
  EXPECT_FALSE(parse({}, environment)["ntlm"].as<bool>());
}

TEST(CommandLine, OneConfigFileServesCommandsThatKnowLess) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "jobs = 4\ndb = /tmp/x.db\n");
  CommandLine line{"export", {}, {}, {}};
  line.configurable.add(history_options());

  const auto values =
      parse_command_line(line, std::vector<std::string>{"--config", config}, TestEnvironment{}.environment);

  EXPECT_EQ(values["db"].as<std::string>(), "/tmp/x.db");
}

TEST(CommandLine, UnknownOptionIsUsageWithAHint) {
  const CommandError error = error_of({"--domian", "corp.example"});

  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_THAT(error.what(), HasSubstr("Did you mean '--domain'?"));
}

/// The mistake that would put a password into a terminal, a log and a bug report.
TEST(CommandLine, NeverRepeatsAPasswordThatSomebodyTypedAsAnArgument) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--password=hunter2"}, std::vector<std::string>{"--password", "hunter2"}}) {
    const CommandError error = error_of(arguments);
    EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(error.what(), HasSubstr("--password-file"));
  }
}

TEST(CommandLine, NeverRepeatsAPasswordOfAConfigFile) {
  const TestFolder folder;
  const CommandError error = error_of({"--config", folder.file("casweep.ini", "password = hunter2\n")});

  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
}

TEST(CommandLine, AConfigFileThatIsNotThereIsBadData) {
  EXPECT_EQ(error_of({"--config", "/nonexistent/casweep.ini"}).code(), ExitCode::data);
}

TEST(CommandLine, AConfigFileThatIsAFolderIsBadData) {
  const TestFolder folder;
  EXPECT_EQ(error_of({"--config", folder.path().string()}).code(), ExitCode::data);
}

TEST(CommandLine, AWrongLineOfAConfigFileIsBadData) {
  const TestFolder folder;
  EXPECT_EQ(error_of({"--config", folder.file("casweep.ini", "jobs\n")}).code(), ExitCode::data);
  EXPECT_EQ(error_of({"--config", folder.file("casweep.ini", "jobs = many\n")}).code(), ExitCode::data);
}

TEST(CommandLine, AWrongVariableIsBadData) {
  TestEnvironment environment;
  environment.set("CASWEEP_JOBS", "many");
  EXPECT_EQ(error_of({}, environment).code(), ExitCode::data);
}

TEST(CommandLine, AWordTooManyIsUsage) { EXPECT_EQ(error_of({"corp.example"}).code(), ExitCode::usage); }

TEST(CommandLine, AMissingValueIsUsage) { EXPECT_EQ(error_of({"--db"}).code(), ExitCode::usage); }

TEST(Help, NamesEveryOption) {
  const po::options_description options = config_file_options();
  for (const auto& option : options.options()) {
    EXPECT_THAT(std::string(commands()[0].help), HasSubstr("--" + option->long_name()));
  }
}

}  // namespace
}  // namespace casweep::cli::testing
