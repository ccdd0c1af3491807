// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/commands/all_forests.h"
#include "cli/commands/help_page.h"
#include "cli/failure.h"
#include "cli/options/document_file.h"
#include "cli/options/history_file.h"
#include "cli/options/log_option.h"
#include "cli/options/output_format.h"
#include "cli/options/word_value.h"
#include "cli/terminal/output_file.h"
#include "cli/version.h"
#include "store/store_error.h"

namespace casweep::cli {
namespace {

using Arguments = std::span<const std::string>;

bool asks_for_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

std::string_view first_word(const Command& command) {
  const std::string_view name = command.line.command;
  return name.substr(0, name.find(' '));
}

/// "check" of "db check"; empty for a command of one word.
std::string_view second_word(const Command& command) {
  const std::string_view name = command.line.command;
  const auto space = name.find(' ');
  return space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
}

/// The commands that begin with `word`.
std::span<const Command> family_of(std::string_view word) {
  const auto all = commands();
  const auto first = std::ranges::find(all, word, first_word);
  const auto end = std::find_if(first, all.end(), [&](const Command& command) { return first_word(command) != word; });
  return {first, end};
}

/// The first words of the command line: a command and the arguments after it, or a family without a command.
struct Chosen {
  std::span<const Command> family;
  const Command* command;  ///< null: the word after the family's name is missing or no command
  Arguments rest;
};

Chosen chosen_by(Arguments arguments) {
  const auto family = family_of(arguments.front());
  if (family.empty()) {
    std::vector<std::string> names;
    for (const Command& command : commands()) names.emplace_back(first_word(command));
    if (arguments.front().starts_with('-')) {
      throw CommandError(ExitCode::usage, fmt::format("'{}' comes before the command; options follow it. See 'casweep "
                                                      "--help'.",
                                                      arguments.front()));
    }
    throw CommandError(ExitCode::usage, fmt::format("There is no command '{}'.{} See 'casweep --help'.",
                                                    arguments.front(), base::did_you_mean(arguments.front(), names)));
  }
  if (second_word(family.front()).empty()) return {family, &family.front(), arguments.subspan(1)};
  if (arguments.size() < 2) return {family, nullptr, {}};
  const auto command = std::ranges::find(family, arguments[1], second_word);
  if (command == family.end()) return {family, nullptr, arguments.subspan(1)};
  return {family, &*command, arguments.subspan(2)};
}

CommandError no_command(const Chosen& chosen) {
  const std::string_view word = first_word(chosen.family.front());
  std::vector<std::string> names;
  for (const Command& command : chosen.family) names.emplace_back(second_word(command));
  if (chosen.rest.empty()) {
    return {ExitCode::usage,
            fmt::format("'{}' needs a second word: {}. See 'casweep {} --help'.", word, alternatives(names), word)};
  }
  return {ExitCode::usage, fmt::format("There is no command '{} {}'.{} See 'casweep {} --help'.", word,
                                       chosen.rest.front(), base::did_you_mean(chosen.rest.front(), names), word)};
}

int help_on(const Chosen& chosen, const Environment& environment) {
  const std::size_t width = help_width(environment, environment.out_is_terminal);
  if (chosen.command != nullptr) {
    write_help(environment.out, *chosen.command, width);
  } else {
    write_family_help(environment.out, first_word(chosen.family.front()), chosen.family, width);
  }
  return static_cast<int>(ExitCode::ok);
}

int general_help(const Environment& environment) {
  write_general_help(environment.out, commands(), help_width(environment, environment.out_is_terminal));
  return static_cast<int>(ExitCode::ok);
}

/// `error` of `command`, with where to look if it is about the directory, the network or the account.
CommandError with_pointer(const Command& command, const CommandError& error) {
  const bool doctor_helps = error.code() == ExitCode::unavailable || error.code() == ExitCode::credentials;
  if (!command.asks_directory || !doctor_helps) return error;
  base::ErrorText text = error.text();
  text.lines.emplace_back(
      "To see which step fails, run 'casweep doctor' with the same options for the directory and the account.");
  return {error.code(), std::move(text)};
}

/// Its document gets its name when it has ended without an error.
int run_and_publish(const Command& command, const po::variables_map& values, const Environment& environment,
                    std::optional<OutputFile>& file) {
  try {
    const int code = command.run(values, environment);
    if (file) file->publish();
    return code;
  } catch (const ErrorAfterDocument&) {
    if (file) file->publish();
    throw;
  } catch (const CommandError& error) {
    throw with_pointer(command, error);
  } catch (const store::StoreError&) {
    if (file && file->has_content()) file->publish();
    throw;
  }
}

/// With -o, the document of the command gets its name when the command has ended without an error. A scan that could
/// not be recorded has a document all the same.
int run_into_file_or_out(const Command& command, const po::variables_map& values, const Environment& environment) {
  std::optional<OutputFile> file;
  if (command.line.prints_document) {
    if (values.count("output") > 0 && has_option(command.line, "db") && !command.line.of_fleet) {
      require_not_of_history(text_of(values, "output"), history_file(values, environment));
    }
    file = document_file(values);
  }
  const Environment shown{.variables = environment.variables,
                          .out = file ? file->stream() : environment.out,
                          .err = environment.err,
                          .in = environment.in,
                          .out_is_terminal = environment.out_is_terminal && !file,
                          .err_is_terminal = environment.err_is_terminal,
                          .out_is_file = file.has_value(),
                          .colour = colour_choice(values),
                          .utf8 = environment.utf8,
                          .columns = environment.columns,
                          .system_config = environment.system_config,
                          .system_data = environment.system_data,
                          .journal_socket = environment.journal_socket,
                          .log = log_of(values, environment),
                          .failure = command.failure,
                          .now = environment.now};
  const auto run = [&] { return run_and_publish(command, values, shown, file); };
  return shown.log ? exit_code_of_running(shown, run) : run();
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all{
      scan_command(),
      doctor_command(),
      list_command(),
      show_command(),
      status_command(),
      history_command(),
      trend_command(),
      diff_command(),
      scans_command(),
      explain_command(),
      accept_command(),
      export_command(),
      report_command(),
      fleet_status_command(),
      fleet_sites_command(),
      fleet_trend_command(),
      fleet_changes_command(),
      fleet_export_command(),
      fleet_report_command(),
      evidence_create_command(),
      evidence_verify_command(),
      db_info_command(),
      db_check_command(),
      db_backup_command(),
      db_restore_command(),
      publish_command(),
      hub_init_command(),
      hub_upgrade_command(),
      hub_enroll_command(),
      hub_revoke_command(),
      hub_check_command(),
      init_command(),
      config_check_command(),
      config_show_command(),
      completion_command(),
      man_command(),
  };
  return all;
}

const Command& command_named(std::span<const std::string> words) {
  const Chosen chosen = chosen_by(words);
  if (chosen.command == nullptr) throw no_command(chosen);
  if (!chosen.rest.empty()) {
    throw CommandError(ExitCode::usage, fmt::format("There is no command '{}'.", fmt::join(words, " ")));
  }
  return *chosen.command;
}

po::options_description config_keys() {
  std::vector<CommandLine> lines;
  std::ranges::transform(commands(), std::back_inserter(lines), &Command::line);
  return config_keys_of(lines);
}

int dispatch(std::span<const std::string> arguments, const Environment& environment) {
  if (arguments.empty()) {
    write_general_help(environment.err, commands(), help_width(environment, environment.err_is_terminal));
    return static_cast<int>(ExitCode::usage);
  }
  const std::string& first = arguments.front();
  if (asks_for_help(first)) return general_help(environment);
  if (first == "help") {
    if (arguments.size() == 1) return general_help(environment);
    const Chosen subject = chosen_by(arguments.subspan(1));
    if (subject.command == nullptr && !subject.rest.empty()) throw no_command(subject);
    return help_on(subject, environment);
  }
  if (first == "--version" || first == "-V") {
    environment.out << "casweep " << version() << '\n';
    return static_cast<int>(ExitCode::ok);
  }
  const Chosen chosen = chosen_by(arguments);
  if (std::ranges::any_of(chosen.rest, asks_for_help)) return help_on(chosen, environment);
  if (chosen.command == nullptr) throw no_command(chosen);
  const auto values = parse_command_line(chosen.command->line, config_keys(), chosen.rest, environment);
  if (!wants_all_forests(values)) return run_into_file_or_out(*chosen.command, values, environment);
  const Environment of_all = without_one_forest(environment);
  return run_in_all_forests(values, of_all, [&](const std::string& forest) {
    std::vector<std::string> arguments_for_one{"--forest", forest};
    std::ranges::copy_if(chosen.rest, std::back_inserter(arguments_for_one),
                         [](const std::string& argument) { return argument != "--all-forests"; });
    return run_into_file_or_out(
        *chosen.command, parse_command_line(chosen.command->line, config_keys(), arguments_for_one, of_all), of_all);
  });
}

}  // namespace casweep::cli
