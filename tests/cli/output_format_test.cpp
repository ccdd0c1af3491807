// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/output_format.h"

#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "report/table/table_style.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

class TableStyleOf : public ::testing::Test {
 protected:
  report::TableStyle on_terminal() {
    environment_.environment.out_is_terminal = true;
    environment_.environment.columns = 100;
    return table_style(environment_.environment);
  }
  TestEnvironment environment_;
};

TEST_F(TableStyleOf, ATerminalHasColourAndItsWidth) {
  const auto style = on_terminal();
  EXPECT_TRUE(style.colour);
  EXPECT_EQ(style.columns, 100U);
}

TEST_F(TableStyleOf, AFileHasNeither) {
  environment_.environment.columns = 100;
  const auto style = table_style(environment_.environment);
  EXPECT_FALSE(style.colour);
  EXPECT_EQ(style.columns, 0U);
}

TEST_F(TableStyleOf, NoColorIsHonouredUnlessEmpty) {
  environment_.set("NO_COLOR", "");
  EXPECT_TRUE(on_terminal().colour);
  environment_.set("NO_COLOR", "1");
  EXPECT_FALSE(on_terminal().colour);
}

TEST_F(TableStyleOf, ADumbTerminalHasNoColour) {
  environment_.set("TERM", "dumb");
  EXPECT_FALSE(on_terminal().colour);
}

TEST_F(TableStyleOf, ATerminalWithoutUtf8GetsAscii) {
  environment_.environment.utf8 = false;
  EXPECT_FALSE(on_terminal().unicode);
}

TEST_F(TableStyleOf, APipeIsAsciiUnlessTheLocaleIsUtf8) {
  EXPECT_TRUE(table_style(environment_.environment).unicode);
  environment_.environment.utf8 = false;
  EXPECT_FALSE(table_style(environment_.environment).unicode);
}

TEST_F(TableStyleOf, AFileIsUtf8RegardlessOfTheLocale) {
  environment_.environment.utf8 = false;
  environment_.environment.out_is_file = true;
  EXPECT_TRUE(table_style(environment_.environment).unicode);
}

TEST_F(TableStyleOf, ColourFollowsTheChoiceEverywhere) {
  environment_.set("NO_COLOR", "1");
  environment_.environment.colour = true;
  EXPECT_TRUE(on_terminal().colour);
  environment_.environment.out_is_terminal = false;
  EXPECT_TRUE(table_style(environment_.environment).colour);
  environment_.environment.colour = false;
  EXPECT_FALSE(on_terminal().colour);
}

class OutputFormatOf : public ::testing::Test {
 protected:
  OutputFormat format(const std::vector<std::string>& arguments) {
    const CommandLine line{.command = "show", .options = {format_options({OutputFormat::table, OutputFormat::json})}};
    return output_format(
        parse_command_line(line, config_keys_of(std::span(&line, 1)), arguments, environment_.environment));
  }
  CommandError refusal(const std::vector<std::string>& arguments) {
    try {
      (void)format(arguments);
    } catch (const CommandError& error) {
      return error;
    }
    ADD_FAILURE() << "it was not refused";
    return {ExitCode::internal, ""};
  }
  TestEnvironment environment_;
};

TEST_F(OutputFormatOf, IsTheTableByDefault) {
  EXPECT_EQ(format({}), OutputFormat::table);
  EXPECT_EQ(format({"--format", "table"}), OutputFormat::table);
  EXPECT_EQ(format({"--format", "json"}), OutputFormat::json);
}

TEST_F(OutputFormatOf, HasAColourChoice) {
  const CommandLine line{.command = "show", .options = {format_options({OutputFormat::table})}};
  const auto choice = [&](const std::vector<std::string>& arguments) {
    return colour_choice(
        parse_command_line(line, config_keys_of(std::span(&line, 1)), arguments, environment_.environment));
  };
  EXPECT_EQ(choice({}), std::nullopt);
  EXPECT_EQ(choice({"--color", "auto"}), std::nullopt);
  EXPECT_EQ(choice({"--color", "always"}), true);
  EXPECT_EQ(choice({"--color=never"}), false);
  EXPECT_THROW(choice({"--color=sometimes"}), CommandError);
}

/// It is one that another command has.
TEST_F(OutputFormatOf, MustBeOneThatTheCommandTakes) {
  const CommandError error = refusal({"--format", "csv"});
  EXPECT_EQ(error.code(), ExitCode::usage);
  EXPECT_STREQ(error.what(), "'show': --format does not know 'csv'. It takes table or json.");

  EXPECT_STREQ(refusal({"--format", "jsn"}).what(),
               "'show': --format does not know 'jsn'. Did you mean 'json'? It takes table or json.");

  environment_.set("CASWEEP_FORMAT", "csv");
  EXPECT_EQ(refusal({}).code(), ExitCode::data);
}

}  // namespace
}  // namespace casweep::cli
