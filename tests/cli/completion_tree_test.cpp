// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion/completion_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

CompletionNode node_at(std::string_view path) {
  for (const CompletionNode& node : completion_tree(commands())) {
    if (node.path == path) return node;
  }
  ADD_FAILURE() << "no node at " << path;
  return {};
}

std::vector<std::string> first_words_at(std::string_view path) {
  const CompletionNode node = node_at(path);
  std::vector<std::string> words;
  if (node.operands.empty()) return words;
  for (const CompletionWord& word : node.operands.front().words) words.push_back(word.word);
  return words;
}

TEST(CompletionTree, HasEveryCommand) {
  for (const Command& command : commands()) EXPECT_EQ(node_at(command.line.command).path, command.line.command);
}

TEST(CompletionTree, OffersTheWordsOfAFamily) {
  EXPECT_THAT(first_words_at(""), Contains("db"));
  for (const char* path : {"db", "help db", "man db"})
    EXPECT_THAT(first_words_at(path), ElementsAre("info", "check", "backup", "restore"));
}

TEST(CompletionTree, OffersWhatCanBeDescribed) {
  EXPECT_THAT(first_words_at("man"), Contains("scan"));
  EXPECT_THAT(first_words_at("help"), Contains("scan"));
  EXPECT_THAT(first_words_at("man"), Not(Contains("help")));
}

TEST(CompletionTree, KnowsWhichOperandsAreFiles) {
  EXPECT_TRUE(node_at("db backup").operands.front().is_file);
  EXPECT_TRUE(node_at("evidence verify").operands.front().is_repeatable);
  EXPECT_FALSE(node_at("show").operands.front().is_file);
}

/// The scripts skip the value of an option regardless of the command.
TEST(CompletionTree, AnOptionTakesAValueWithEveryCommandOrWithNone) {
  const auto tree = completion_tree(commands());
  const auto with_value = options_with_value(tree);
  for (const CompletionNode& node : tree) {
    for (const OptionFacts& option : node.options) {
      for (const std::string& spelling : spellings_of(option)) {
        EXPECT_EQ(with_value.contains(spelling), !option.value_name.empty()) << node.path << ' ' << spelling;
      }
    }
  }
}

TEST(CompletionTree, ShortensTexts) {
  EXPECT_EQ(short_text("read only this CA; may be repeated. The scan is partial"), "read only this CA");
  EXPECT_EQ(short_text("table or json (default: table)"), "table or json");
  EXPECT_EQ(short_text("use StartTLS"), "use StartTLS");
}

/// The words stand in scripts without quotes.
TEST(CompletionTree, HasPlainWords) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-";
  for (const CompletionNode& node : completion_tree(commands())) {
    for (const CompletionOperand& operand : node.operands) {
      for (const CompletionWord& word : operand.words) {
        EXPECT_EQ(word.word.find_first_not_of(plain), std::string::npos) << word.word;
      }
    }
    for (const OptionFacts& option : node.options) {
      for (const std::string& word : option.words) {
        EXPECT_EQ(word.find_first_not_of(plain), std::string::npos) << word;
      }
    }
  }
}

std::string refused(const std::vector<std::string>& arguments) {
  test::TestEnvironment test;
  try {
    (void)dispatch(arguments, test.environment);
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_EQ(test.out.str(), "");
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(CompletionCommand, RefusesAnotherShell) {
  EXPECT_EQ(refused({"completion", "fich"}),
            "There is no completion for 'fich'. Did you mean 'fish'? Choose bash, zsh or fish.");
}

TEST(ManCommand, RefusesWhatIsNoCommand) {
  EXPECT_THAT(refused({"man", "scam"}), HasSubstr("There is no command 'scam'. Did you mean 'scan'?"));
  EXPECT_THAT(refused({"man", "db"}), HasSubstr("'db' needs a second word: info, check, backup or restore."));
  EXPECT_EQ(refused({"man", "scan", "now"}), "There is no command 'scan now'.");
  EXPECT_EQ(refused({"man", "scan", "--into", "/tmp"}), "--into writes every page; leave out the command.");
}

}  // namespace
}  // namespace casweep::cli
