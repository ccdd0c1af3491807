// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion/completion_tree.h"

#include <algorithm>
#include <utility>

#include "cli/options/word_value.h"

namespace casweep::cli {
namespace {

OptionFacts flag(const std::string& name, const std::string& short_name, const std::string& text) {
  return {.name = name,
          .short_name = short_name,
          .value_name = {},
          .text = text,
          .heading = {},
          .source = Source::arguments_only,
          .takes_file = false,
          .repeatable = false,
          .words = {},
          .is_list = false};
}

OptionFacts help_option() { return flag("help", "h", "show help"); }

/// The words that follow `path` in the names of commands, each once.
std::vector<CompletionWord> words_after(std::string_view path, std::span<const Command> commands) {
  std::vector<CompletionWord> words;
  const std::string before = path.empty() ? "" : std::string(path) + ' ';
  for (const Command& command : commands) {
    if (!command.line.command.starts_with(before)) continue;
    const std::string rest = command.line.command.substr(before.size());
    const auto space = rest.find(' ');
    CompletionWord word{rest.substr(0, space), space == std::string::npos ? command.summary : ""};
    if (std::ranges::find(words, word.word, &CompletionWord::word) != words.end()) continue;
    if (word.text.empty()) {
      std::vector<std::string> names;
      for (const CompletionWord& next : words_after(before + word.word, commands)) names.push_back(next.word);
      word.text = alternatives(names);
    }
    words.push_back(std::move(word));
  }
  return words;
}

/// The first words of commands with several words: "db", "evidence".
std::vector<std::string> families(std::span<const Command> commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) {
    const std::string word = command.line.command.substr(0, command.line.command.find(' '));
    if (word == command.line.command || std::ranges::find(names, word) != names.end()) continue;
    names.push_back(word);
  }
  return names;
}

CompletionOperand command_word(std::string_view path, std::span<const Command> commands) {
  return {.name = "COMMAND", .words = words_after(path, commands)};
}

CompletionOperand operand_of(const Operand& operand, std::span<const Command> commands) {
  CompletionOperand result{.name = operand.name,
                           .is_file = operand.kind == OperandKind::file,
                           .is_optional = operand.count == OperandCount::optional,
                           .is_repeatable = operand.count == OperandCount::many};
  for (const std::string& word : operand.words) result.words.push_back({word});
  if (operand.kind == OperandKind::command) result.words = words_after("", commands);
  return result;
}

/// A command whose operand is the name of a command, which may have two words.
void add_paths_of_families(std::vector<CompletionNode>& tree, const CompletionNode& node,
                           std::span<const Command> commands) {
  for (const std::string& family : families(commands)) {
    tree.push_back({node.path + ' ' + family, node.options, {command_word(family, commands)}});
  }
}

}  // namespace

std::vector<CompletionNode> completion_tree(std::span<const Command> commands) {
  std::vector<CompletionNode> tree;
  CompletionOperand first = command_word("", commands);
  first.words.push_back({"help", "show the help of a command"});
  tree.push_back({"", {help_option(), flag("version", "", "show the version of casweep")}, {first}});
  tree.push_back({"help", {}, {command_word("", commands)}});
  add_paths_of_families(tree, CompletionNode(tree.back()), commands);
  for (const std::string& family : families(commands)) {
    tree.push_back({family, {help_option()}, {command_word(family, commands)}});
  }
  for (const Command& command : commands) {
    CompletionNode node{.path = command.line.command, .options = options_of(command.line), .operands = {}};
    node.options.push_back(help_option());
    bool names_command = false;
    for (const Operand& operand : command.line.operands) {
      node.operands.push_back(operand_of(operand, commands));
      names_command = names_command || operand.kind == OperandKind::command;
    }
    tree.push_back(node);
    if (names_command) add_paths_of_families(tree, node, commands);
  }
  return tree;
}

std::set<std::string> options_with_value(std::span<const CompletionNode> tree) {
  std::set<std::string> names;
  for (const CompletionNode& node : tree) {
    for (const OptionFacts& option : node.options) {
      if (option.value_name.empty()) continue;
      for (const std::string& spelling : spellings_of(option)) names.insert(spelling);
    }
  }
  return names;
}

std::vector<std::string> spellings_of(const OptionFacts& option) {
  std::vector<std::string> spellings;
  if (!option.short_name.empty()) spellings.push_back('-' + option.short_name);
  spellings.push_back("--" + option.name);
  return spellings;
}

std::string short_text(std::string_view text) {
  for (const std::string_view end : {". ", "; ", " (default"}) text = text.substr(0, text.find(end));
  return std::string(text);
}

}  // namespace casweep::cli
