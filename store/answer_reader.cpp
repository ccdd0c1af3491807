// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/answer_reader_internal.h"

#include <fmt/format.h>

#include <algorithm>

namespace casweep::store {

AnswerReader::AnswerReader(SQLite::Database& database, const Horizon& horizon)
    : last_scan_(horizon.last_scan),
      latest_(database),
      last_(database, fmt::format("SELECT scan.id AS scan_id, observation.finished_at, outcome, reason, detail, "
                                  "interface_flags FROM {} "
                                  "AND reading_id IS NOT NULL ORDER BY scan.id DESC LIMIT 1",
                                  observations_downwards)),
      oldest_known_(database, fmt::format("SELECT min(id) FROM (SELECT scan.id FROM {} AND outcome <> 'unknown' "
                                          "ORDER BY scan.id DESC LIMIT :newest)",
                                          observations_downwards)) {}

std::int64_t AnswerReader::oldest_known(std::int64_t ca, std::int64_t newest_scan, std::size_t newest) {
  oldest_known_.bind(":ca_id", ca);
  oldest_known_.bind(":last_scan", newest_scan);
  oldest_known_.bind(":newest", static_cast<std::int64_t>(newest));
  oldest_known_.executeStep();
  const auto scan = oldest_known_.getColumn(0).getInt64();
  oldest_known_.reset();
  return scan;
}

std::optional<history::Answer> AnswerReader::last_until(std::int64_t ca, std::int64_t scan) {
  std::optional<history::Answer> reading;
  last_.bind(":ca_id", ca);
  last_.bind(":last_scan", std::min(scan, latest_.read(ca)));
  if (last_.executeStep()) {
    reading = history::Answer{.scan = last_.getColumn("scan_id").getInt64(),
                              .read_at = instant_in(last_, "finished_at").value_or(base::Instant{}),
                              .judged = verdict_with_reason_in(last_).value_or(history::VerdictWithReason{}),
                              .detail = text_in(last_, "detail")};
    if (const auto bits = number_in(last_, "interface_flags")) {
      reading->interface_flags.emplace(static_cast<std::uint32_t>(*bits));
    }
  }
  last_.reset();
  return reading;
}

}  // namespace casweep::store
