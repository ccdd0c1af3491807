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

constexpr std::string_view fish_before_options =
    R"(# Completion of casweep for fish, printed by 'casweep completion fish'.

# Prints the command before the cursor, and then the number of its operands.
function __casweep_place
    set -l command ''
    set -l operands 0
    set -l is_value no
    for word in (commandline -opc)[2..]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case )";

constexpr std::string_view fish_before_paths = R"(
                set is_value yes
            case '-*'
            case '*'
                set -l path (string trim -- "$command $word")
                if test $operands = 0; and contains -- $path )";

constexpr std::string_view fish_after_paths = R"(
                    set command $path
                else
                    set operands (math $operands + 1)
                end
        end
    end
    echo $command
    echo $operands
end

# Whether the cursor is after this command, and, if there is a number, where its operand of that number stands.
function __casweep_at
    set -l place (__casweep_place)
    test "$place[1]" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    test $place[2] = $argv[2]
end

# Offers words after those that are there already, separated by commas.
function __casweep_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
    for word in $argv
        echo "$before$word"
    end
end

complete -c casweep -f
)";

/// `text` between single quotes.
std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '\'';
}

/// The beginning of a line that offers something after `path`, where its operand `number` stands if one is given.
std::string fish_at(const std::string& path, const std::string& number = "") {
  const std::string condition = "__casweep_at \"" + path + '"' + (number.empty() ? "" : ' ' + number);
  return "complete -c casweep -n " + fish_quoted(condition);
}

void write_fish_option(std::ostream& out, const std::string& path, const OptionFacts& option) {
  out << fish_at(path);
  if (!option.short_name.empty()) out << " -s " << option.short_name;
  out << " -l " << option.name;
  if (!option.value_name.empty()) out << (option.takes_file ? " -r -F" : " -x");
  if (!option.words.empty()) {
    const std::string words = fmt::format("{}", fmt::join(option.words, " "));
    out << " -a " << fish_quoted(option.is_list ? "(__casweep_list " + words + ')' : words);
  }
  out << " -d " << fish_quoted(short_text(option.text)) << '\n';
}

void write_fish_operand(std::ostream& out, const std::string& path, const CompletionOperand& operand,
                        std::size_t number) {
  const std::string at = fish_at(path, operand.is_repeatable ? "" : std::to_string(number));
  if (operand.is_file) out << at << " -F\n";
  for (const CompletionWord& word : operand.words) {
    out << at << " -a " << word.word;
    if (!word.text.empty()) out << " -d " << fish_quoted(word.text);
    out << '\n';
  }
}

}  // namespace

void write_fish_script(std::ostream& out, std::span<const CompletionNode> tree) {
  std::vector<std::string> paths;
  for (const CompletionNode& node : tree) {
    if (!node.path.empty()) paths.push_back(fish_quoted(node.path));
  }
  out << fish_before_options << fmt::format("{}", fmt::join(options_with_value(tree), " ")) << fish_before_paths
      << fmt::format("{}", fmt::join(paths, " ")) << fish_after_paths;
  for (const CompletionNode& node : tree) {
    out << '\n';
    for (std::size_t i = 0; i < node.operands.size(); ++i) write_fish_operand(out, node.path, node.operands[i], i);
    for (const OptionFacts& option : node.options) write_fish_option(out, node.path, option);
  }
}

}  // namespace casweep::cli
