// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/all_forests.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An account with a config file of its own, on a machine with one for all.
class ConfigFileTest : public ::testing::Test {
 protected:
  ConfigFileTest() {
    std::filesystem::create_directories(folder_.path() / "user" / "casweep");
    std::filesystem::create_directories(folder_.path() / "system");
    environment_.set("XDG_CONFIG_HOME", (folder_.path() / "user").string());
    environment_.set("XDG_DATA_HOME", (folder_.path() / "data").string());
    environment_.environment.system_config = folder_.path() / "system";
    environment_.environment.system_data = folder_.path() / "var";
  }

  void of_user(const std::string& text) { (void)folder_.file("user/casweep/casweep.conf", text); }
  void of_system(const std::string& text) { (void)folder_.file("system/casweep.conf", text); }

  po::variables_map parse(const std::string& command, const std::vector<std::string>& arguments) {
    for (const Command& candidate : commands()) {
      if (candidate.line.command == command) {
        return parse_command_line(candidate.line, config_keys(), arguments, environment_.environment);
      }
    }
    throw std::logic_error(command);
  }

  std::string error_of(const std::string& command, const std::vector<std::string>& arguments, ExitCode code) {
    try {
      (void)parse(command, arguments);
    } catch (const CommandError& error) {
      EXPECT_EQ(error.code(), code);
      return error.what();
    }
    return "no error";
  }

  TestFolder folder_;
  TestEnvironment environment_;
};

TEST_F(ConfigFileTest, OfTheUserOverridesTheSystems) {
  of_user("jobs = 7\n");
  of_system("jobs = 8\ndomain = corp.example\n");
  const auto values = parse("scan", {});
  EXPECT_EQ(values["jobs"].as<int>(), 7);
  EXPECT_EQ(values["domain"].as<std::string>(), "corp.example");
}

TEST_F(ConfigFileTest, ThatIsNamedReplacesBoth) {
  of_user("jobs = 7\n");
  of_system("domain = corp.example\n");
  const auto named = folder_.file("named.conf", "jobs = 9\n");
  EXPECT_EQ(parse("scan", {"--config", named})["jobs"].as<int>(), 9);
  EXPECT_EQ(parse("scan", {"--config", named}).count("domain"), 0U);
  environment_.set("CASWEEP_CONFIG", named);
  EXPECT_EQ(parse("scan", {})["jobs"].as<int>(), 9);
  environment_.set("CASWEEP_CONFIG", "");
  EXPECT_EQ(parse("scan", {}).count("domain"), 0U);
}

TEST_F(ConfigFileTest, SettingsOfAForestOverrideThoseOfEveryRun) {
  of_user("user = all@CORP.EXAMPLE\n[forest corp]\ndomain = corp.example\nuser = corp@CORP.EXAMPLE\n");
  of_system("user = system@CORP.EXAMPLE\ndb = /one/for/all.db\n[forest corp]\njobs = 3\n[forest plant]\n");
  const auto values = parse("scan", {"--forest", "corp"});
  EXPECT_EQ(values["user"].as<std::string>(), "corp@CORP.EXAMPLE");
  EXPECT_EQ(values["domain"].as<std::string>(), "corp.example");
  EXPECT_EQ(values["jobs"].as<int>(), 3);
  EXPECT_EQ(values["db"].as<std::string>(), (folder_.path() / "data/casweep/corp/history.db").string());
  EXPECT_EQ(parse("status", {"--forest", "plant"})["db"].as<std::string>(),
            (folder_.path() / "var/plant/history.db").string());
}

TEST_F(ConfigFileTest, TheOnlyForestNeedsNoName) {
  of_system("[forest corp]\ndomain = corp.example\n");
  EXPECT_EQ(parse("scan", {})["domain"].as<std::string>(), "corp.example");
  // The arguments name another one.
  EXPECT_EQ(parse("scan", {"--server", "ldap://dc1.other.example"}).count("domain"), 0U);
  EXPECT_EQ(parse("scan", {"--server", "ldap://dc1.other.example"}).count("db"), 0U);
}

TEST_F(ConfigFileTest, OfSeveralForestsOneMustBeNamed) {
  of_system("[forest corp]\n[forest plant]\n");
  EXPECT_THAT(error_of("scan", {}, ExitCode::usage), AllOf(HasSubstr("corp, plant"), HasSubstr("--all-forests")));
  EXPECT_THAT(error_of("status", {}, ExitCode::usage), HasSubstr("Choose one with --forest."));
  EXPECT_THAT(error_of("scan", {"--forest", "plan"}, ExitCode::usage), HasSubstr("Did you mean 'plant'?"));
  EXPECT_EQ(parse("status", {"--db", "/a.db"})["db"].as<std::string>(), "/a.db");
  environment_.set("CASWEEP_FOREST", "plant");
  EXPECT_THAT(parse("status", {})["db"].as<std::string>(), HasSubstr("var/plant/history.db"));
}

TEST_F(ConfigFileTest, HasNoOtherSections) {
  for (const auto* section : {"[corp]", "[forest]", "[forest ]", "[forest ../etc]", "[forest a b]", "[forest .x]",
                              "[forest corp", "[forest corp]\n[forest corp]"}) {
    of_system(std::string(section) + "\n");
    EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("section")) << section;
  }
  of_system("  [forest Corp.Example_1-2]  # of Köln\n");
  EXPECT_THAT(parse("status", {})["db"].as<std::string>(), HasSubstr("/Corp.Example_1-2/"));
}

TEST_F(ConfigFileTest, ThatOthersCanWriteIsRefused) {
  of_system("jobs = 3\n");
  ASSERT_EQ(::chmod((folder_.path() / "system/casweep.conf").c_str(), 0666), 0);
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("other users can change it"));
}

TEST_F(ConfigFileTest, UnknownKeysInAnySectionAreNamedWithoutTheirValue) {
  of_system("[forest corp]\npassword = hunter2\n[forest plant]\n");
  const std::string error = error_of("scan", {"--forest", "corp"}, ExitCode::data);
  EXPECT_THAT(error, AllOf(HasSubstr("'password'"), HasSubstr("password-file"), ::testing::Not(HasSubstr("hunter2"))));
}

TEST_F(ConfigFileTest, SettingsSayWhereTheyComeFrom) {
  of_user("jobs = 4\n[forest corp]\ndomain = corp.example\n");
  environment_.set("CASWEEP_DEADLINE", "3");
  const std::vector<std::string> arguments{"--user", "a@CORP.EXAMPLE"};
  const auto settings = settings_of(scan_command().line, config_keys(), arguments, environment_.environment).settings;
  std::vector<std::string> told;
  for (const auto& [option, value, from] : settings) {
    told.push_back(option + "=" + value + " " + from.substr(from.find_last_of('/') + 1));
  }
  EXPECT_THAT(told,
              ElementsAre("user=a@CORP.EXAMPLE argument", "deadline=3 environment",
                          "domain=corp.example casweep.conf [forest corp]", HasSubstr("db="), "jobs=4 casweep.conf"));
}

TEST_F(ConfigFileTest, AllForestsRunOneAfterTheOtherAlsoAfterAFailure) {
  of_system("domain = corp.example\n[forest corp]\n[forest plant]\n[forest lab]\n");
  const auto values = parse("scan", {"--all-forests"});
  ASSERT_TRUE(wants_all_forests(values));
  std::vector<std::string> ran;
  const auto run = [&](int corp, int plant) {
    ran.clear();
    return run_in_all_forests(values, environment_.environment, [&](const std::string& forest) {
      ran.push_back(forest);
      if (forest == "lab") return 0;
      if (forest == "corp" && corp == 69) throw CommandError(ExitCode::unavailable, "No directory.");
      return forest == "corp" ? corp : plant;
    });
  };
  EXPECT_EQ(run(1, 2), 3);
  EXPECT_EQ(run(69, 3), 69);
  EXPECT_THAT(ran, ElementsAre("corp", "plant", "lab"));
  EXPECT_THAT(environment_.out.str(), HasSubstr("Exit codes of the forests: corp (69), plant (3), lab (0).\n"));
  EXPECT_THAT(environment_.err.str(), HasSubstr("casweep: No directory.\n"));
  EXPECT_EQ(run(130, 0), 130);
  EXPECT_THAT(ran, ElementsAre("corp"));
}

TEST_F(ConfigFileTest, AVariableForAllForestsBeatsNoArgument) {
  of_system("[forest corp]\ndomain = corp.example\n[forest plant]\n");
  environment_.set("CASWEEP_FOREST", "corp");
  EXPECT_EQ(parse("scan", {"--domain", "other.example"}).count("db"), 0U);
  environment_.set("CASWEEP_FOREST", "other");
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("No forest 'other'"));
}

/// Otherwise the scans of all forests would go to one directory and into one history.
TEST_F(ConfigFileTest, VariablesAboutOneForestDoNotHoldForAll) {
  of_system("[forest corp]\n[forest plant]\n");
  environment_.set("CASWEEP_DOMAIN", "other.invalid");
  environment_.set("CASWEEP_DB", folder_ / "one.db");
  EXPECT_EQ(dispatch(std::vector<std::string>{"scan", "--all-forests"}, environment_.environment), 77);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "one.db"));
  for (const auto* history : {"var/corp/history.db", "var/plant/history.db"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / history)) << history;
  }
}

TEST_F(ConfigFileTest, VariablesAboutAnotherForestDoNotHoldForANamedOne) {
  of_system("[forest corp]\ndomain = corp.example\n[forest plant]\n");
  environment_.set("CASWEEP_DOMAIN", "other.invalid");
  environment_.set("CASWEEP_DB", "/other.db");
  environment_.set("CASWEEP_JOBS", "3");
  const auto values = parse("scan", {"--forest", "corp"});
  EXPECT_EQ(values["domain"].as<std::string>(), "corp.example");
  EXPECT_THAT(values["db"].as<std::string>(), HasSubstr("var/corp/history.db"));
  EXPECT_EQ(values["jobs"].as<int>(), 3);
  EXPECT_THAT(error_of("scan", {"--forest", "corp", "--domain", "d.example"}, ExitCode::usage),
              HasSubstr("--forest and --domain exclude each other"));
}

TEST_F(ConfigFileTest, SaysThatItsForestsAreNotUsed) {
  of_system("[forest corp]\n");
  (void)parse("scan", {"--domain", "d.example"});
  EXPECT_THAT(environment_.err.str(), HasSubstr("no [forest NAME] of the config file is used (corp)"));
}

TEST_F(ConfigFileTest, IsAPlainFile) {
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(error_of("scan", {"--config", fifo}, ExitCode::data), HasSubstr("not a plain file"));
  std::filesystem::create_symlink("/none/casweep.conf", folder_ / "system/casweep.conf");
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("system/casweep.conf' cannot be read"));
}

TEST_F(ConfigFileTest, AFlagWithoutAValueIsNotSwitchedOn) {
  of_system("strict =\n");
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("no value for 'strict'"));
}

TEST_F(ConfigFileTest, NamedOrNotTheSystemsFileHasTheSameHistories) {
  of_system("[forest corp]\n");
  const auto named = parse("status", {"--config", (folder_ / "system/casweep.conf").string()});
  EXPECT_EQ(named["db"].as<std::string>(), parse("status", {})["db"].as<std::string>());
}

TEST_F(ConfigFileTest, ALineThatIsNoSettingIsNotRepeated) {
  of_system("password hunter2\n");
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), AllOf(HasSubstr("neither"), ::testing::Not(HasSubstr("hunter2"))));
}

TEST_F(ConfigFileTest, AHomeThatIsNoFolderHasNone) {
  environment_.set("XDG_CONFIG_HOME", "/dev/null");
  EXPECT_EQ(parse("scan", {}).count("domain"), 0U);
}

TEST_F(ConfigFileTest, IsCheckedAsAScanReadsIt) {
  const auto check = [&](const std::string& text) {
    of_system(text);
    return dispatch(std::vector<std::string>{"config", "check"}, environment_.environment);
  };
  EXPECT_EQ(check("[forest corp]\ndomain = corp.example\n[forest plant]\nreport = /srv/%f.html\n"), 0);
  for (const auto* wrong :
       {"report = %x", "export = foo=bar", "fail-on = typo", "on-change = mail", "on-change = /none", "keytab = /none",
        "password-file = /p", "head-file = /var/lib/x\nreport = /var/lib/x"}) {
    EXPECT_EQ(check(wrong), 65) << wrong;
    EXPECT_EQ(check(std::string("[forest corp]\n[forest plant]\n") + wrong), 65) << wrong;
  }
  EXPECT_THAT(environment_.err.str(), HasSubstr("casweep: Forest plant: "));
  EXPECT_EQ(check("[forest corp]\ndb = /same.db\n[forest plant]\ndb = /./same.db\n"), 65);
}

TEST_F(ConfigFileTest, AQuotedValueMayContainWhatBeginsAComment) {
  of_system(R"(
db = "/srv/C#/history.db"   # "with a comment"
report = "a \"b\" \\ # c\d"
user = plain@CORP.EXAMPLE # a comment
keytab = /srv/a "b" c
)");
  const auto values = parse("scan", {});
  EXPECT_EQ(values["db"].as<std::string>(), "/srv/C#/history.db");
  EXPECT_EQ(values["report"].as<std::string>(), "a \"b\" \\ # c\\d");
  EXPECT_EQ(values["user"].as<std::string>(), "plain@CORP.EXAMPLE");
  EXPECT_EQ(values["keytab"].as<std::string>(), "/srv/a \"b\" c");
}

TEST_F(ConfigFileTest, AQuotedValueIsQuotedAsAWhole) {
  for (const auto* value : {"\"hunter2", "\"hunter2\\\"", "\"hunter2\" hunter2", "\"hunter2\"\"\""}) {
    of_system(std::string("keytab = ") + value + "\n");
    EXPECT_THAT(error_of("scan", {}, ExitCode::data),
                AllOf(HasSubstr("'keytab'"), HasSubstr("quote the whole value"), ::testing::Not(HasSubstr("hunter2"))))
        << value;
  }
  of_system("keytab = \"\"\n");
  EXPECT_THAT(error_of("scan", {}, ExitCode::data), HasSubstr("no value for 'keytab'"));
}

TEST_F(ConfigFileTest, AValueIsReadAsItWasWritten) {
  for (const std::string value :
       {"/srv/plain", "/srv/C#/x", "\"quoted\"", "# all", " blanks ", "a \\ \"b\"", "a\\", "\"#\\\"\\\\"}) {
    of_system("keytab = " + config_value(value) + "\n");
    EXPECT_EQ(parse("scan", {})["keytab"].as<std::string>(), value);
  }
  EXPECT_EQ(config_value("/srv/a b\\c"), "/srv/a b\\c");
}

/// With it, all forests would share one history.
TEST_F(ConfigFileTest, SaysThatACommonHistoryIsNotUsed) {
  const auto told = [&](const std::string& text, const std::vector<std::string>& arguments) {
    of_system(text);
    environment_.err.str("");
    (void)parse("status", arguments);
    return environment_.err.str();
  };
  const std::string forests = "db = /common.db\n[forest corp]\n[forest plant]\ndb = /plant.db\n";
  EXPECT_THAT(told(forests, {"--forest", "corp"}),
              AllOf(HasSubstr("the db above the sections of "), HasSubstr("not used for the forest corp"),
                    HasSubstr("var/corp/history.db")));
  EXPECT_EQ(told(forests, {"--forest", "plant"}), "");
  EXPECT_EQ(told(forests, {"--forest", "corp", "--db", "/mine.db"}), "");
  EXPECT_EQ(told("db = /common.db\n", {}), "");
  of_system("db = /common.db\n[forest corp]\ndomain = corp.example\n");
  environment_.err.str("");
  EXPECT_EQ(dispatch(std::vector<std::string>{"config", "check"}, environment_.environment), 0);
  EXPECT_THAT(environment_.err.str(), HasSubstr("not used for the forest corp"));
}

/// A mistake in one section must not end the scheduled scans of the other forests.
TEST_F(ConfigFileTest, AnotherForestsMistakeIsFoundByTheCheckOnly) {
  of_system("[forest corp]\ndomain = corp.example\n[forest plant]\ndomian = plant.example\n");
  EXPECT_EQ(parse("scan", {"--forest", "corp"})["domain"].as<std::string>(), "corp.example");
  EXPECT_THAT(error_of("scan", {"--forest", "plant"}, ExitCode::data), HasSubstr("Did you mean 'domain'?"));
  EXPECT_EQ(dispatch(std::vector<std::string>{"config", "check"}, environment_.environment), 65);
  EXPECT_THAT(environment_.err.str(), HasSubstr("Forest plant: The config file"));
}

TEST_F(ConfigFileTest, NoVariableAboutOneForestHoldsForANamedOne) {
  of_system("[forest corp]\ndomain = corp.example\n[forest plant]\n");
  for (const std::string& option : options_of_one_forest()) environment_.set(variable_name(option), "other.invalid");
  const auto values = parse("scan", {"--forest", "corp"});
  for (const std::string& option : options_of_one_forest()) {
    if (option == "forest" || option == "domain" || option == "db") continue;
    EXPECT_EQ(values.count(option), 0U) << option;
  }
  EXPECT_EQ(values["domain"].as<std::string>(), "corp.example");
  EXPECT_THAT(values["db"].as<std::string>(), HasSubstr("var/corp/history.db"));
}

TEST_F(ConfigFileTest, AllForestsExcludeWhatIsAboutOne) {
  of_system("[forest corp]\n[forest plant]\n");
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--ca", "x"},
                                             {"--domain", "d.example"},
                                             {"--db", "/a"},
                                             {"--forest", "corp"},
                                             {"-o", "f"},
                                             {"--report", "one-for-all.html"},
                                             {"--format", "json"}}) {
    auto all = arguments;
    all.emplace_back("--all-forests");
    EXPECT_THROW((void)wants_all_forests(parse("scan", all)), CommandError) << arguments.front();
  }
}

}  // namespace
}  // namespace casweep::cli
