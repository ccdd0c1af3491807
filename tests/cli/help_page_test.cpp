// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/help_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wordexp.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/option_facts.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string page_of(const Command& command, std::size_t width) {
  std::ostringstream out;
  write_help(out, command, width);
  return out.str();
}

/// All pages, by what is typed for them.
std::vector<std::pair<std::string, std::string>> all_pages(std::size_t width) {
  std::vector<std::pair<std::string, std::string>> pages;
  for (const Command& command : commands()) pages.emplace_back(command.line.command, page_of(command, width));
  std::ostringstream general;
  write_general_help(general, commands(), width);
  pages.emplace_back("", general.str());
  std::ostringstream family;
  write_family_help(family, "db", commands().last(2), width);
  pages.emplace_back("db", family.str());
  return pages;
}

std::string help_of(const std::vector<std::string>& arguments) {
  TestEnvironment test;
  EXPECT_EQ(dispatch(arguments, test.environment), 0);
  EXPECT_EQ(test.err.str(), "");
  return test.out.str();
}

/// The words of `command` up to the first operator of the shell, as the shell takes them.
std::vector<std::string> words_of_example(std::string command) {
  command.erase(0, command.find("casweep "));
  for (auto at = command.find("\\\n"); at != std::string::npos; at = command.find("\\\n")) command.replace(at, 2, " ");
  for (const char* operation : {" | ", " || ", " && ", " > "}) command = command.substr(0, command.find(operation));
  wordexp_t expanded{};
  EXPECT_EQ(wordexp(command.c_str(), &expanded, WRDE_UNDEF), 0) << command;
  std::vector<std::string> words(expanded.we_wordv, expanded.we_wordv + expanded.we_wordc);
  wordfree(&expanded);
  return words;
}

std::vector<Example> examples_of(const std::string& page) {
  std::vector<Example> examples;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (inside && line.empty()) break;
    if (inside && !line.starts_with("    ")) examples.push_back({line, ""});
    if (inside && line.starts_with("    ")) examples.back().command += line.substr(4) + '\n';
    inside = inside || line == "Examples:";
  }
  for (Example& example : examples) example.command.pop_back();
  return examples;
}

/// One that only arguments can give as well.
TEST(HelpPage, ShowsEveryOptionWithItsText) {
  for (const Command& command : commands()) {
    const auto lines = lines_of(page_of(command, 10'000));
    std::set<std::string> names;
    for (const OptionFacts& option : options_of(command.line)) {
      const std::string term = "--" + option.name + (option.value_name.empty() ? "" : ' ' + option.value_name) + "  ";
      EXPECT_TRUE(std::ranges::any_of(
          lines,
          [&](const std::string& line) { return line.find(term) != std::string::npos && line.ends_with(option.text); }))
          << command.line.command << ' ' << term;
      EXPECT_THAT(option.text, Not(StartsWith(" ")));
      EXPECT_GT(option.text.size(), 2U) << command.line.command << ' ' << term;
      EXPECT_TRUE(names.insert(option.name).second) << term << " is declared twice by " << command.line.command;
    }
  }
}

TEST(HelpPage, ShowsEveryOperandWithItsText) {
  for (const Command& command : commands()) {
    const std::string page = page_of(command, 10'000);
    for (const Operand& operand : command.line.operands) {
      EXPECT_THAT(page, HasSubstr("  " + operand.name + "  "));
      EXPECT_THAT(page, HasSubstr("  " + operand.text + '\n'));
    }
  }
}

/// The words of --format stand in its text, those of --status and of `export` in a section of their own.
TEST(HelpPage, ShowsEveryWordOfAValue) {
  for (const Command& command : commands()) {
    const std::string page = page_of(command, 10'000);
    for (const OptionFacts& option : options_of(command.line)) {
      for (const std::string& word : option.words) {
        EXPECT_TRUE(option.text.find(word) != std::string::npos || page.find("\n  " + word + "  ") != std::string::npos)
            << command.line.command << " --" << option.name << ' ' << word;
      }
    }
    for (const Operand& operand : command.line.operands) {
      for (const std::string& word : operand.words) {
        EXPECT_THAT(page, ::testing::AnyOf(HasSubstr("\n  " + word + "  "), HasSubstr('\'' + word + '\'')));
      }
    }
  }
}

TEST(HelpPage, FitsTheWidth) {
  for (const std::size_t width : {40U, 60U, 80U, 100U}) {
    for (const auto& [name, page] : all_pages(width)) {
      std::vector<std::string> in_examples;
      for (const Example& example : examples_of(page)) {
        for (const std::string& line : lines_of(example.command)) in_examples.push_back("    " + line);
      }
      for (const std::string& line : lines_of(page)) {
        // A word such as the path of the history is longer than what 40 columns leave to it.
        const bool may_exceed = width == 40 || std::ranges::find(in_examples, line) != in_examples.end();
        const std::size_t most = may_exceed ? std::max<std::size_t>(width, 80) : width;
        EXPECT_LE(base::display_width(line), most) << name << ": " << line;
        EXPECT_FALSE(line.ends_with(' ')) << name << ": " << line;
      }
    }
  }
}

TEST(HelpPage, UsesTheWidth) {
  for (const Command& command : commands()) {
    const auto lines = lines_of(page_of(command, 80));
    EXPECT_GT(std::ranges::max(lines, {}, &std::string::size).size(), 70U) << command.line.command;
  }
}

TEST(HelpPage, HasExamplesThatTheCommandAccepts) {
  for (const Command& command : commands()) {
    EXPECT_FALSE(command.examples.empty()) << command.line.command;
    const std::string name = "casweep " + command.line.command + ' ';
    for (const Example& example : command.examples) {
      EXPECT_THAT(example.command + ' ', StartsWith(name));
      const auto words = words_of_example(example.command + ' ');
      const auto skipped = static_cast<std::size_t>(std::ranges::count(name, ' '));
      TestEnvironment test;
      EXPECT_NO_THROW(
          (void)parse_command_line(command.line, config_keys(), std::span(words).subspan(skipped), test.environment))
          << example.command;
    }
  }
}

TEST(HelpPage, OfTheProgramHasExamplesThatCommandsAccept) {
  const auto examples = examples_of(all_pages(80)[commands().size()].second);
  EXPECT_EQ(examples.size(), 4U);
  for (const Example& example : examples) {
    const auto words = words_of_example(example.command + ' ');
    const auto command =
        std::ranges::find(commands(), words.at(1), [](const auto& known) { return known.line.command; });
    ASSERT_NE(command, commands().end()) << example.command;
    TestEnvironment test;
    EXPECT_NO_THROW(
        (void)parse_command_line(command->line, config_keys(), std::span(words).subspan(2), test.environment))
        << example.command;
  }
}

TEST(HelpPage, OfTheProgramListsEveryCommand) {
  const std::string page = help_of({"help"});
  for (const Command& command : commands()) EXPECT_THAT(page, HasSubstr("  " + command.line.command + "  "));
}

TEST(HelpPage, IsTheSameHoweverItIsAskedFor) {
  for (const Command& command : commands()) {
    std::istringstream name(command.line.command);
    std::vector<std::string> words;
    for (std::string word; name >> word;) words.push_back(word);
    std::vector<std::string> after = words;
    after.insert(after.end(), {"an operand", "--help"});
    std::vector<std::string> before = words;
    before.insert(before.begin(), "help");

    EXPECT_EQ(help_of(after), page_of(command, 80));
    EXPECT_EQ(help_of(before), page_of(command, 80));
  }
}

TEST(HelpPage, OfAFamilyListsItsCommands) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"db", "--help"}, {"help", "db"}}) {
    const std::string page = help_of(arguments);
    EXPECT_THAT(page, HasSubstr("  db check "));
    EXPECT_THAT(page, HasSubstr("  db backup "));
    EXPECT_THAT(page, Not(HasSubstr("evidence")));
  }
}

TEST(HelpPage, SaysWhichOptionsAConfigFileMayHold) {
  EXPECT_THAT(help_of({"scan", "--help"}),
              HasSubstr("All options except --all, --only, --sort, --all-forests, --output, "
                        "--force,\n--config and --forest can also be set in a config file"));
  EXPECT_THAT(help_of({"scans", "--help"}), HasSubstr("\n--format, --color and --db can also be set in a config file"));
  EXPECT_THAT(help_of({"evidence", "verify", "--help"}), Not(HasSubstr("can also be set")));
}

TEST(HelpWidth, IsThatOfTheTerminal) {
  TestEnvironment test;
  test.environment.columns = 72;
  test.set("COLUMNS", "50");
  EXPECT_EQ(help_width(test.environment, true), 72U);
}

/// Also if messages go to a terminal: a file is not read on it.
TEST(HelpWidth, OfAFileIs80) {
  TestEnvironment test;
  test.environment.columns = 72;
  EXPECT_EQ(help_width(test.environment, false), 80U);
}

TEST(HelpWidth, IsThatOfTheVariableIfNoTerminalSays) {
  TestEnvironment test;
  test.set("COLUMNS", "50");
  EXPECT_EQ(help_width(test.environment, true), 50U);
  EXPECT_EQ(help_width(test.environment, false), 50U);
  for (const char* nonsense : {"0", "-1", "wide", "", "99999999999999999999"}) {
    test.set("COLUMNS", nonsense);
    EXPECT_EQ(help_width(test.environment, true), 80U) << nonsense;
  }
}

TEST(HelpWidth, HasLimits) {
  TestEnvironment test;
  test.environment.columns = 10;
  EXPECT_EQ(help_width(test.environment, true), 40U);
  test.environment.columns = 250;
  EXPECT_EQ(help_width(test.environment, true), 100U);
}

}  // namespace
}  // namespace casweep::cli
