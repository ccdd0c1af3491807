// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/scan_log.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "base/object_guid.h"
#include "cli/log/event_log.h"
#include "report/words/counts.h"
#include "report/words/verdict_look.h"

namespace casweep::cli {
namespace {

/// Writes the entries of one scan.
class ScanLog {
 public:
  ScanLog(const history::ScanRecord& scan, EventLog& log) : scan_(scan), log_(log) {}

  void write(LogEntry entry) {
    if (scan_.listing) entry.fields.push_back({"CASWEEP_FOREST", scan_.listing->forest});
    entry.fields.push_back({"CASWEEP_SCAN", fmt::format("{}", scan_.id)});
    log_.write(entry);
  }

 private:
  const history::ScanRecord& scan_;
  EventLog& log_;
};

/// The fields that say which CA an entry is about.
std::vector<LogField> fields_of(const std::string& name, const base::ObjectGuid& object_guid, const std::string& host) {
  std::vector<LogField> fields{{"CASWEEP_CA", name}, {"CASWEEP_CA_GUID", object_guid.to_string()}};
  if (!host.empty()) fields.push_back({"CASWEEP_HOST", host});
  return fields;
}

std::string name_and_host(const std::string& name, const std::string& host) {
  return host.empty() ? fmt::format("'{}'", name) : fmt::format("'{}' on {}", name, host);
}

LogEntry entry_of(const history::CaChange& change) {
  const std::string& named = change.display_name.empty() ? change.common_name : change.display_name;
  const std::string name = base::name_or_guid(named, change.object_guid);
  const bool regressed = change.kind == history::CaChange::Kind::regressed;
  LogEntry entry{.event = regressed ? LogEvent::ca_regressed : LogEvent::ca_changed,
                 .message = fmt::format("{}: {}", name_and_host(name, change.dns_host_name), word_of(change.kind)),
                 .fields = fields_of(name, change.object_guid, change.dns_host_name)};
  if (!change.before.empty() || !change.after.empty()) {
    const auto shown = [](const std::string& text) { return text.empty() ? "-" : text; };
    entry.message += fmt::format(", was {}, is {}", shown(change.before), shown(change.after));
  }
  entry.fields.push_back({"CASWEEP_CHANGE", std::string(word_of(change.kind))});
  if (change.reason) entry.fields.push_back({"CASWEEP_REASON", std::string(assess::word_of(*change.reason))});
  return entry;
}

LogEntry entry_of(const history::Observation& ca, bool excepted) {
  const std::string name = base::name_or_guid(name_of(ca.service), ca.service.object_guid);
  const assess::Judgement& judgement = ca.judgement;
  const bool unknown = judgement.verdict == assess::Verdict::unknown;
  LogEntry entry{.event = unknown ? LogEvent::ca_unknown : LogEvent::ca_not_enforced,
                 .message = fmt::format("{} {} ({}): {}", name_and_host(name, ca.service.dns_host_name),
                                        unknown ? "is unknown" : "does not enforce encryption",
                                        assess::word_of(judgement.reason), judgement.detail),
                 .fields = fields_of(name, ca.service.object_guid, ca.service.dns_host_name)};
  entry.fields.push_back({"CASWEEP_VERDICT", std::string(assess::word_of(judgement.verdict))});
  entry.fields.push_back({"CASWEEP_REASON", std::string(assess::word_of(judgement.reason))});
  if (excepted) entry.priority = Priority::info;
  return entry;
}

/// "CASWEEP_COUNT_NOT_ENFORCED" of "not-enforced".
std::string count_field(std::string_view word) {
  std::string name = "CASWEEP_COUNT_";
  for (const char letter : word) name += letter == '-' ? '_' : base::ascii_upper(letter);
  return name;
}

LogEntry entry_of(const history::ScanRecord& scan, ExitCode code) {
  LogEntry entry{.event = LogEvent::scan_finished};
  std::string counts;
  for (const assess::Verdict verdict : assess::all_verdicts()) {
    const auto count = scan.count(verdict);
    entry.fields.push_back({count_field(assess::word_of(verdict)), fmt::format("{}", count)});
    counts += fmt::format(", {} {}", count, report::look_of(verdict).words);
  }
  const std::size_t changes = scan.since ? scan.since->changes.size() : 0;
  entry.message = fmt::format("Scan {} of {} is {}: {}{}; {}.", scan.id,
                              scan.listing ? scan.listing->forest : "a forest", word_of(scan.state),
                              report::plural(scan.discovered, "CA"), counts, report::plural(changes, "change"));
  entry.fields.push_back({"CASWEEP_COUNT_CHANGES", fmt::format("{}", changes)});
  entry.fields.push_back({"CASWEEP_SCAN_STATE", std::string(word_of(scan.state))});
  entry.fields.push_back({"CASWEEP_EXIT_CODE", fmt::format("{}", static_cast<int>(code))});
  return entry;
}

}  // namespace

void log_started_scan(const std::filesystem::path& history, const Environment& environment) {
  if (!environment.log) return;
  environment.log->write({.event = LogEvent::scan_started,
                          .message = fmt::format("A scan begins; its history is {}.", history.string()),
                          .fields = {{"CASWEEP_DB", history.string()}}});
}

void log_finished_scan(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                       ExitCode code, const Environment& environment) {
  if (!environment.log) return;
  ScanLog log(scan, *environment.log);
  if (scan.since) {
    for (const history::CaChange& change : scan.since->changes) log.write(entry_of(change));
  }
  for (const history::Observation& ca : scan.cas) {
    const assess::Verdict verdict = ca.judgement.verdict;
    if (verdict != assess::Verdict::not_enforced && verdict != assess::Verdict::unknown) continue;
    const history::CaSummary* known = forest.find(ca.service.object_guid);
    log.write(entry_of(ca, known != nullptr && is_excepted(*known, forest.now, fail_on)));
  }
  log.write(entry_of(scan, code));
}

}  // namespace casweep::cli
