// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/connection_options.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/sweep_settings.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

po::variables_map parse(const std::vector<std::string>& arguments, const TestEnvironment& environment = {}) {
  const CommandLine line{
      .command = "scan",
      .options = {directory_options(), account_options(Asks::directory_and_cas), sweep_options(), history_options()}};
  return parse_command_line(line, config_keys(), arguments, environment.environment);
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

TEST(CommandLine, ArgumentsOverrideVariablesWhichOverrideTheConfigFile) {
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

/// One that excludes an option of a lower source takes its place, as it would take the place of the same option.
TEST(CommandLine, AnOppositeOfAHigherSourceWins) {
  const TestFolder folder;
  const std::string config =
      folder.file("casweep.ini", "domain = file.example\nuser = svc@CORP.EXAMPLE\nkeytab = /etc/svc.keytab\n");
  TestEnvironment environment;

  EXPECT_EQ(read_connection_options(parse({"--config", config}, environment)).directory.domain, "file.example");

  environment.set("CASWEEP_SERVER", "ldap://variable");
  auto options = read_connection_options(parse({"--config", config, "--password-file", "/p"}, environment));
  EXPECT_THAT(options.directory.servers, ::testing::ElementsAre("ldap://variable"));
  EXPECT_EQ(options.directory.domain, "");
  EXPECT_EQ(options.password_file, "/p");
  EXPECT_EQ(options.keytab, "");

  options = read_connection_options(parse({"--config", config, "--domain", "argument.example"}, environment));
  EXPECT_EQ(options.directory.domain, "argument.example");
  EXPECT_THAT(options.directory.servers, ::testing::IsEmpty());

  options = read_connection_options(parse({"--config", config, "--server", "ldaps://dc", "--ntlm"}, environment));
  EXPECT_TRUE(options.ntlm);
  EXPECT_EQ(options.keytab, "");
}

TEST(CommandLine, AFlagThatIsSwitchedOffExcludesNothing) {
  const TestFolder folder;
  TestEnvironment environment;
  environment.set("CASWEEP_NTLM", "no");

  const auto values = parse({"--config", folder.file("casweep.ini", "keytab = /k\n")}, environment);

  EXPECT_EQ(values["keytab"].as<std::string>(), "/k");
}

TEST(CommandLine, OppositesOfOneSourceStayAnError) {
  EXPECT_THROW((void)read_connection_options(parse({"--domain", "corp.example", "--server", "ldap://dc"})),
               CommandError);
}

TEST(CommandLine, PointsOutAVariableThatIsNearlyOneOfItsOwn) {
  TestEnvironment environment;
  environment.set("CASWEEP_DOMIAN", "corp.example");
  environment.set("CASWEEP_PASSWORD", "hunter2");
  environment.set("CASWEEP_JOBS", "4");

  (void)parse({}, environment);

  EXPECT_EQ(environment.err.str(),
            "casweep: the variable CASWEEP_DOMIAN is not one that casweep reads. Did you mean 'CASWEEP_DOMAIN'?\n"
            "casweep: the variable CASWEEP_PASSWORD is not one that casweep reads. Did you mean "
            "'CASWEEP_PASSWORD_FILE'?\n");
}

/// Of an image, a lab, a test: they are not ours to speak about.
TEST(CommandLine, IsSilentAboutOtherVariables) {
  TestEnvironment environment;
  for (const char* name :
       {"CASWEEP_LAB_NAME", "CASWEEP_PROGRAM", "CASWEEP_IMAGE", "CASWEEP_ID", "CASWEEP_", "CASWEEPDB"}) {
    environment.set(name, "x");
  }

  (void)parse({}, environment);

  EXPECT_EQ(environment.err.str(), "");
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
  const CommandLine line{.command = "export", .options = {history_options()}};

  const auto values = parse_command_line(line, config_keys(), std::vector<std::string>{"--config", config},
                                         TestEnvironment{}.environment);

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

/// It says where a password goes, and may say so with the name of any file.
TEST(CommandLine, AConfigFileThatOthersMayWriteIsBadData) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "jobs = 4\n");
  for (const auto writers : {std::filesystem::perms::group_write, std::filesystem::perms::others_write}) {
    std::filesystem::permissions(config, std::filesystem::perms::owner_read | writers);
    const CommandError error = error_of({"--config", config});
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), HasSubstr(config));

    TestEnvironment environment;
    environment.set("CASWEEP_CONFIG", config);
    EXPECT_EQ(error_of({}, environment).code(), ExitCode::data);
  }
}

TEST(CommandLine, AConfigFileInAFolderThatOthersMayWriteIsBadData) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "jobs = 4\n");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  EXPECT_EQ(error_of({"--config", config}).code(), ExitCode::data);
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

TEST(CommandLine, AMissingOperandIsUsage) {
  const CommandLine line{.command = "show", .operands = {{"CA", "a CA"}}};
  try {
    (void)parse_command_line(line, config_keys(), {}, TestEnvironment{}.environment);
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("'show' needs the argument CA"));
  }
}

/// Help does not show it.
TEST(CommandLine, AnOperandIsNoOption) {
  const CommandLine line{.command = "show", .operands = {{"CA", "a CA"}}};
  const auto parse_with = [&](const std::vector<std::string>& arguments) {
    return parse_command_line(line, config_keys(), arguments, TestEnvironment{}.environment);
  };
  EXPECT_EQ(parse_with({"x"})["CA"].as<std::string>(), "x");
  EXPECT_EQ(parse_with({"--", "--x"})["CA"].as<std::string>(), "--x");
  EXPECT_THROW((void)parse_with({"--CA", "x"}), CommandError);
}

TEST(CommandLine, ManyOperandsAreAList) {
  const CommandLine line{.command = "verify", .operands = {{"BUNDLE", "bundles", OperandCount::many}}};
  const auto values =
      parse_command_line(line, config_keys(), std::vector<std::string>{"a", "b c"}, TestEnvironment{}.environment);
  EXPECT_THAT(values["BUNDLE"].as<std::vector<std::string>>(), ::testing::ElementsAre("a", "b c"));
}

/// What fails a scan may stand in the file of all commands; looking at the status does not take it from there.
TEST(CommandLine, OptionsForArgumentsOnlyDoNotComeFromTheConfigFile) {
  const TestFolder folder;
  const std::string config = folder.file("casweep.ini", "fail-on = unknown\n");
  const CommandLine line{.command = "status", .options = {fail_on_options(FailOn::nothing(), Source::arguments_only)}};

  const auto values = parse_command_line(line, config_keys(), std::vector<std::string>{"--config", config},
                                         TestEnvironment{}.environment);

  EXPECT_EQ(values.count("fail-on"), 0U);
}

}  // namespace
}  // namespace casweep::cli
