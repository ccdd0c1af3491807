// SPDX-License-Identifier: GPL-3.0-or-later
// The stable words of the code, of the tables in schema/store and of the schemas in schema/json are the same ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "assess/reason.h"
#include "cli/log/event_log.h"
#include "discovery/directory_error.h"
#include "doctor/step.h"
#include "explain/client_system.h"
#include "explain/explanation.h"
#include "history/decision.h"
#include "history/events.h"
#include "history/fleet.h"
#include "history/scan_record.h"
#include "store/ledger_internal.h"
#include "sweep/confinement.h"

namespace casweep {
namespace {

namespace fs = std::filesystem;

using Strings = std::set<std::string>;

const fs::path root = CASWEEP_ROOT;

template <typename Keys>
Strings words_of(Keys keys) {
  Strings words;
  for (const auto key : keys) words.emplace(word_of(key));
  return words;
}

Strings words_of_log_events() {
  Strings words;
  for (const cli::LogEventFacts& event : cli::all_log_events()) words.emplace(event.word);
  return words;
}

/// The words of every enumeration with stable words, by the name of the enumeration.
const std::map<std::string, Strings>& words_in_code() {
  static const std::map<std::string, Strings> words{
      {"Verdict", words_of(assess::all_verdicts())},
      {"Reason", words_of(assess::all_reasons())},
      {"KeyFoundBy", words_of(assess::all_key_found_by())},
      {"KeyMatchedBy", words_of(assess::all_key_matched_by())},
      {"DirectoryErrorKind", words_of(discovery::all_directory_error_kinds())},
      {"Measure", words_of(sweep::all_measures())},
      {"ClientSystem", words_of(explain::all_client_systems())},
      {"Bearing", words_of(explain::all_bearings())},
      {"Gap", words_of(explain::all_gaps())},
      {"Check", words_of(doctor::all_checks())},
      {"Area", words_of(doctor::all_areas())},
      {"Outcome", words_of(doctor::all_outcomes())},
      {"EventKind", words_of(history::all_event_kinds())},
      {"SiteState", words_of(history::all_site_states())},
      {"Status", words_of(history::all_statuses())},
      {"ScanState", words_of(history::all_scan_states())},
      {"CaChange::Kind", words_of(history::all_ca_changes())},
      {"LedgerKind", words_of(store::all_ledger_kinds())},
      {"LogEvent", words_of_log_events()},
  };
  return words;
}

Strings in_code(const std::string& enumeration) { return words_in_code().at(enumeration); }

Strings operator+(Strings left, const Strings& right) {
  left.insert(right.begin(), right.end());
  return left;
}

Strings operator-(Strings left, const std::string& word) {
  EXPECT_EQ(left.erase(word), 1U) << word;
  return left;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::smatch> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  return {std::sregex_iterator(text.begin(), text.end(), regex), {}};
}

/// The words in quotes of "'running', 'complete'".
Strings quoted(const std::string& list) {
  Strings words;
  for (const auto& match : matches(list, "'([^']*)'")) words.insert(match[1]);
  return words;
}

bool is_of_the_product(const fs::path& file) {
  const std::string folder = *file.lexically_relative(root).begin();
  return file.extension() == ".cpp" && folder != "build" && folder != "tests" && folder != "bench";
}

TEST(StableWords, OfEveryTableAreComparedWithTheSchemas) {
  Strings tables;
  for (const auto& folder : fs::directory_iterator(root)) {
    if (!folder.is_directory()) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!is_of_the_product(entry.path())) continue;
      const std::string text = text_of(entry.path());
      for (const auto& match : matches(text, R"(base::words<([\w:]+)>)")) {
        EXPECT_TRUE(tables.insert(match[1]).second) << match[1];
      }
    }
  }

  Strings held;
  for (const auto& [enumeration, words] : words_in_code()) held.insert(enumeration);
  EXPECT_EQ(tables, held);
}

/// Words that no schema lists, because their lists are open. Histories and bundles contain them nevertheless.
TEST(StableWords, OutsideTheSchemasNeverChange) {
  EXPECT_EQ(in_code("KeyFoundBy"), (Strings{"sanitized-name", "active", "enumeration"}));
  EXPECT_EQ(in_code("KeyMatchedBy"), (Strings{"certificate-hash", "common-name", "key-name"}));
  EXPECT_EQ(in_code("Measure"),
            (Strings{"limits", "descriptors", "not-dumpable", "no-new-privs", "landlock", "seccomp"}));
  EXPECT_EQ(in_code("LogEvent"),
            (Strings{"error", "note", "scan-started", "scan-finished", "scan-failed", "ca-regressed", "ca-changed",
                     "ca-not-enforced", "ca-unknown", "check-failed"}));
}

/// Every list of words in a JSON document, by its place in it.
void find_lists(const nlohmann::json& node, const std::string& place, std::map<std::string, Strings>& lists) {
  if (node.is_object() && node.contains("enum") && node.at("enum").is_array()) {
    Strings& words = lists[place];
    for (const auto& word : node.at("enum")) words.insert(word.is_null() ? "null" : word.get<std::string>());
  }
  if (!node.is_structured()) return;
  for (const auto& [name, child] : node.items()) find_lists(child, place + "/" + name, lists);
}

TEST(StableWords, MatchTheJsonSchemas) {
  std::map<std::string, Strings> lists;
  for (const auto& entry : fs::directory_iterator(root / "schema/json")) {
    find_lists(nlohmann::json::parse(text_of(entry.path())), entry.path().stem().stem().string(), lists);
  }

  const Strings verdicts = in_code("Verdict");
  const Strings states = in_code("ScanState");
  const Strings events = in_code("EventKind");
  const Strings decisions = in_code("Status") - "completed";  // which follows from a verdict
  const std::map<std::string, Strings> expected{
      {"casweep-scan/properties/scan/properties/state", states},
      {"casweep-scan/definitions/reason", in_code("Reason")},
      {"casweep-scan/definitions/ca/properties/verdict", verdicts},
      {"casweep-scan/definitions/ca/properties/status", in_code("Status") + Strings{"null"}},
      {"casweep-scan/definitions/changes_since/properties/changes/items/properties/kind", in_code("CaChange::Kind")},
      {"casweep-scan/definitions/changes_since/properties/changes/items/properties/last_known",
       (verdicts - "unknown") + Strings{"null"}},
      {"casweep-scans/definitions/scan/properties/state", states},
      {"casweep-status/definitions/reading/properties/verdict", verdicts},
      {"casweep-status/definitions/decision/properties/status", decisions},
      {"casweep-status/definitions/status/properties/verdict", verdicts},
      {"casweep-status/definitions/status/properties/status", in_code("Status")},
      {"casweep-decisions/definitions/reading/properties/verdict", verdicts},
      {"casweep-decisions/definitions/decision/properties/status", decisions},
      {"casweep-decisions/definitions/status/properties/verdict", verdicts},
      {"casweep-decisions/definitions/status/properties/status", in_code("Status")},
      {"casweep-history/definitions/reading/properties/verdict", verdicts},
      {"casweep-history/definitions/decision/properties/status", decisions},
      {"casweep-history/definitions/status/properties/verdict", verdicts},
      {"casweep-history/definitions/status/properties/status", in_code("Status")},
      {"casweep-history/definitions/ca/properties/verdict", verdicts},
      {"casweep-history/definitions/event/properties/kind", events},
      {"casweep-diff/definitions/scan/properties/state", states},
      {"casweep-diff/definitions/event/properties/kind", events},
      {"casweep-trend/definitions/scan/properties/state", states},
      {"casweep-status/properties/newer_scans/items/properties/state", states - "complete"},
      {"casweep-trend/definitions/event/properties/kind", events},
      {"casweep-fleet-status/definitions/site/properties/state", in_code("SiteState")},
      {"casweep-fleet-status/definitions/site/properties/newest_scan/oneOf/1/properties/state", states},
      {"casweep-fleet-status/definitions/fleet_ca/properties/seen_by/items/properties/verdict", verdicts},
      {"casweep-fleet-sites/definitions/site/properties/state", in_code("SiteState")},
      {"casweep-fleet-sites/definitions/site/properties/newest_scan/oneOf/1/properties/state", states},
      {"casweep-doctor/definitions/check", in_code("Check")},
      {"casweep-doctor/definitions/step/properties/area", in_code("Area")},
      {"casweep-doctor/definitions/step/properties/outcome", in_code("Outcome")},
      {"casweep-doctor/properties/outcome", in_code("Outcome") - "skipped"},
      {"casweep-explain/properties/considerations/items/properties/speaks", in_code("Bearing")},
      {"casweep-explain/properties/unseen/items/properties/reason", in_code("DirectoryErrorKind") + in_code("Gap")},
      {"casweep-explain/properties/clients/properties/old_computers/items/properties/system",
       {std::string(word_of(explain::ClientSystem::before_xp)),
        std::string(word_of(explain::ClientSystem::xp_or_2003))}},
  };
  EXPECT_EQ(lists, expected);
}

Strings members_required_at(const std::string& schema, const char* place) {
  const auto document = nlohmann::json::parse(text_of(root / "schema/json" / schema));
  return document.at(nlohmann::json::json_pointer(place)).at("required").get<Strings>();
}

TEST(StableWords, MatchTheCountersInTheJsonSchemas) {
  EXPECT_EQ(members_required_at("casweep-explain.schema.json",
                                "/properties/clients/properties/domains/items/properties/by_system"),
            in_code("ClientSystem"));
  EXPECT_EQ(members_required_at("casweep-check.schema.json", "/properties/ledger/properties/entries_since"),
            in_code("LedgerKind") + Strings{"other"});
}

/// The words that the tables in a file allow, by column.
std::map<std::string, Strings> words_of_checks(const fs::path& file) {
  std::map<std::string, Strings> lists;
  const std::string text = text_of(file);
  for (const auto& match : matches(text, R"(NOT NULL\s+CHECK \((\w+) IN \(([^)]*)\)\))")) {
    EXPECT_TRUE(lists.emplace(match[1], quoted(match[2])).second) << match[1];
  }
  return lists;
}

TEST(StableWords, MatchTheChecksOfTheTables) {
  const std::map<std::string, Strings> of_history{
      {"state", in_code("ScanState")}, {"outcome", in_code("Verdict")}, {"status", in_code("Status") - "completed"}};
  EXPECT_EQ(words_of_checks(root / "schema/store/0001_history.sql"), of_history);
  // A hub has no running scans.
  const std::map<std::string, Strings> of_hub{{"state", in_code("ScanState") - "running"},
                                              {"outcome", in_code("Verdict")},
                                              {"status", in_code("Status") - "completed"}};
  EXPECT_EQ(words_of_checks(root / "schema/hub/0001_hub.sql"), of_hub);
}

TEST(StableWords, AreTheOnlyWordsThatStatementsCompareWith) {
  const std::map<std::string, Strings> words{{"state", in_code("ScanState")},
                                             {"outcome", in_code("Verdict")},
                                             {"reason", in_code("Reason")},
                                             {"status", in_code("Status")},
                                             {"kind", in_code("LedgerKind")}};
  std::size_t compared = 0;
  for (const char* folder : {"schema/store", "store", "schema/hub", "hub"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      const std::string text = text_of(entry.path());
      for (const auto& match :
           matches(text, R"(\b(state|outcome|reason|status|kind) (?:=|<>|IN|NOT IN) ('[^']+'|\('[^)]*\)))")) {
        const Strings known = words.at(match[1]);
        for (const std::string& word : quoted(match[2])) {
          EXPECT_TRUE(known.contains(word)) << entry.path() << ": " << match[0];
          ++compared;
        }
      }
      for (const auto& match : matches(text, R"(\bWHEN ('[^']*') )")) {
        for (const std::string& word : quoted(match[1])) EXPECT_TRUE(in_code("Verdict").contains(word)) << match[0];
      }
    }
  }
  EXPECT_GT(compared, 20U);  // otherwise this search no longer matches the statements
}

}  // namespace
}  // namespace casweep
