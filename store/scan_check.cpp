// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scan_check_internal.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/row_internal.h"
#include "store/scan_ledger_internal.h"

namespace casweep::store {
namespace {

using nlohmann::ordered_json;

/// The digits of each observation's SHA-256 by ca.id, from the `observations` of facts_of_ended_scan(). Throws
/// nlohmann::json::exception for anything else.
std::map<std::int64_t, std::string> digits_by_ca(const ordered_json& observations) {
  const auto& digits = observations.at("digits").get_ref<const std::string&>();
  std::map<std::int64_t, std::string> by_ca;
  std::size_t position = 0;
  for (const auto& range : observations.at("cas")) {
    const auto last = range.at(1).get<std::int64_t>();
    // A range may claim more CAs than there are digits.
    for (auto ca = range.at(0).get<std::int64_t>(); position < digits.size(); ++ca) {
      by_ca[ca] = digits.substr(position, observation_digits);
      position += observation_digits;
      if (ca >= last) break;
    }
  }
  return by_ca;
}

class ScanCheck {
 public:
  ScanCheck(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages)
      : database_(database), recorded_(recorded), damages_(damages) {}

  void run(const CheckProgress& progress) {
    std::size_t done = 0;
    for (const auto& [scan, entries] : recorded_.scans) {
      try {
        check_scan(scan, entries);
      } catch (const ordered_json::exception&) {
        damages_.add_entry(entries.front().seq, "has a body that casweep did not write");
      }
      if (progress) progress(++done, recorded_.scans.size());
    }
    Row row(database_, "SELECT id FROM scan ORDER BY id");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      if (recorded_.scans.contains(scan)) continue;
      damages_.add({.table = "scan", .row = scan, .scan = scan, .what = "is in no ledger entry: it was inserted"});
    }
  }

 private:
  void check_scan(std::int64_t scan, const std::vector<RecordedHistory::ScanFacts>& entries) {
    const auto now = facts_of_ended_scan(database_, scan);
    bool ended = false;
    for (const auto& [seq, facts] : entries) {
      if (!facts.contains("scan_sha256")) continue;
      ended = true;
      compare_row("scan", scan, seq, facts.at("scan_sha256"), now.at("scan_sha256"));
      compare_row("listing", scan, seq, facts.at("listing_sha256"), now.at("listing_sha256"));
      if (facts.at("observations") != now.at("observations")) {
        compare_observations(scan, seq, facts.at("observations"), now.at("observations"));
      }
    }
    if (ended) return;

    const auto& [seq, facts] = entries.front();
    compare_row("scan", scan, seq, facts.at("begun_sha256"), facts_of_begun_scan(database_, scan).at("begun_sha256"));
    compare_row("listing", scan, seq, nullptr, now.at("listing_sha256"));
    for (const auto& [ca, digits] : digits_by_ca(now.at("observations"))) add_observation(scan, ca, seq, "inserted");
    Row state(database_, "SELECT state FROM scan WHERE id = :scan AND state <> 'running'");
    state.bind(":scan", scan);
    if (state.executeStep()) {
      damages_.add(
          {.table = "scan",
           .row = scan,
           .scan = scan,
           .what = fmt::format("is {}, but no ledger entry says that it ended", state.getColumn(0).getString())});
    }
  }

  void compare_row(const char* table, std::int64_t scan, std::int64_t seq, const ordered_json& recorded,
                   const ordered_json& now) {
    if (recorded == now) return;
    auto what = recorded.is_null() ? fmt::format("was inserted: ledger entry {} recorded none", seq)
                : now.is_null()    ? fmt::format("was deleted: ledger entry {} recorded it", seq)
                                   : fmt::format("was changed: it is not what ledger entry {} recorded", seq);
    damages_.add({.table = table, .row = scan, .scan = scan, .what = std::move(what)});
  }

  void compare_observations(std::int64_t scan, std::int64_t seq, const ordered_json& recorded,
                            const ordered_json& now) {
    const auto before = damages_.count();
    const auto were = digits_by_ca(recorded);
    const auto are = digits_by_ca(now);
    for (const auto& [ca, digits] : were) {
      const auto found = are.find(ca);
      if (found == are.end()) {
        add_observation(scan, ca, seq, "deleted");
      } else if (found->second != digits) {
        add_observation(scan, ca, seq, "changed");
      }
    }
    for (const auto& [ca, digits] : are) {
      if (!were.contains(ca)) add_observation(scan, ca, seq, "inserted");
    }
    if (damages_.count() != before) return;
    damages_.add(
        {.table = "observation",
         .scan = scan,
         .what = fmt::format("one or more were changed: together they are not what ledger entry {} recorded", seq)});
  }

  void add_observation(std::int64_t scan, std::int64_t ca, std::int64_t seq, std::string_view what) {
    damages_.add({.table = "observation",
                  .scan = scan,
                  .ca = name_of_ca(database_, ca),
                  .what = fmt::format("was {}: ledger entry {} recorded {}", what, seq,
                                      what == "inserted"  ? "none"
                                      : what == "deleted" ? "it"
                                                          : "another")});
  }

  SQLite::Database& database_;
  const RecordedHistory& recorded_;
  DamageList& damages_;
};

}  // namespace

void check_scans(SQLite::Database& database, const RecordedHistory& recorded, const CheckProgress& progress,
                 DamageList& damages) {
  ScanCheck(database, recorded, damages).run(progress);
}

}  // namespace casweep::store
