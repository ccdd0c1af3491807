// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/manual/manual_page.h"
#include "cli/terminal/output_file.h"

namespace casweep::cli {
namespace {

constexpr std::array operand_names{"COMMAND", "SUBCOMMAND"};

OptionGroup folder_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()(
      "into", po::value<std::string>()->value_name("FOLDER"),
      "write every page to a file in FOLDER, such as man1/casweep-scan.1, and replace existing ones");
  return group;
}

/// `page` is "casweep-scan.1", which belongs into the subfolder man1.
void write_file(const std::filesystem::path& folder, const std::string& page,
                const std::function<void(std::ostream&)>& write) {
  const std::filesystem::path section = folder / fmt::format("man{}", page.back());
  std::error_code ignored;  // the file cannot be written then
  std::filesystem::create_directories(section, ignored);
  OutputFile file(section / page, Force::given);
  write(file.stream());
  file.publish();
}

void write_every_page(const std::filesystem::path& folder) {
  write_file(folder, "casweep.conf.5", [](std::ostream& out) { write_config_manual_page(out, commands()); });
  write_file(folder, "casweep.1", [](std::ostream& out) { write_program_manual_page(out, commands()); });
  for (const Command& command : commands()) {
    write_file(folder, manual_page_name(command) + ".1",
               [&](std::ostream& out) { write_manual_page(out, command, commands()); });
  }
}

int run_man(const po::variables_map& values, const Environment& environment) {
  std::vector<std::string> words;
  for (const char* operand : operand_names) {
    if (values.count(operand) > 0) words.push_back(text_of(values, operand));
  }
  if (values.count("into") > 0) {
    if (!words.empty()) throw CommandError(ExitCode::usage, "--into writes every page; leave out the command.");
    write_every_page(text_of(values, "into"));
  } else if (words.empty()) {
    write_program_manual_page(environment.out, commands());
  } else {
    write_manual_page(environment.out, command_named(words), commands());
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command man_command() {
  return {
      .line = {.command = "man",
               .operands = {{.name = operand_names[0],
                             .text = "the command that the page describes (default: casweep as a whole)",
                             .count = OperandCount::optional,
                             .kind = OperandKind::command},
                            {.name = operand_names[1],
                             .text = "its second word, such as 'check' of 'db check'",
                             .count = OperandCount::optional}},
               .options = {folder_option()}},
      .run = run_man,
      .summary = "print a manual page",
      .usage = {"[COMMAND [SUBCOMMAND]] [OPTION]...", "--into FOLDER [OPTION]..."},
      .description = {"Prints a manual page in the format of man(7). It says what the help says, and which files and "
                      "variables the command reads. An installed casweep also has these pages where man(1) looks "
                      "for them: 'man casweep-scan'."},
      .examples = {{"Read the page of a command", "casweep man scan | man -l -"},
                   {"Read the page of a command with two words", "casweep man db check | man -l -"},
                   {"Install the pages for one user", "casweep man --into ~/.local/share/man"}},
      .exit_codes = {{"0", "the page was printed, or all were written"},
                     {"64", "no such command"},
                     {"74", "a file cannot be used"}}};
}

}  // namespace casweep::cli
