// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/scan_csv.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "report/csv_text.h"
#include "report/evidence.h"
#include "report/iso_time.h"

namespace casweep::report {
namespace {

using Row = std::array<std::string, 24>;

// Part of the format: new columns go to the end.
const Row header{"name",         "display_name",       "dns_host_name", "verdict",        "reason",
                 "detail",       "interface_flags",    "flag_names",    "key_path",       "value_type",
                 "value_hex",    "key_last_write",     "address",       "protocol",       "account",
                 "error_domain", "error_number",       "error_symbol",  "started_at",     "finished_at",
                 "object_guid",  "distinguished_name", "scan_id",       "scan_started_at"};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Row row_of(const store::ScanRecord& scan, const store::CaRecord& ca) {
  Evidence evidence = evidence_of(ca.observation);
  const auto& flags = ca.verdict.interface_flags;
  const bool failed = !evidence.error.domain.empty();
  return {ca.service.common_name,
          ca.service.display_name,
          ca.service.dns_host_name,
          std::string(assess::word_of(ca.verdict.outcome)),
          std::string(assess::word_of(ca.verdict.reason)),
          ca.verdict.detail,
          flags ? flags->to_string() : "",
          flags ? joined(flags->names()) : "",
          std::move(evidence.key_path),
          evidence.value_type.value_or(""),
          evidence.value_hex.value_or(""),
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
          iso_time(scan.start.started_at)};
}

}  // namespace

void write_scan_csv(std::ostream& out, const store::ScanRecord& scan) {
  write_scan_csv_header(out);
  write_scan_csv_rows(out, scan);
}

void write_scan_csv_header(std::ostream& out) { write_csv_record(out, header); }

void write_scan_csv_rows(std::ostream& out, const store::ScanRecord& scan) {
  for (const store::CaRecord& ca : scan.cas) write_csv_record(out, row_of(scan, ca));
}

}  // namespace casweep::report
