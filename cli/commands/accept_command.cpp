// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/terminal_text.h"
#include "base/this_machine.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/instant_option.h"
#include "cli/options/output_format.h"
#include "cli/options/word_value.h"
#include "history/ca_summary.h"
#include "history/decision.h"
#include "history/decision_rules.h"
#include "report/table/decision_report.h"
#include "report/words/dates.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

using history::Status;

/// For a sentence, which is escaped where it is printed.
std::string called(const history::CaSummary& ca) { return base::name_or_guid(name_of(ca.identity), ca.object_guid); }

struct DecidableStatus {
  Status status;
  std::string_view text;
};

constexpr std::array decidable_statuses{
    DecidableStatus{Status::planned, "a fix is planned; the CA still makes a scan fail"},
    DecidableStatus{Status::risk_accepted, "the CA no longer makes a scan fail, and does not count as protected"},
    DecidableStatus{Status::third_party,
                    "resolved through a third party, or a product that is no Microsoft CA; the CA no longer makes a "
                    "scan fail, and counts as protected after exceptions"},
    DecidableStatus{Status::alternate_mitigation, "resolved through an alternate mitigation; counts in the same way"},
    DecidableStatus{Status::decommissioned,
                    "no longer in service, but still in the directory; counts in the same way. Only for a CA that "
                    "cannot be read; a scan that reads it again ends the decision"}};

std::vector<std::string> status_words() {
  std::vector<std::string> words;
  words.reserve(decidable_statuses.size());
  for (const auto& [status, text] : decidable_statuses) words.emplace_back(history::word_of(status));
  return words;
}

HelpSection statuses() {
  HelpSection section{.heading = "Statuses"};
  for (const auto& [status, text] : decidable_statuses) {
    section.definitions.push_back({std::string(history::word_of(status)), std::string(text)});
  }
  return section;
}

OptionGroup decision_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("status", one_of_unchecked("STATUS", status_words()), "the decision: one of the statuses below");
  add("reason", po::value<std::string>()->value_name("TEXT"), "why");
  add("by", po::value<std::string>()->value_name("NAME"), "who approved it");
  add("until", po::value<std::string>()->value_name("DATE"),
      fmt::format(
          "last day or moment of the decision in UTC: 2026-11-23 or 2026-11-23T04:00:05Z; at most {} days from now "
          "(default: {} days)",
          history::longest_duration.count(), history::default_duration.count())
          .c_str());
  add("ticket", po::value<std::string>()->value_name("TEXT"), "where the decision is documented");
  add("withdraw", po::bool_switch(), "withdraw the active decision");
  add("list", po::bool_switch(), "list all CAs that have a decision");
  return group;
}

Status status_of(const po::variables_map& values) {
  const auto word = text_of(values, "status");
  if (word.empty()) throw CommandError(ExitCode::usage, "A decision needs a status; give it with --status.");
  const auto status = history::status_of_word(word);
  if (status == Status::to_address) {
    throw CommandError(ExitCode::usage,
                       "This is the status of a CA without a decision; use --withdraw to return to it.");
  }
  if (status) return *status;
  throw CommandError(ExitCode::usage,
                     fmt::format("Unknown status '{}'; choose {}.", word, alternatives(status_words())));
}

base::Instant until_of(const po::variables_map& values, base::Instant now) {
  if (values.count("until") == 0) return now + history::default_duration;
  const auto text = text_of(values, "until");
  if (const auto until = end_of(text)) return *until;
  throw CommandError(ExitCode::usage,
                     fmt::format("--until '{}' is not a date; write 2026-11-23 or 2026-11-23T04:00:05Z.", text));
}

history::Decision decision_of(const po::variables_map& values, const history::CaSummary& ca, base::Instant now) {
  return {.object_guid = ca.object_guid,
          .status = status_of(values),
          .reason = text_of(values, "reason"),
          .approver = text_of(values, "by"),
          .until = until_of(values, now),
          .ticket = text_of(values, "ticket"),
          .set_at = now,
          .os_user = base::this_os_user()};
}

history::Decision withdrawal_of(const po::variables_map& values, const history::CaSummary& ca, base::Instant now) {
  if (values.count("status") > 0 || values.count("until") > 0) {
    throw CommandError(ExitCode::usage, "--withdraw takes neither --status nor --until.");
  }
  const auto given = [&](const char* option, std::string otherwise) {
    auto text = text_of(values, option);
    return text.find_first_not_of(" \t") == std::string::npos ? std::move(otherwise) : text;
  };
  return {.object_guid = ca.object_guid,
          .status = Status::to_address,
          .reason = given("reason", "no reason given"),
          .approver = given("by", base::this_os_user()),
          .until = {},
          .ticket = text_of(values, "ticket"),
          .set_at = now,
          .os_user = base::this_os_user()};
}

std::string sentence_of(history::DecisionProblem problem, const history::CaSummary& ca, const std::string& until,
                        base::Instant now) {
  switch (problem) {
    case history::DecisionProblem::only_a_scan_completes:
      return "Only a scan can mark a CA as completed; run 'casweep scan' after the fix.";
    case history::DecisionProblem::nothing_to_withdraw:
      return fmt::format("'{}' has no active decision, so there is nothing to withdraw; see 'casweep accept --list'.",
                         called(ca));
    case history::DecisionProblem::ca_removed:
      return fmt::format(
          "There is nothing to decide about '{}': scan {} of {} found that it was removed from the directory.",
          called(ca), ca.removed->scan, report::short_date(ca.removed->at));
    case history::DecisionProblem::ca_compliant:
      return fmt::format("There is nothing to decide about '{}': its verdict is {}.", called(ca),
                         assess::word_of(ca.verdict()));
    case history::DecisionProblem::still_answers:
      return fmt::format(
          "'{}' is in service: scan {} read its flag ({}). Choose another status, or remove the CA's object from the "
          "directory.",
          called(ca), ca.last->scan, assess::word_of(ca.verdict()));
    case history::DecisionProblem::no_reason:
      return "A decision needs a reason; give it with --reason.";
    case history::DecisionProblem::no_approver:
      return "A decision needs an approver; give it with --by.";
    case history::DecisionProblem::ends_in_the_past:
      return fmt::format("--until '{}' is not in the future; choose a later date.", until);
    case history::DecisionProblem::no_end:
    case history::DecisionProblem::ends_too_late:
      break;
  }
  return fmt::format("A decision holds for {} days at most; choose a date up to {}.", history::longest_duration.count(),
                     report::short_date(now + history::longest_duration - std::chrono::days{1}));
}

std::vector<history::CaSummary> decided_cas(const store::History& history, base::Instant now) {
  std::set<base::ObjectGuid> decided;
  for (const history::Decision& decision : history.decisions()) decided.insert(decision.object_guid);
  std::vector<history::CaSummary> cas;
  cas.reserve(decided.size());
  for (const auto& object_guid : decided) cas.push_back(history.ca_summary(object_guid, now));
  std::ranges::stable_sort(cas, {}, [](const history::CaSummary& ca) { return name_of(ca.identity); });
  return cas;
}

void write_cas(const std::vector<history::CaSummary>& cas, OutputFormat format, base::Instant now,
               const Environment& environment) {
  if (format == OutputFormat::json) {
    report::write_decisions_json(environment.out, cas, now);
  } else {
    report::write_decisions_table(environment.out, cas, now, table_style(environment));
  }
}

int run_accept(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const auto file = history_file(values, environment);

  if (values["list"].as<bool>()) {
    const bool chosen = std::ranges::any_of(std::array{"CA", "status", "reason", "by", "until", "ticket"},
                                            [&](const char* option) { return values.count(option) > 0; });
    if (chosen || values["withdraw"].as<bool>()) {
      throw CommandError(ExitCode::usage, "--list takes no other options.");
    }
    const auto history = store::History::open_existing(file);
    const base::Instant now = now_in(history, environment);
    write_cas(decided_cas(history, now), format, now, environment);
    return static_cast<int>(ExitCode::ok);
  }
  if (values.count("CA") == 0)
    throw CommandError(ExitCode::usage, "'accept' needs the argument CA, or --list. See 'casweep accept --help'.");

  // Only a scan creates a history.
  std::optional existing(store::History::open_existing(file));
  const base::Instant now = now_in(*existing, environment);
  const auto object_guid = only_ca_with_name(*existing, values["CA"].as<std::string>()).ca.service.object_guid;
  const history::CaSummary ca = existing->ca_summary(object_guid, now);
  const auto decision = values["withdraw"].as<bool>() ? withdrawal_of(values, ca, now) : decision_of(values, ca, now);
  if (const auto problem = history::problem_of(decision, ca)) {
    throw CommandError(ExitCode::usage, sentence_of(*problem, ca, text_of(values, "until"), now));
  }
  existing.reset();  // the last connection moves everything into the file, and this one cannot write
  auto history = store::History::open(file);
  history.decide(decision);
  write_cas({history.ca_summary(object_guid, now)}, format, now, environment);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command accept_command() {
  return {
      .line = {.command = "accept",
               .operands = {whole_ca_operand(OperandCount::optional)},
               .options = {decision_options(), format_options({OutputFormat::table, OutputFormat::json}),
                           history_options()}},
      .run = run_accept,
      .summary = "record a decision on a CA: planned, risk accepted, mitigated, decommissioned",
      .usage = {"CA --status STATUS --reason TEXT --by NAME [OPTION]...", "CA --withdraw [OPTION]...",
                "--list [OPTION]..."},
      .description = {"Records a decision on a CA that does not enforce encryption or whose verdict is unknown, in the "
                      "words of Microsoft Secure Score. The verdict does not change and is always shown beside the "
                      "decision; only a scan completes a CA.",
                      "Every decision ends. It also ends with a scan that finds the CA compliant, and with a scan that "
                      "finds that it does not enforce encryption if that was not known when the decision was made: "
                      "then decide again."},
      .sections = {statuses()},
      .examples =
          {{"Accept the risk until a date",
            "casweep accept 'Contoso Issuing CA 03' --status risk-accepted \\\n--reason 'Windows XP clients "
            "until the move' \\\n--by 'J. Doe, CISO' --until 2027-01-31 --ticket CHG-4711"},
           {"Accept that the CA of a gateway product cannot be read",
            "casweep accept 'Gateway CA' --status third-party \\\n--reason 'Appliance without Windows' --by 'PKI "
            "team'"},
           {"Withdraw the decision", "casweep accept 'Contoso Issuing CA 03' --withdraw"}},
      .exit_codes = {{"0", "the decision was recorded, or the decisions were listed"},
                     {"64", "no such CA, or the decision is incomplete or not possible"},
                     {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
