// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion/completion_script.h"

namespace casweep::cli {
namespace {

constexpr std::string_view bash_functions = R"(# Completion of casweep for bash, printed by 'casweep completion bash'.

# Offers those of the given words that begin with $word.
_casweep_words() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word")
}

# The same for the last of several words that are separated by commas.
_casweep_list() {
  local before=
  [[ $word == *,* ]] && before=${word%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$*" -- "${word##*,}")
  compopt -o nospace
}

# Lets bash complete the name of a file.
_casweep_files() {
  compopt -o default
}

_casweep() {
  COMPREPLY=()
  # Bash separates words also at '=' and ':'.
  local -a words=()
  local i piece joined=
  for ((i = 1; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ ${#words[@]} -gt 0 && ( -n $joined || $piece == [=:]* ) ]]; then
      words[-1]+=$piece
    else
      words+=("$piece")
    fi
    joined=
    [[ $piece == [=:]* ]] && joined=yes
  done
  local word=${words[-1]}
  unset 'words[-1]'

  # What stands before the word: the command, the number of its operands, and an option that needs a value.
  local command='' option='' operands=0 earlier
  for earlier in "${words[@]}"; do
    if [[ -n $option ]]; then
      option=
      continue
    fi
    case $earlier in
)";

constexpr std::string_view bash_after_options = R"(        option=$earlier
        ;;
      -*) ;;
      *)
        case $operands:${command:+$command }$earlier in
)";

constexpr std::string_view bash_after_paths = R"(            command=${command:+$command }$earlier
            ;;
          *) operands=$((operands + 1)) ;;
        esac
        ;;
    esac
  done
  if [[ -z $option && $word == --*=* ]]; then
    option=${word%%=*}
    word=${word#*=}
  elif [[ -z $option && $word == -* ]]; then
    option=-
  fi

  # "-" stands for the name of an option, a number for an operand.
  case $command:${option:-$operands} in
)";

/// The labels of a case statement, a few in each line.
void write_labels(std::ostream& out, std::size_t indent, const std::vector<std::string>& labels) {
  std::string line(indent, ' ');
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool last = i + 1 == labels.size();
    const std::string next = labels[i] + (last ? ")" : " |");
    if (line.size() > indent && line.size() + 1 + next.size() > 100) {
      out << line << " \\\n";
      line = std::string(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += next;
  }
  out << line << '\n';
}

/// `keys` are options, "-" or the numbers of operands.
void write_bash_case(std::ostream& out, const std::string& path, const std::vector<std::string>& keys,
                     const std::string& action) {
  if (keys.empty()) return;
  std::vector<std::string> labels;
  labels.reserve(keys.size());
  for (const std::string& key : keys) labels.push_back(fmt::format("'{}:'{}", path, key));
  write_labels(out, 4, labels);
  out << "      " << action << "\n      ;;\n";
}

void write_bash_node(std::ostream& out, const CompletionNode& node) {
  std::vector<std::string> names;
  std::vector<std::string> of_files;
  for (const OptionFacts& option : node.options) {
    const auto spellings = spellings_of(option);
    std::ranges::copy(spellings, std::back_inserter(names));
    if (option.takes_file) std::ranges::copy(spellings, std::back_inserter(of_files));
    if (option.words.empty()) continue;
    write_bash_case(out, node.path, spellings,
                    fmt::format("_casweep_{} {}", option.is_list ? "list" : "words", fmt::join(option.words, " ")));
  }
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const CompletionOperand& operand = node.operands[i];
    const std::string number = operand.is_repeatable ? "[0-9]*" : std::to_string(i);
    if (operand.is_file) of_files.push_back(number);
    if (operand.words.empty()) continue;
    std::string words;
    for (const CompletionWord& word : operand.words) words += ' ' + word.word;
    write_bash_case(out, node.path, {number}, "_casweep_words" + words);
  }
  write_bash_case(out, node.path, of_files, "_casweep_files");
  if (!names.empty()) write_bash_case(out, node.path, {"-"}, fmt::format("_casweep_words {}", fmt::join(names, " ")));
}

}  // namespace

void write_bash_script(std::ostream& out, std::span<const CompletionNode> tree) {
  out << bash_functions;
  const auto with_value = options_with_value(tree);
  write_labels(out, 6, {with_value.begin(), with_value.end()});
  out << bash_after_options;
  std::vector<std::string> paths;
  for (const CompletionNode& node : tree) {
    if (!node.path.empty()) paths.push_back("'0:" + node.path + '\'');
  }
  write_labels(out, 10, paths);
  out << bash_after_paths;
  for (const CompletionNode& node : tree) write_bash_node(out, node);
  out << "  esac\n}\n\ncomplete -F _casweep casweep\n";
}

}  // namespace casweep::cli
