// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/completion/completion_script.h"
#include "cli/completion/completion_tree.h"
#include "cli/options/word_value.h"

namespace casweep::cli {
namespace {

struct Shell {
  std::string_view word;
  void (*write)(std::ostream& out, std::span<const CompletionNode> tree);
  std::string_view text;  ///< where it looks for the script
};

constexpr std::array shells{
    Shell{
        "bash", write_bash_script,
        "~/.local/share/bash-completion/completions/casweep, from where the package bash-completion loads it; without "
        "that package, write 'source <(casweep completion bash)' into ~/.bashrc"},
    Shell{"zsh", write_zsh_script, "a file named _casweep in a folder of $fpath, before compinit runs"},
    Shell{"fish", write_fish_script, "~/.config/fish/completions/casweep.fish"},
};

std::vector<std::string> shell_words() {
  std::vector<std::string> words;
  words.reserve(shells.size());
  for (const Shell& shell : shells) words.emplace_back(shell.word);
  return words;
}

int run_completion(const po::variables_map& values, const Environment& environment) {
  const auto word = text_of(values, "SHELL");
  const auto* shell = std::ranges::find(shells, word, &Shell::word);
  if (shell == shells.end()) {
    throw CommandError(ExitCode::usage,
                       fmt::format("There is no completion for '{}'.{} Choose {}.", word,
                                   base::did_you_mean(word, shell_words()), alternatives(shell_words())));
  }
  shell->write(environment.out, completion_tree(commands()));
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command completion_command() {
  HelpSection places{.heading = "Shells"};
  for (const Shell& shell : shells) places.definitions.push_back({std::string(shell.word), std::string(shell.text)});
  return {
      .line = {.command = "completion",
               .operands = {{.name = "SHELL", .text = "the shell; see below", .words = shell_words()}},
               .prints_document = true},
      .run = run_completion,
      .summary = "print a script that completes command lines in a shell",
      .usage = {"SHELL [OPTION]..."},
      .description =
          {"Prints a script that completes commands, options, file names and fixed values. An installed casweep "
           "already has these scripts where the shells look for them.",
           "The script contains everything that it offers and never runs casweep. Make it again after an update of "
           "casweep."},
      .sections = {places},
      .examples = {{"Switch it on in bash",
                    "casweep completion bash \\\n-o ~/.local/share/bash-completion/completions/casweep"},
                   {"Switch it on in fish", "casweep completion fish -o ~/.config/fish/completions/casweep.fish"},
                   {"Make it again for zsh", "casweep completion zsh --force -o ~/.zfunc/_casweep"}},
      .exit_codes = {
          {"0", "the script was printed"}, {"64", "no completion for this shell"}, {"74", "a file cannot be used"}}};
}

}  // namespace casweep::cli
