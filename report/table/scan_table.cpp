// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/scan_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "assess/remediation.h"
#include "base/host_name.h"
#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/change_text.h"
#include "report/words/counts.h"
#include "report/words/duplicate_text.h"
#include "report/words/logon_trust.h"
#include "report/words/reading_text.h"
#include "report/words/shared_cause.h"
#include "report/words/to_do.h"

namespace casweep::report {
namespace {

void write_outcome(std::ostream& out, const history::ScanRecord& scan, std::span<const CaLine> cas, base::Instant now,
                   const TableStyle& style) {
  if (scan.cas.size() < scan.discovered) {
    write_wrapped(out,
                  fmt::format("{} not read in this scan ({}) and therefore not assessed.",
                              plural(scan.discovered - scan.cas.size(), "CA"), history::word_of(scan.state)),
                  0, 0, style.columns);
  }
  std::string line = fmt::format("{} of {} assessed", scan.assessed(), plural(scan.discovered, "CA"));
  // Rounded down: 100 % means all of them. Partial and interrupted scans have no percentage.
  if (scan.state == history::ScanState::complete && scan.discovered > 0)
    line += fmt::format(" ({} % coverage)", scan.assessed() * 100 / scan.discovered);
  line += fmt::format(": {}. {}", verdict_counts(scan), needs_sentence(cas, now));
  write_wrapped(out, line, 0, 0, style.columns);
}

void write_scan_line(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style) {
  std::string line =
      fmt::format("Scan {} ({}), {}", scan.id, history::word_of(scan.state), base::iso_time(scan.start.started_at));
  const auto safe = [&](std::string_view foreign) { return base::terminal_safe(foreign, charset_of(style)); };
  if (scan.listing) {
    const auto& [forest, uri, server] =
        std::tie(scan.listing->forest, scan.listing->directory_server, scan.listing->server);
    line += fmt::format(", forest {}, by {}", safe(forest), safe(uri));
    if (!server.proof.empty()) line += fmt::format(" at {} ({})", safe(server.address), safe(server.proof));
  }
  if (!scan.start.account.empty()) line += fmt::format(", as {}", safe(scan.start.account));
  write_wrapped(out, line + ".", 0, 0, style.columns);
  if (scan.ledger_after) {
    write_wrapped(out, fmt::format("Ledger head: {} (entry {}).", scan.ledger_after->hash, scan.ledger_after->seq), 0,
                  0, style.columns);
  }
}

/// Never wrapped: it must stay copyable.
void write_command(std::ostream& out, std::string_view command, const TableStyle& style) {
  out << "      " << base::terminal_safe(command, charset_of(style)) << '\n';
}

/// The fix is the same for all of them, so it is written once.
void write_fix(std::ostream& out, std::span<const history::Observation* const> cas, const TableStyle& style) {
  // More names than that are no command to read; the plan has one for each CA.
  constexpr std::size_t most_names = 10;
  std::vector<std::string> hosts;
  for (const history::Observation* ca : cas) hosts.push_back(ca->service.dns_host_name);
  out << "  On each host, as its administrator, in cmd.exe or PowerShell:\n";
  for (const std::string& command : remediation_of(*cas.front()).commands) write_command(out, command, style);
  const std::string remote = assess::remote_fix_of(hosts);
  if (remote.empty()) return;
  if (hosts.size() > most_names) {
    out << "  Or remotely: 'casweep export plan' has a command for each CA.\n";
    return;
  }
  out << "  Or from another computer, in PowerShell:\n";
  write_command(out, remote, style);
}

void write_to_do(std::ostream& out, const ToDo& group, std::span<const history::Observation* const> cas,
                 const TableStyle& style) {
  const auto safe = [&](std::string_view foreign) { return base::terminal_safe(foreign, charset_of(style)); };
  const bool has_fix = group.verdict == assess::Verdict::not_enforced;
  const TextCell title = verdict_cell(group.verdict, style);
  out << '\n' << title.before << title.text << title.after;
  for (const assess::Reason reason : group.reasons) out << ", " << assess::word_of(reason);
  out << " (" << plural(cas.size(), "CA") << ")\n";
  if (!group.advice.empty()) {
    out << "  ";
    write_wrapped(out, safe(group.advice), 2, 2, style.columns);
  }
  for (const history::Observation* ca : cas) {
    std::string line = base::terminal_name(name_of(ca->service), ca->service.object_guid, charset_of(style));
    if (!ca->service.dns_host_name.empty()) line += " on " + safe(ca->service.dns_host_name);
    // The fix says the same.
    if (!has_fix && !ca->judgement.detail.empty()) line += ": " + safe(ca->judgement.detail);
    out << "  - ";
    write_wrapped(out, line, 4, 4, style.columns);
  }
  if (has_fix) write_fix(out, cas, style);
}

/// How to name the CA in a command line: text from the directory only if it is a valid host name, which no other CA of
/// the scan has.
std::string operand_of(const discovery::EnrollmentService& ca, const history::ScanRecord& scan) {
  const std::string host(base::without_root_dot(ca.dns_host_name));
  const auto others = std::ranges::count_if(scan.listed(), [&](const history::Observation& other) {
    return other.service.object_guid != ca.object_guid && base::same_host_name(other.service.dns_host_name, host);
  });
  return base::is_service_host_name(host) && others == 0 ? host : ca.object_guid.to_string();
}

/// What to do about the CAs that need a person, and the command to scan them again.
void write_to_dos(std::ostream& out, const history::ScanRecord& scan,
                  const std::map<base::ObjectGuid, history::Need>& needs, const TableStyle& style) {
  // More names than that are no command to read.
  constexpr std::size_t most_names = 5;
  std::vector<const discovery::EnrollmentService*> again;
  for (const ToDo& group : to_dos(scan)) {
    std::vector<const history::Observation*> cas;
    for (const auto& [ca, remediation] : group.cas) {
      const history::Need need = needs.at(ca->service.object_guid);
      if (need != history::Need::action && need != history::Need::planned) continue;
      cas.push_back(ca);
      again.push_back(&ca->service);
    }
    if (!cas.empty()) write_to_do(out, group, cas, style);
  }
  if (again.empty()) return;
  std::string command = "casweep scan";
  if (again.size() <= most_names) {
    for (const discovery::EnrollmentService* ca : again) command += " --ca " + operand_of(*ca, scan);
  }
  out << "\nThen scan again, with the options of this scan:\n";
  write_command(out, command, style);
}

/// Lines of "name  text", the texts in one column; on a narrow terminal each below its name.
class Fields {
 public:
  Fields(std::ostream& out, const TableStyle& style) : out_(out), style_(style) {}

  /// Writes nothing if `foreign` is empty.
  void write(std::string_view name, std::string_view foreign) {
    if (foreign.empty()) return;
    const bool narrow = style_.columns > 0 && style_.columns < narrowest;
    const std::size_t column = narrow ? 4 : text_column;
    out_ << (narrow ? fmt::format("  {}\n    ", name) : fmt::format("  {:<{}}", name, text_column - 2));
    write_wrapped(out_, base::terminal_safe(foreign, charset_of(style_)), column, column, style_.columns);
  }

 private:
  static constexpr std::size_t text_column = 22;
  static constexpr std::size_t narrowest = 60;  ///< below it a GUID would not fit beside its name
  std::ostream& out_;
  const TableStyle& style_;
};

void write_failure(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style) {
  write_wrapped(out, fmt::format("Scan {} failed: {}", scan.id, base::terminal_safe(scan.failure, charset_of(style))),
                0, 0, style.columns);
}

std::vector<CaLine> lines_of(const history::ScanRecord& scan, const history::ForestStatus& forest) {
  std::vector<CaLine> cas;
  for (const history::Observation& ca : scan.cas) {
    cas.push_back({.object_guid = ca.service.object_guid,
                   .name = name_of(ca.service),
                   .host = ca.service.dns_host_name,
                   .judged = {.verdict = ca.judgement.verdict, .reason = ca.judgement.reason},
                   .interface_flags = ca.judgement.interface_flags,
                   .known = forest.find(ca.service.object_guid)});
  }
  return cas;
}

}  // namespace

void write_scan_table(std::ostream& out, const history::ScanRecord& scan, const history::ForestStatus& forest,
                      const CaSelection& selection, const TableStyle& style) {
  if (!scan.failure.empty()) return write_failure(out, scan, style);

  const std::vector<CaLine> cas = lines_of(scan, forest);
  std::map<base::ObjectGuid, history::Need> needs;
  for (const CaLine& ca : cas) needs.emplace(ca.object_guid, need_of(ca, forest.now));
  write_shared_causes(out, scan, style);
  write_changes(out, scan.since, style);
  if (scan.since && !cas.empty()) out << '\n';
  if (!cas.empty()) write_ca_table(out, cas, selection, forest.now, style);
  write_to_dos(out, scan, needs, style);
  if (!cas.empty()) out << '\n';
  write_unlisted_certificates(out, scan, style);
  for (const history::Observation& ca : scan.listed()) write_duplicates(out, ca.service, style);
  write_scan_line(out, scan, style);
  write_outcome(out, scan, cas, forest.now, style);
}

void write_scan_summary(std::ostream& out, const history::ScanRecord& scan, const history::ForestStatus& forest,
                        const TableStyle& style) {
  if (!scan.failure.empty()) return write_failure(out, scan, style);
  write_outcome(out, scan, lines_of(scan, forest), forest.now, style);
}

void write_ca_details(std::ostream& out, std::int64_t scan, const history::Observation& ca,
                      std::span<const std::string> standing, const TableStyle& style) {
  const ReadingText evidence = text_of_reading(ca.reading);
  const assess::Remediation remediation = remediation_of(ca);
  const TextCell cell = verdict_cell(ca.judgement.verdict, style);

  out << base::terminal_name(name_of(ca.service), ca.service.object_guid, charset_of(style)) << '\n'
      << cell.before << cell.text << cell.after << ", " << assess::word_of(ca.judgement.reason) << '\n';
  if (!ca.judgement.detail.empty()) {
    write_wrapped(out, base::terminal_safe(ca.judgement.detail, charset_of(style)), 0, 0, style.columns);
  }

  for (const std::string& sentence : standing) write_wrapped(out, sentence, 0, 0, style.columns);

  Fields fields(out, style);
  out << "\nIn the directory\n";
  fields.write("cn", ca.service.common_name);
  fields.write("displayName", ca.service.display_name);
  fields.write("dNSHostName", ca.service.dns_host_name);
  fields.write("objectGUID", ca.service.object_guid.to_string());
  fields.write("distinguishedName", ca.service.distinguished_name);
  for (const discovery::DuplicateObject& duplicate : ca.service.duplicates) {
    fields.write("duplicate object", duplicate_text(duplicate));
  }

  out << "\nEvidence\n";
  fields.write("scan", std::to_string(scan));
  fields.write("read", evidence.started_at.empty() ? "" : evidence.started_at + " to " + evidence.finished_at);
  fields.write("InterfaceFlags", ca.judgement.interface_flags ? flags_text(*ca.judgement.interface_flags) : "");
  fields.write("key", evidence.key_path);
  fields.write("value type", evidence.value_type.value_or(""));
  fields.write("value bytes", evidence.value_hex.value_or(""));
  fields.write("key last written", evidence.key_last_write);
  fields.write("answered by", evidence.address);
  fields.write("protocol", evidence.protocol);
  if (history::host_authenticated(ca) == false) {
    fields.write("host", unauthenticated_host);
  }
  fields.write("account", evidence.account);
  fields.write("error", error_text(evidence.error));

  if (remediation.advice.empty() && remediation.commands.empty()) return;
  out << "\nWhat to do\n";
  if (!remediation.advice.empty()) {
    out << "  ";
    write_wrapped(out, base::terminal_safe(remediation.advice, charset_of(style)), 2, 2, style.columns);
  }
  if (remediation.commands.empty()) return;
  out << "  On the CA's host, as its administrator, in cmd.exe or PowerShell:\n";
  for (const std::string& command : remediation.commands) write_command(out, command, style);
  if (!remediation.remote.empty()) {
    out << "  Or from another computer, in PowerShell:\n";
    write_command(out, remediation.remote, style);
  }
  out << "  Then scan it again, with the options of the scan:\n";
  write_command(out, "casweep scan --ca " + ca.service.object_guid.to_string(), style);
  out << "  To revert, on the CA's host:\n";
  for (const std::string& command : remediation.revert) write_command(out, command, style);
}

}  // namespace casweep::report
