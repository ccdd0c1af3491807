// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion/completion_script.h"

namespace casweep::cli {
namespace {

constexpr std::string_view zsh_before_paths = R"(#compdef casweep
# Completion of casweep for zsh, printed by 'casweep completion zsh'.

_casweep() {
  # The command before the cursor.
  local command=
  local -i i=2
  while (( i < CURRENT )); do
    case ${command:+$command }$words[i] in
)";

constexpr std::string_view zsh_after_paths = R"(        command=${command:+$command }$words[i]
        (( i++ ))
        ;;
      (*) break ;;
    esac
  done
  # _arguments takes the first word for the name of what it completes.
  words=(casweep "${(@)words[i,-1]}")
  (( CURRENT -= i - 2 ))

  case $command in
)";

constexpr std::string_view zsh_end = R"(  esac
}

# Zsh runs this file as the function _casweep when it completes casweep for the first time; 'source' only loads it.
if [[ $funcstack[1] == _casweep ]]; then
  _casweep "$@"
else
  compdef _casweep casweep
fi
)";

/// `text` between single quotes.
std::string zsh_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted + '\'';
}

/// `text` where _arguments gives a meaning to colons and brackets.
std::string zsh_escaped(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == ':' || character == '[' || character == ']' || character == '\\') escaped += '\\';
    escaped += character;
  }
  return escaped;
}

/// ":FILE:_files": the name of a value, and what completes it.
std::string zsh_value(const OptionFacts& option) {
  if (option.value_name.empty()) return {};
  std::string action = option.takes_file ? "_files" : " ";
  const std::string words = fmt::format("{}", fmt::join(option.words, " "));
  if (option.is_list) {
    action = fmt::format("_values -s , {} {}", option.value_name, words);
  } else if (!words.empty()) {
    action = '(' + words + ')';
  }
  return ':' + zsh_escaped(option.value_name) + ':' + action;
}

void write_zsh_option(std::ostream& out, const OptionFacts& option) {
  const auto spellings = spellings_of(option);
  for (const std::string& spelling : spellings) {
    std::string spec = option.repeatable ? "*" : "";
    if (!option.repeatable && spellings.size() > 1) spec = fmt::format("({})", fmt::join(spellings, " "));
    spec += spelling;
    if (!option.value_name.empty()) spec += spelling.starts_with("--") ? "=" : "+";
    spec += '[' + zsh_escaped(short_text(option.text)) + ']' + zsh_value(option);
    out << " \\\n        " << zsh_quoted(spec);
  }
}

void write_zsh_operand(std::ostream& out, const CompletionOperand& operand) {
  std::string action = operand.is_file ? "_files" : " ";
  if (!operand.words.empty()) action = fmt::format("{{_describe -t words {0} choices_{0}}}", operand.name);
  const std::string_view number = operand.is_repeatable ? "*" : "";
  out << " \\\n        "
      << zsh_quoted(fmt::format("{}:{}{}:{}", number, operand.is_optional ? ":" : "", operand.name, action));
}

/// The words that an operand may be, in an array for its action.
void write_zsh_choices(std::ostream& out, const CompletionOperand& operand) {
  if (operand.words.empty()) return;
  out << "      local -a choices_" << operand.name << "=(\n";
  for (const CompletionWord& word : operand.words) {
    out << "        " << zsh_quoted(word.word + (word.text.empty() ? "" : ':' + zsh_escaped(word.text))) << '\n';
  }
  out << "      )\n";
}

}  // namespace

void write_zsh_script(std::ostream& out, std::span<const CompletionNode> tree) {
  std::vector<std::string> paths;
  for (const CompletionNode& node : tree) {
    if (!node.path.empty()) paths.push_back(zsh_quoted(node.path));
  }
  out << zsh_before_paths << "      (" << fmt::format("{}", fmt::join(paths, "|")) << ")\n" << zsh_after_paths;
  for (const CompletionNode& node : tree) {
    out << "    (" << zsh_quoted(node.path) << ")\n";
    for (const CompletionOperand& operand : node.operands) write_zsh_choices(out, operand);
    out << "      _arguments -s -S";
    for (const OptionFacts& option : node.options) write_zsh_option(out, option);
    for (const CompletionOperand& operand : node.operands) write_zsh_operand(out, operand);
    out << "\n      ;;\n";
  }
  out << zsh_end;
}

}  // namespace casweep::cli
