// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/on_change.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/host_name.h"
#include "base/program_run.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "report/json/scan_json.h"
#include "report/words/ca_background.h"

namespace casweep::cli {
namespace {

constexpr std::chrono::minutes time_of_command{5};

/// What a program may need of the environment. Not those that lead to a ticket, a keytab or a password, such as
/// KRB5CCNAME, CREDENTIALS_DIRECTORY and CASWEEP_KEYTAB.
constexpr std::array passed_on{"HOME", "USER",   "LOGNAME",         "LANG",          "LC_ALL",   "LC_CTYPE",
                               "TZ",   "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NO_COLOR", "TERM"};

/// In addition to these, the PATH.
constexpr auto default_path = "/usr/local/bin:/usr/bin:/bin";

void require_runnable(const std::string& program) {
  const auto wrong = [&](ExitCode code, std::string_view why) {
    return CommandError(code, fmt::format("The program '{}' of --on-change cannot be run ({}).", program, why));
  };
  if (!std::filesystem::path(program).is_absolute()) {
    throw wrong(ExitCode::usage, "write its whole path, for example /etc/casweep/on-change");
  }
  struct stat status {};
  if (stat(program.c_str(), &status) != 0) throw wrong(ExitCode::data, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw wrong(ExitCode::data, "it is not a file");
  if (access(program.c_str(), X_OK) != 0) throw wrong(ExitCode::data, std::strerror(errno));
  require_trusted_input("program of --on-change", program, ExitCode::data);
}

std::size_t count_of(const history::ChangesSince& since, history::CaChange::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(since.changes, kind, &history::CaChange::kind));
}

/// The environment of the command: numbers, words of casweep, names of this machine's files, and the forest's DNS name
/// if it is one. Nothing else from the network.
std::vector<std::string> variables_for(const OnChange& on_change, const history::ScanRecord& scan,
                                       const Environment& environment) {
  std::vector<std::string> variables;
  const auto add = [&](std::string_view name, std::string_view value) {
    variables.push_back(fmt::format("{}={}", name, value));
  };
  const std::string_view path = environment.variable("PATH");
  add("PATH", path.empty() ? default_path : path);
  for (const char* name : passed_on) {
    if (const auto value = environment.variable(name); !value.empty()) add(name, value);
  }
  const auto absolute = [](const std::filesystem::path& file) { return std::filesystem::absolute(file).string(); };
  if (!on_change.config.empty()) add("CASWEEP_CONFIG", absolute(on_change.config));
  if (!on_change.forest.empty()) add("CASWEEP_FOREST", on_change.forest);
  const std::string forest = scan.listing ? scan.listing->forest : "";
  add("CASWEEP_FOREST_NAME", base::is_host_name(forest) ? base::comparable_host_name(forest) : "unknown");
  add("CASWEEP_DB", absolute(on_change.history));
  add("CASWEEP_SCAN", fmt::format("{}", scan.id));
  add("CASWEEP_SCAN_STATE", history::word_of(scan.state));
  const auto add_count = [&](std::string_view name, std::size_t count) { add(name, fmt::format("{}", count)); };
  add_count("CASWEEP_COUNT_CHANGES", scan.since->changes.size());
  add_count("CASWEEP_COUNT_REGRESSED", count_of(*scan.since, history::CaChange::Kind::regressed));
  for (const assess::Verdict verdict : assess::all_verdicts()) {
    std::string name = variable_name("count-" + std::string(assess::word_of(verdict)));
    add_count(name, scan.count(verdict));
  }
  return variables;
}

/// What became of the command, as the end of a sentence; nullopt: it succeeded.
std::optional<std::string> failure_of(const base::ProgramEnd& end) {
  switch (end.kind) {
    case base::ProgramEnd::Kind::exited:
      if (end.number == 0) return std::nullopt;
      return fmt::format("ended with exit code {}", end.number);
    case base::ProgramEnd::Kind::killed:
      return fmt::format("was killed by signal {}", end.number);
    case base::ProgramEnd::Kind::not_started:
      return fmt::format("could not be started ({})", std::strerror(end.number));
    case base::ProgramEnd::Kind::timed_out:
      return fmt::format("did not end within {} minutes and was ended", time_of_command.count());
    case base::ProgramEnd::Kind::interrupted:
      return "was interrupted";
  }
  return std::nullopt;
}

}  // namespace

OptionGroup on_change_options() {
  OptionGroup group{.heading = "Notification"};
  group.options.add_options()(
      "on-change", po::value<std::string>()->value_name("COMMAND"),
      "run COMMAND if the results differ from those of the complete scan before, with the scan as JSON on its standard "
      "input; a program with its whole path, and its arguments");
  return group;
}

HelpSection on_change_help() {
  return {
      .heading = "The command of --on-change",
      .paragraphs =
          {"COMMAND is run after a complete or partial scan that has \"since\".\"changes\" in its JSON: CAs that "
           "regressed, were remediated, became unknown or known again, and CAs that are new, removed, hidden, renamed "
           "or moved since the last complete scan. The first complete scan has nothing to compare with. A scan that "
           "fails runs no command; its exit code tells of it.",
           "COMMAND is a program with its whole path, and its arguments. It is run without a shell: spaces separate "
           "arguments, '...' or \"...\" keeps spaces in one, and nothing else has a meaning. Nothing from the network "
           "is in its arguments. A program that other users can change is refused.",
           "Its standard input is the document of 'casweep export json' for this scan, so this is how to try it: "
           "casweep export json | COMMAND. The files of --report, --export and --head-file are written before. What it "
           "prints goes to standard error.",
           "Its environment has PATH, HOME, the locale and the variables below, and no variable that leads to a "
           "ticket, a keytab or a password. It runs as the account of the scan, in a process group of its own, for 5 "
           "minutes at most. If it fails, casweep says so and does not run it again; the scan's record and exit code "
           "stay "
           "as they are. After a partial scan, the next scan passes on the same changes once more, because it is "
           "compared with the same complete scan."},
      .definitions = {
          {"CASWEEP_FOREST_NAME", "the DNS name of the forest"},
          {"CASWEEP_SCAN, CASWEEP_SCAN_STATE", "the number of the scan; complete or partial"},
          {"CASWEEP_DB, CASWEEP_FOREST, CASWEEP_CONFIG",
           "the history and, if they were named, the section of the config file and the file: casweep commands that "
           "COMMAND runs ask this history"},
          {"CASWEEP_COUNT_CHANGES, CASWEEP_COUNT_REGRESSED", "how many changes there are, and how many regressed CAs"},
          {"CASWEEP_COUNT_ENFORCED, CASWEEP_COUNT_NOT_EXPOSED", "how many CAs have this verdict, and are compliant"},
          {"CASWEEP_COUNT_NOT_ENFORCED, CASWEEP_COUNT_UNKNOWN", "how many CAs have this verdict"}}};
}

std::vector<std::string> words_of_command(std::string_view command) {
  std::vector<std::string> words;
  bool in_word = false;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char letter = command[i];
    if (letter == ' ' || letter == '\t') {
      in_word = false;
      continue;
    }
    if (!std::exchange(in_word, true)) words.emplace_back();
    if (letter != '\'' && letter != '"') {
      words.back() += letter;
      continue;
    }
    const auto end = command.find(letter, i + 1);
    if (end == std::string_view::npos) {
      throw CommandError(ExitCode::usage,
                         fmt::format("The command of --on-change has a quote {} without its end.", letter));
    }
    words.back() += command.substr(i + 1, end - i - 1);
    i = end;
  }
  return words;
}

OnChange read_on_change(const po::variables_map& values, const std::filesystem::path& history,
                        const Environment& environment) {
  if (values.count("on-change") == 0) return {};
  OnChange on_change{.words = words_of_command(text_of(values, "on-change")), .history = history};
  if (on_change.words.empty() || on_change.words.front().empty()) {
    throw CommandError(ExitCode::usage, "--on-change needs a command.");
  }
  require_runnable(on_change.words.front());
  const auto argument_or_variable = [&](const char* option, std::string_view variable) {
    return values.count(option) > 0 ? text_of(values, option) : std::string(environment.variable(variable));
  };
  on_change.forest = argument_or_variable("forest", "CASWEEP_FOREST");
  on_change.config = argument_or_variable("config", "CASWEEP_CONFIG");
  return on_change;
}

void run_on_change(const OnChange& on_change, const history::ScanRecord& scan, const history::ForestStatus& forest,
                   const Environment& environment) {
  if (on_change.words.empty() || !scan.since || scan.since->changes.empty()) return;
  std::ostringstream document;
  report::write_scan_json(document, scan, report::backgrounds_in(forest, scan));
  environment.out << std::flush;
  environment.err << std::flush;
  const Interruption interruption;
  const base::ProgramEnd end = base::run_program({.words = on_change.words,
                                                  .variables = variables_for(on_change, scan, environment),
                                                  .input = std::move(document).str()},
                                                 STDERR_FILENO, {time_of_command, Interruption::flag()});
  Interruption::throw_if_signalled(
      fmt::format("Interrupted while the command of --on-change ran; scan {} is in the history.", scan.id));
  if (const auto failure = failure_of(end)) {
    note(environment,
         fmt::format("the command of --on-change ('{}') {}; the changes found by scan {} may not have been "
                     "passed on. The scan itself is not affected.",
                     base::terminal_safe(on_change.words.front()), *failure, scan.id));
  }
}

}  // namespace casweep::cli
