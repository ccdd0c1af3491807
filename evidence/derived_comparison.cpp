// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/derived_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "evidence/bundle.h"
#include "evidence/evidence_error.h"
#include "report/json/json_text.h"

namespace casweep::evidence {
namespace {

using nlohmann::ordered_json;
using Pointer = ordered_json::json_pointer;

EvidenceError not_what_snapshot_gives(std::string_view name) {
  return wrong(fmt::format("{} does not match snapshot.db.", name));
}

/// Whether `theirs` equals `ours` in all members that both have. Advice is text and not compared.
bool agree(const ordered_json& ours, const ordered_json& theirs) {
  if (ours.is_object() && theirs.is_object()) {
    return std::ranges::all_of(ours.items(), [&](const auto& member) {
      const bool is_fact = member.key() != "remediation" && member.key() != "schema_version";
      return !is_fact || !theirs.contains(member.key()) || agree(member.value(), theirs.at(member.key()));
    });
  }
  if (ours.is_array() && theirs.is_array()) {
    return std::ranges::equal(ours, theirs, agree);
  }
  return ours == theirs;
}

/// The documents in `text`, which is JSON Lines, or a single document if `lines` is false. Throws if it is not
/// formatted as casweep formats JSON: parsers differ in which of two members with the same name they use.
std::vector<ordered_json> documents_in(std::string_view name, const std::string& text, bool lines) {
  std::vector<ordered_json> documents;
  std::ostringstream written;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto document = lines ? rest.substr(0, rest.find('\n')) : rest;
    rest.remove_prefix(std::min(rest.size(), document.size() + 1));
    documents.push_back(report::parsed_json(document));
    if (!documents.back().is_object()) throw wrong(fmt::format("{} is not as casweep writes it.", name));
    lines ? report::write_json_line(written, documents.back()) : report::write_json(written, documents.back());
  }
  if (std::move(written).str() != text) throw wrong(fmt::format("{} is not as casweep writes it.", name));
  return documents;
}

/// Members that every version must have.
constexpr std::array result_facts{"/scan/id",        "/scan/uuid",  "/scan/state", "/scan/discovered",   "/scan/counts",
                                  "/ca/object_guid", "/ca/verdict", "/ca/reason",  "/ca/interface_flags"};
constexpr std::array finding_facts{"/metadata/uid",         "/severity_id",       "/status_id",
                                   "/compliance/status_id", "/compliance/status", "/compliance/status_code"};
constexpr std::array raw_facts{"/scan/uuid",         "/directory/objectGUID", "/registry",
                               "/judgement/verdict", "/judgement/reason",     "/judgement/interface_flags"};

template <std::size_t Size>
bool have_same(const std::array<const char*, Size>& facts, const ordered_json& ours, const ordered_json& theirs) {
  return std::ranges::all_of(facts, [&](const char* fact) {
    const Pointer pointer(fact);
    return theirs.contains(pointer) && agree(ours.at(pointer), theirs.at(pointer));
  });
}

template <std::size_t Size>
void compare_documents(std::string_view name, const std::string& content, const std::string& derived, bool lines,
                       const std::array<const char*, Size>& facts, bool all_members) {
  const auto ours = documents_in(name, derived, lines);
  const auto theirs = documents_in(name, content, lines);
  const bool same = std::ranges::equal(ours, theirs, [&](const ordered_json& own, const ordered_json& other) {
    return have_same(facts, own, other) && (!all_members || agree(own, other));
  });
  if (!same) throw not_what_snapshot_gives(name);
}

/// Parses RFC 4180 as write_csv_record writes it, one record per line. nullopt: anything else.
std::optional<std::vector<std::vector<std::string>>> csv_records(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  while (!text.empty()) {
    auto& record = records.emplace_back();
    bool more = true;
    while (more) {
      std::string cell;
      if (text.starts_with('"')) {
        do {
          const auto end = text.find('"', 1);
          if (end == std::string_view::npos) return std::nullopt;
          cell += text.substr(1, end - 1);
          text.remove_prefix(end + 1);
          if (text.starts_with('"')) cell += '"';
        } while (text.starts_with('"'));
      } else {
        const auto end = text.find_first_of(",\"\r\n");
        cell = text.substr(0, end);
        text.remove_prefix(cell.size());
      }
      record.push_back(std::move(cell));
      more = text.starts_with(',');
      if (more) text.remove_prefix(1);
    }
    if (!text.starts_with("\r\n")) return std::nullopt;
    text.remove_prefix(2);
  }
  return records;
}

void compare_csv(std::string_view name, const std::string& content, const std::string& derived,
                 const std::vector<std::string>& required) {
  const auto ours = csv_records(derived);
  const auto theirs = csv_records(content);
  if (!ours || !theirs || ours->empty() || ours->size() != theirs->size()) throw not_what_snapshot_gives(name);
  const auto& columns = ours->front();
  const auto& their_columns = theirs->front();
  const bool wide = std::ranges::all_of(*theirs, [&](const auto& row) { return row.size() == their_columns.size(); });
  const bool complete = std::ranges::all_of(
      required, [&](const std::string& column) { return std::ranges::count(their_columns, column) == 1; });
  if (!wide || !complete) throw not_what_snapshot_gives(name);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const auto found = std::ranges::find(their_columns, columns[column]);
    if (found == their_columns.end()) continue;
    const auto at = static_cast<std::size_t>(found - their_columns.begin());
    for (std::size_t row = 0; row < ours->size(); ++row) {
      if ((*ours)[row][column] != (*theirs)[row][at]) throw not_what_snapshot_gives(name);
    }
  }
}

/// Throws if a fact differs. Other differences come from the other version's wording and layout.
void compare_facts(std::string_view name, const std::string& content, const std::string& derived) {
  constexpr bool lines = true;
  constexpr bool all_members = true;
  if (name == results_name) return compare_documents(name, content, derived, lines, result_facts, all_members);
  if (name == "results.ocsf.jsonl") {
    return compare_documents(name, content, derived, lines, finding_facts, !all_members);
  }
  if (name == "results.csv") {
    return compare_csv(name, content, derived, {"object_guid", "verdict", "reason", "interface_flags", "scan_id"});
  }
  if (name == "decisions.csv") {
    return compare_csv(name, content, derived, {"set_at", "object_guid", "status", "until", "approver", "reason"});
  }
  if (name.starts_with(raw_folder)) {
    return compare_documents(name, content, derived, !lines, raw_facts, all_members);
  }
  if (name == "config.json") {
    return compare_documents(name, content, derived, !lines, std::array<const char*, 0>{}, all_members);
  }
  // Its facts are in its layout, which only the version that wrote it can compare.
  if (name != "report.html") throw not_what_snapshot_gives(name);
}

}  // namespace

bool compare_manifest(const ordered_json& manifest, const ordered_json& derived, WrittenBy by) {
  for (const auto& [name, value] : derived.items()) {
    if (name == "schema_version" && by != WrittenBy::this_version) continue;
    const bool same = by == WrittenBy::this_version ? manifest.at(name) == value : agree(value, manifest.at(name));
    if (!same) throw wrong(fmt::format("\"{}\" in manifest.json does not match snapshot.db.", name));
  }
  bool all_compared = true;
  for (const auto& [name, value] : manifest.items()) {
    const bool known = derived.contains(name) || name == "made";
    if (!known && by == WrittenBy::this_version) {
      throw wrong(fmt::format("manifest.json has the unknown member \"{}\".", name));
    }
    all_compared = all_compared && (name == "made" || (known && derived.at(name) == value));
  }
  return all_compared;
}

bool compare_file(std::string_view name, const std::string& content, const std::string& derived, WrittenBy by) {
  if (content == derived) return true;
  if (by == WrittenBy::this_version) throw not_what_snapshot_gives(name);
  compare_facts(name, content, derived);
  return false;
}

}  // namespace casweep::evidence
