// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/publishing.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/noted_head.h"
#include "cli/options/output_format.h"
#include "cli/terminal/interruption.h"
#include "hub/hub_error.h"
#include "report/table/check_report.h"
#include "report/table/history_facts.h"
#include "report/table/hub_report.h"
#include "report/table/text_columns.h"
#include "store/history.h"
#include "store/history_backup.h"
#include "store/history_check.h"
#include "store/history_restore.h"

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

/// The history compared with the hub, or why that is not possible; nothing if no hub is named.
struct AskedHub {
  std::optional<report::HubWitness> witness{};
  std::optional<ErrorAfterDocument> error{};
};

AskedHub ask_hub(const std::optional<hub::HubAddress>& address, const std::filesystem::path& file) {
  if (!address) return {};
  try {
    return {.witness = report::HubWitness{.shown = address->shown(), .comparison = compare_history(file, *address)}};
  } catch (const hub::HubError& error) {
    return {.error = ErrorAfterDocument(exit_code_of(error), error.what())};
  } catch (const store::StoreError& error) {  // of a damaged history, which the check describes
    return {.error = ErrorAfterDocument(exit_code_of(error), error.what())};
  }
}

int run_db_check(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const auto head = noted_head(values);
  const auto address = chosen_hub(values);
  const auto file = history_file(values, environment);

  const auto result = [&] {
    CheckLine shown(environment);
    return store::check_history(file, head, [&](std::size_t done, std::size_t all) { shown.draw(done, all); });
  }();
  const AskedHub asked = ask_hub(address, file);
  const auto* witness = asked.witness ? &*asked.witness : nullptr;
  if (format == OutputFormat::json) {
    report::write_check_json(environment.out, file, result, witness);
  } else {
    report::write_check_text(environment.out, file, result, table_style(environment), witness);
  }
  if (asked.error && result.agrees()) throw *asked.error;
  const bool agrees = result.agrees() && (witness == nullptr || witness->comparison.agrees());
  return static_cast<int>(agrees ? ExitCode::ok : ExitCode::file);
}

OptionGroup force_option(const char* text) {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()("force", po::bool_switch(), text);
  return group;
}

int run_db_backup(const po::variables_map& values, const Environment& environment) {
  const std::filesystem::path file = values["FILE"].as<std::string>();
  if (!file.has_filename()) {
    throw CommandError(ExitCode::usage, fmt::format("'{}' is not the name of a file.", file.string()));
  }
  const auto existing = values["force"].as<bool>() ? base::Existing::replace : base::Existing::keep;
  std::optional<Interruption> interruption(std::in_place);
  const auto copy = Interruption::or_interrupted(
      [&] { return store::back_up_history(history_file(values, environment), file, existing, Interruption::flag()); });
  interruption.reset();
  environment.out << fmt::format("{}: {}; everything agrees.\n",
                                 base::terminal_safe(file.string(), charset_of(environment)),
                                 report::check_summary(copy));
  return static_cast<int>(ExitCode::ok);
}

/// Throws CommandError: a restore that loses something needs --force.
void refuse_loss(const std::filesystem::path& file, const std::filesystem::path& backup,
                 const store::RestoreLoss& loss) {
  const std::string advice = "--force restores the backup, and keeps the replaced history beside it.";
  if (!loss.is_earlier) {
    throw CommandError(ExitCode::file, fmt::format("{} is no earlier state of the history {}; {}", backup.string(),
                                                   file.string(), advice));
  }
  std::string since = report::growth_text(loss.entries);
  since.pop_back();
  throw CommandError(ExitCode::file, fmt::format("The history {} has newer entries than the backup ({}); {}",
                                                 file.string(), since, advice));
}

int run_db_restore(const po::variables_map& values, const Environment& environment) {
  const std::filesystem::path backup = values["FILE"].as<std::string>();
  const std::filesystem::path file = history_file(values, environment);
  const auto safe = [&](const std::filesystem::path& name) {
    return base::terminal_safe(name.string(), charset_of(environment));
  };
  const auto loses = [&](const store::RestoreLoss& loss) {
    if (!values["force"].as<bool>()) refuse_loss(file, backup, loss);
  };
  const auto waits = [&](int pid) { note_waiting(pid, environment); };
  std::optional<Interruption> interruption(std::in_place);
  const auto restored = Interruption::or_interrupted(
      [&] { return store::restore_history(backup, file, loses, waits, Interruption::flag()); });
  interruption.reset();
  environment.out << fmt::format("{}: restored from {}: {}; everything agrees.\n", safe(file), safe(backup),
                                 report::check_summary(restored.check));
  if (!restored.replaced.empty()) {
    environment.out << fmt::format("The replaced history is kept as {}.\n", safe(restored.replaced));
  }
  return static_cast<int>(ExitCode::ok);
}

int run_db_info(const po::variables_map& values, const Environment& environment) {
  const auto file = history_file(values, environment);
  const auto history = store::History::open_existing(file);
  const report::HistoryFacts facts{.file = file,
                                   .octets = std::filesystem::file_size(file),
                                   .forest = history.forest().name,
                                   .site_id = history.site_id().value_or(""),
                                   .contents = history.contents(),
                                   .head = history.ledger_head()};
  if (output_format(values) == OutputFormat::json) {
    report::write_history_facts_json(environment.out, facts);
  } else {
    report::write_history_facts(environment.out, facts, table_style(environment));
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command db_info_command() {
  return {
      .line = {.command = "db info",
               .options = {format_options({OutputFormat::table, OutputFormat::json}), history_options()}},
      .run = run_db_info,
      .summary = "show what the history holds",
      .usage = {"[OPTION]..."},
      .description = {"Shows the file of the history, its size, the forest, the scans and what else it holds, and the "
                      "head of its ledger. It checks nothing; 'casweep db check' does."},
      .sections =
          {{.heading = "Notes",
            .paragraphs =
                {"casweep deletes nothing from a history: how long to keep scans is a decision on how long to keep "
                 "evidence. To begin a new history, move the file away, with the one that has "
                 "-wal at the end of its name, if there is one."}}},
      .examples = {{"Show the default history", "casweep db info"}},
      .exit_codes = {{"0", "the history was read"}, {"74", "the history cannot be used"}}};
}

Command db_restore_command() {
  return {
      .line = {.command = "db restore",
               .operands = {{.name = "FILE", .text = "the backup", .kind = OperandKind::file}},
               .options = {force_option("restore also if scans or decisions are lost"), history_options()}},
      .run = run_db_restore,
      .summary = "replace the history with a backup",
      .usage = {"FILE [OPTION]..."},
      .description = {"Checks the backup, waits until no scan runs, and makes the history a copy of it. The replaced "
                      "history is kept beside it, with '.replaced-' and the time at the end of its name.",
                      "If the history has scans or decisions that the backup lacks, casweep says how many and "
                      "restores only with --force. Do not copy a backup over a history: SQLite's log files beside it "
                      "belong to the replaced file, and a running scan would not notice."},
      .examples = {{"Restore a backup", "casweep db restore /backup/casweep-2026-11-29.db"}},
      .exit_codes = {{"0", "the history is that of the backup"},
                     {"74", "the backup is damaged, something would be lost, or a file cannot be used"}}};
}

Command db_check_command() {
  return {
      .line = {.command = "db check",
               .options = {head_option(), format_options({OutputFormat::table, OutputFormat::json}),
                           hub_options("also compare the ledger with what this hub has received of it"),
                           history_options()}},
      .run = run_db_check,
      .summary = "check that the history is unmodified",
      .usage = {"[OPTION]..."},
      .description = {"Checks the history: its schema, the structures of SQLite, the hash of every stored content, the "
                      "chain and order of the ledger, and every row against the ledger. If something is wrong, casweep "
                      "says what and where."},
      .sections =
          {{.heading = "Notes",
            .paragraphs = {"Each entry of the ledger holds the SHA-256 of the entry before it and covers every "
                           "row that was recorded with it, so a row that is changed, deleted, inserted or moved "
                           "later is found.",
                           "A user who can write the file can also rewrite the whole ledger, append to it, or "
                           "cut off its end. Only a head that is stored elsewhere reveals this. Each scan "
                           "prints its head: store it outside this system. With --head, casweep also counts the "
                           "entries since that head by kind; compare them with the scans and decisions you know "
                           "of. With --hub, every head that a hub has received is such a head: see 'casweep "
                           "publish'.",
                           "Every command refuses a history with another schema (exit code 74). The known CAs "
                           "of a scan, exceptions, the newest scans of status, and the scan of export, report, "
                           "diff and evidence are compared with the ledger on use. What show, history, scans "
                           "and trend print of scans is not: only db check compares everything."}}},
      .examples = {{"Check the history", "casweep db check"},
                   {"Check it against a head noted earlier",
                    "casweep db check \\\n--head 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}},
      .exit_codes = {{"0", "the history is unmodified"},
                     {"69", "the history is unmodified, but the hub cannot be reached"},
                     {"74", "the history is damaged, cannot be used, or is not what the hub received"},
                     {"77", "the history is unmodified, but the hub refused the login"}}};
}

Command db_backup_command() {
  return {
      .line = {.command = "db backup",
               .operands = {{.name = "FILE", .text = "the new file", .kind = OperandKind::file}},
               .options = {force_option("replace FILE if it exists"), history_options()}},
      .run = run_db_backup,
      .summary = "copy the history and check the copy",
      .usage = {"FILE [OPTION]..."},
      .description = {"Copies the history to one file that needs no other, also while a scan runs. The copy is checked "
                      "before it gets its name. A history that does not agree with its ledger is not copied."},
      .examples = {{"Make a copy with the date in its name", "casweep db backup \"/backup/casweep-$(date +%F).db\""}},
      .exit_codes = {{"0", "the copy was made"}, {"74", "the history is damaged, or a file cannot be used"}}};
}

}  // namespace casweep::cli
