// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/terminal_text.h"
#include "base/this_machine.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/instant_option.h"
#include "cli/options/output_format.h"
#include "report/table/decision_report.h"
#include "report/table/status_report.h"
#include "report/words/event_text.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

using history::Status;

/// For a sentence, which is made safe where it is said.
std::string called(const history::CaSummary& ca) { return base::name_or_guid(name_of(ca.identity), ca.object_guid); }

std::string required(const po::variables_map& values, const char* option, std::string_view what) {
  auto text = text_of(values, option);
  if (text.find_first_not_of(' ') != std::string::npos) return text;
  throw CommandError(ExitCode::usage, fmt::format("A decision needs {}: give it with --{}.", what, option));
}

Status status_of(const po::variables_map& values) {
  const auto word = required(values, "status", "a status");
  const auto status = history::status_of_word(word);
  if (status == Status::completed) {
    throw CommandError(ExitCode::usage,
                       "Only a scan that finds the CA enforced completes it: run 'casweep scan' after the fix.");
  }
  if (status == Status::to_address) {
    throw CommandError(ExitCode::usage,
                       "A CA is to be addressed unless something else was decided: take that back "
                       "with --withdraw.");
  }
  if (status) return *status;
  throw CommandError(ExitCode::usage, fmt::format("There is no status '{}'; there are planned, risk-accepted, "
                                                  "third-party and alternate-mitigation.",
                                                  word));
}

std::optional<base::Instant> until_of(const po::variables_map& values, Status status, base::Instant now) {
  const auto text = text_of(values, "until");
  if (values.count("until") == 0) {
    return status == Status::risk_accepted ? std::optional{now + history::default_acceptance} : std::nullopt;
  }
  const auto until = end_of(text);
  if (!until) {
    throw CommandError(ExitCode::usage,
                       fmt::format("--until '{}' is no date; write 2026-11-23 or 2026-11-23T04:00:05Z.", text));
  }
  if (*until <= now) {
    throw CommandError(ExitCode::usage, fmt::format("--until '{}' is not in the future; choose a later date.", text));
  }
  if (status == Status::risk_accepted && *until > now + history::longest_acceptance) {
    throw CommandError(ExitCode::usage,
                       fmt::format("A risk is accepted for {} days at most; choose a date up to {}.",
                                   history::longest_acceptance.count(),
                                   report::short_date(now + history::longest_acceptance - std::chrono::days{1})));
  }
  return until;
}

history::Decision decision_of(const po::variables_map& values, const history::CaSummary& ca, base::Instant now) {
  const Status status = status_of(values);
  if (ca.removed) {
    throw CommandError(ExitCode::usage,
                       fmt::format("There is nothing to decide about '{}': it was removed from the directory, and scan "
                                   "{} of {} did not list it any more.",
                                   called(ca), ca.removed->scan, report::short_date(ca.removed->at)));
  }
  if (ca.status == Status::completed) {
    throw CommandError(ExitCode::usage, fmt::format("There is nothing to decide about '{}': its last known verdict is "
                                                    "{}.",
                                                    called(ca), assess::word_of(ca.known->judged.verdict)));
  }
  return {.object_guid = ca.object_guid,
          .status = status,
          .reason = required(values, "reason", "a reason"),
          .approver = required(values, "by", "somebody who answers for it"),
          .until = until_of(values, status, now),
          .ticket = text_of(values, "ticket"),
          .set_at = now,
          .os_user = base::this_os_user()};
}

history::Decision withdrawal_of(const po::variables_map& values, const history::CaSummary& ca, base::Instant now) {
  const history::Decision* decision = ca.decision();
  if (!history::stands(decision) || history::has_expired(*decision, now)) {
    throw CommandError(ExitCode::usage, fmt::format("Nothing that is in force was decided about '{}', so there is "
                                                    "nothing to withdraw; see 'casweep accept --list'.",
                                                    called(ca)));
  }
  if (values.count("status") > 0 || values.count("until") > 0) {
    throw CommandError(ExitCode::usage, "--withdraw takes no --status and no --until; leave them away.");
  }
  const auto reason = text_of(values, "reason");
  const auto by = text_of(values, "by");
  return {.object_guid = ca.object_guid,
          .status = Status::to_address,
          .reason = reason.empty() ? "no reason given" : reason,
          .approver = by.empty() ? base::this_os_user() : by,
          .until = {},
          .ticket = text_of(values, "ticket"),
          .set_at = now,
          .os_user = base::this_os_user()};
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

}  // namespace

int run_accept(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"accept", {}, {}, {"CA"}};
  line.configurable.add(history_options()).add(format_options());
  line.arguments_only.add_options()("status", po::value<std::string>())("reason", po::value<std::string>())(
      "by", po::value<std::string>())("until", po::value<std::string>())("ticket", po::value<std::string>())(
      "list", po::bool_switch())("withdraw", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const auto file = history_file(values, environment);
  const base::Instant now = environment.now();

  if (values["list"].as<bool>()) {
    const bool chosen = std::ranges::any_of(std::array{"CA", "status", "reason", "by", "until", "ticket"},
                                            [&](const char* option) { return values.count(option) > 0; });
    if (chosen || values["withdraw"].as<bool>()) {
      throw CommandError(ExitCode::usage, "--list shows all and takes nothing else; leave the rest away.");
    }
    write_cas(decided_cas(store::History::open_existing(file), now), format, now, environment);
    return static_cast<int>(ExitCode::compliant);
  }
  if (values.count("CA") == 0) throw CommandError(ExitCode::usage, "Which CA? See 'casweep accept --help'.");

  // Only scans make histories.
  const auto existing = store::History::open_existing(file);
  const auto object_guid = only_ca_named(existing, values["CA"].as<std::string>()).ca.service.object_guid;
  const history::CaSummary ca = existing.ca_summary(object_guid, now);
  const auto decision = values["withdraw"].as<bool>() ? withdrawal_of(values, ca, now) : decision_of(values, ca, now);
  auto history = store::History::open(file);
  history.decide(decision);
  write_cas({history.ca_summary(object_guid, now)}, format, now, environment);
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
