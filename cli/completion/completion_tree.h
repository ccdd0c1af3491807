// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/command.h"
#include "cli/options/option_facts.h"

namespace casweep::cli {

/// A word that may be completed, and what a shell shows beside it.
struct CompletionWord {
  std::string word;
  std::string text{};  ///< empty: none
};

/// What may stand where a command takes a word.
struct CompletionOperand {
  std::string name;
  std::vector<CompletionWord> words{};  ///< none: a file, or a text that a shell does not know
  bool is_file = false;
  bool is_optional = false;
  bool is_repeatable = false;
};

/// A place on the command line: what may follow the words in `path`.
struct CompletionNode {
  std::string path;  ///< "db check"; "" for the program, "db" for the word before "check"
  std::vector<OptionFacts> options;
  std::vector<CompletionOperand> operands;
};

/// Every place at which `casweep` can be completed: the program, its commands, and `help`. A path comes after the paths
/// that it begins with.
[[nodiscard]] std::vector<CompletionNode> completion_tree(std::span<const Command> commands);

/// Every option, with its dashes, that takes a value. An option takes one with every command or with none.
[[nodiscard]] std::set<std::string> options_with_value(std::span<const CompletionNode> tree);

/// "-o" and "--output"
[[nodiscard]] std::vector<std::string> spellings_of(const OptionFacts& option);

/// The beginning of a text, which is enough beside a word: without further sentences, remarks and the default.
[[nodiscard]] std::string short_text(std::string_view text);

}  // namespace casweep::cli
