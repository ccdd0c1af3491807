// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>

#include "base/nearest_word.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/noted_head.h"
#include "cli/options/output_format.h"
#include "cli/terminal/interruption.h"
#include "report/table/check_report.h"
#include "store/history_backup.h"
#include "store/history_check.h"

namespace casweep::cli {
namespace {

/// A line on a terminal that is erased at the end.
class CheckLine {
 public:
  explicit CheckLine(const Environment& environment) : environment_(environment) {}
  CheckLine(const CheckLine&) = delete;
  CheckLine& operator=(const CheckLine&) = delete;
  ~CheckLine() {
    if (drawn_) environment_.err << "\r\x1b[K" << std::flush;
  }

  void draw(std::size_t done, std::size_t all) {
    if (!environment_.err_is_terminal || (done % 100 != 0 && done != all)) return;
    environment_.err << fmt::format("\r\x1b[K{}/{} scans", done, all) << std::flush;
    drawn_ = true;
  }

 private:
  const Environment& environment_;
  bool drawn_ = false;
};

int check(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"db check", {}, {}, {}};
  line.configurable.add(history_options()).add(format_options());
  line.arguments_only.add_options()("head", po::value<std::string>());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const auto head = noted_head(values);
  const auto file = history_file(values, environment);

  const auto result = [&] {
    CheckLine shown(environment);
    return store::check_history(file, head, [&](std::size_t done, std::size_t all) { shown.draw(done, all); });
  }();
  if (format == OutputFormat::json) {
    report::write_check_json(environment.out, file, result);
  } else {
    report::write_check_text(environment.out, file, result, table_style(environment));
  }
  return static_cast<int>(result.agrees() ? ExitCode::compliant : ExitCode::file);
}

int backup(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"db backup", {}, {}, {"FILE"}};
  line.configurable.add(history_options());
  line.arguments_only.add_options()("force", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  const std::filesystem::path file = values.count("FILE") == 0 ? "" : values["FILE"].as<std::string>();
  if (!file.has_filename()) {
    throw CommandError(ExitCode::usage, "Back up to which file? See 'casweep db --help'.");
  }
  const auto existing = values["force"].as<bool>() ? store::ExistingBackup::replace : store::ExistingBackup::keep;
  std::optional<Interruption> interruption(std::in_place);
  const auto copy = Interruption::or_interrupted(
      [&] { return store::back_up_history(history_file(values, environment), file, existing, Interruption::flag()); });
  interruption.reset();
  environment.out << fmt::format("{}: {}; everything agrees.\n",
                                 base::terminal_safe(file.string(), charset_of(environment)),
                                 report::check_summary(copy));
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace

int run_db(std::span<const std::string> arguments, const Environment& environment) {
  if (arguments.empty()) throw CommandError(ExitCode::usage, "db check or db backup? See 'casweep db --help'.");
  const std::string& word = arguments.front();
  const auto rest = arguments.subspan(1);
  if (word == "check") return check(rest, environment);
  if (word == "backup") return backup(rest, environment);
  const std::vector<std::string> words{"check", "backup"};
  throw CommandError(ExitCode::usage, fmt::format("There is no 'db {}'.{} See 'casweep db --help'.", word,
                                                  base::did_you_mean(word, words)));
}

}  // namespace casweep::cli
