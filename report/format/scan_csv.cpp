// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_csv.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/iso_time.h"
#include "report/format/csv_text.h"
#include "report/words/change_text.h"
#include "report/words/duplicate_text.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

using ScanRow = std::array<std::string, 28>;

// Part of the format: new columns go to the end.
const ScanRow scan_header{"name",         "display_name",       "dns_host_name", "verdict",         "reason",
                          "detail",       "interface_flags",    "flag_names",    "key_path",        "value_type",
                          "value_hex",    "key_last_write",     "address",       "protocol",        "account",
                          "error_domain", "error_number",       "error_symbol",  "started_at",      "finished_at",
                          "object_guid",  "distinguished_name", "scan_id",       "scan_started_at", "scan_state",
                          "read",         "duplicate_objects",  "changes"};

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

ScanRow row_of(const history::ScanRecord& scan, const history::Observation& ca) {
  ReadingText evidence = text_of_reading(ca.reading);
  const auto& flags = ca.judgement.interface_flags;
  const bool failed = !evidence.error.domain.empty();
  return {ca.service.common_name,
          ca.service.display_name,
          ca.service.dns_host_name,
          std::string(assess::word_of(ca.judgement.verdict)),
          std::string(assess::word_of(ca.judgement.reason)),
          ca.judgement.detail,
          flags ? flags->to_string() : "",
          flags ? joined(flags->names()) : "",
          std::move(evidence.key_path),
          evidence.value_type.value_or(""),
          evidence.value_hex ? octets_text(*evidence.value_hex) : "",
          std::move(evidence.key_last_write),
          std::move(evidence.address),
          std::move(evidence.protocol),
          std::move(evidence.account),
          std::move(evidence.error.domain),
          failed ? std::to_string(evidence.error.number) : "",
          std::move(evidence.error.symbol),
          std::move(evidence.started_at),
          std::move(evidence.finished_at),
          ca.service.object_guid.to_string(),
          ca.service.distinguished_name,
          std::to_string(scan.id),
          base::iso_time(scan.start.started_at),
          std::string(history::word_of(scan.state)),
          ca.reading ? "yes" : "no",
          duplicates_text(ca.service),
          change_words_of(scan.since, ca.service.object_guid)};
}

}  // namespace

void write_scan_csv(std::ostream& out, const history::ScanRecord& scan, FormulaGuard guard) {
  write_scan_csv_header(out);
  write_scan_csv_rows(out, scan, guard);
}

void write_scan_csv_header(std::ostream& out) { write_csv_record(out, scan_header); }

void write_scan_csv_rows(std::ostream& out, const history::ScanRecord& scan, FormulaGuard guard) {
  for (const history::Observation& ca : scan.listed()) write_csv_record(out, row_of(scan, ca), guard);
}

}  // namespace casweep::report
