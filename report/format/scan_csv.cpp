// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_csv.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/words/change_text.h"
#include "report/words/duplicate_text.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

constexpr std::size_t scan_column_count = 39;

// What a person looks for comes first. The names are part of the format.
const std::array<std::string, scan_column_count> scan_header{"forest",
                                                             "scan_id",
                                                             "scan_started_at",
                                                             "ca",
                                                             "dns_host_name",
                                                             "verdict",
                                                             "reason",
                                                             "status",
                                                             "since",
                                                             "regressed",
                                                             "approver",
                                                             "until",
                                                             "ticket",
                                                             "decision_reason",
                                                             "interface_flags",
                                                             "flag_names",
                                                             "detail",
                                                             "changes",
                                                             "first_seen_at",
                                                             "scan_state",
                                                             "read",
                                                             "started_at",
                                                             "finished_at",
                                                             "error_domain",
                                                             "error_number",
                                                             "error_symbol",
                                                             "address",
                                                             "protocol",
                                                             "account",
                                                             "key_path",
                                                             "value_type",
                                                             "value_hex",
                                                             "key_last_write",
                                                             "name",
                                                             "display_name",
                                                             "object_guid",
                                                             "distinguished_name",
                                                             "duplicate_objects",
                                                             "rules_version"};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Octets in the notation of .reg files for REG_BINARY, "hex:41,06,00,00": a spreadsheet would interpret plain digits
/// as a number.
std::string octets_text(const std::string& hex) {
  std::string text = "hex:";
  for (std::size_t i = 0; i < hex.size(); i += 2) text += (i == 0 ? "" : ",") + hex.substr(i, 2);
  return text;
}

/// NTSTATUS values are customarily written in hexadecimal, and so are those of COM; other codes in decimal.
std::string error_number_text(const base::ForeignError& error) {
  if (error.domain.empty()) return {};
  if (error.domain == "ntstatus") return fmt::format("0x{:08X}", static_cast<std::uint32_t>(error.number));
  return std::to_string(error.number);
}

std::array<TableCell, scan_column_count> row_of(const history::ScanRecord& scan, const history::Observation& ca,
                                                const CaBackground* background) {
  using Time = std::optional<base::Instant>;
  const ReadingText evidence = text_of_reading(ca.reading);
  const auto& flags = ca.judgement.interface_flags;
  std::optional<base::Instant> last_write;
  if (ca.reading && ca.reading->result) last_write = ca.reading->result->key_last_write;
  const history::Decision* decision = background != nullptr && background->decision ? &*background->decision : nullptr;
  return {scan.listing ? scan.listing->forest : "",
          std::to_string(scan.id),
          Time(scan.start.started_at),
          base::name_or_guid(name_of(ca.service), ca.service.object_guid),
          ca.service.dns_host_name,
          std::string(assess::word_of(ca.judgement.verdict)),
          std::string(assess::word_of(ca.judgement.reason)),
          background != nullptr ? std::string(history::word_of(background->status)) : "",
          background != nullptr ? background->since : Time(),
          background == nullptr   ? ""
          : background->regressed ? "yes"
                                  : "no",
          decision != nullptr ? decision->approver : "",
          decision != nullptr ? decision->until : Time(),
          decision != nullptr ? decision->ticket : "",
          decision != nullptr ? decision->reason : "",
          flags ? flags->to_string() : "",
          flags ? joined(flags->names()) : "",
          ca.judgement.detail,
          change_words_of(scan.since, ca.service.object_guid),
          background != nullptr ? Time(background->first_seen_at) : Time(),
          std::string(history::word_of(scan.state)),
          ca.reading ? "yes" : "no",
          ca.reading ? Time(ca.reading->started_at) : Time(),
          ca.reading ? Time(ca.reading->finished_at) : Time(),
          evidence.error.domain,
          error_number_text(evidence.error),
          evidence.error.symbol,
          evidence.address,
          evidence.protocol,
          evidence.account,
          evidence.key_path,
          evidence.value_type.value_or(""),
          evidence.value_hex ? octets_text(*evidence.value_hex) : "",
          last_write,
          ca.service.common_name,
          ca.service.display_name,
          ca.service.object_guid.to_string(),
          ca.service.distinguished_name,
          duplicates_text(ca.service),
          std::to_string(ca.rules_version)};
}

}  // namespace

void write_scan_csv(std::ostream& out, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds) {
  TableWriter table(out, {}, scan_columns());
  add_scan_rows(table, scan, backgrounds);
  table.finish();
}

std::span<const std::string> scan_columns() { return scan_header; }

void add_scan_rows(TableWriter& table, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds) {
  for (std::size_t i = 0; const history::Observation& ca : scan.listed()) {
    table.add(row_of(scan, ca, backgrounds.empty() ? nullptr : &backgrounds[i++]));
  }
}

}  // namespace casweep::report
