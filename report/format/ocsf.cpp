// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/ocsf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/iso_time.h"
#include "base/utf8.h"
#include "report/json/scan_json.h"
#include "report/words/esc11.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using nlohmann::ordered_json;

constexpr std::string_view ocsf_version = "1.8.0";
constexpr int findings_category = 2;
constexpr int compliance_finding = 2003;

/// A number of an OCSF enumeration and its caption.
struct Coded {
  int id;
  std::string_view caption;
};

/// "Warning": the check "did not yield a result due to missing information".
Coded compliance_status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::enforced:
    case Verdict::not_exposed:
      return {1, "Pass"};
    case Verdict::not_enforced:
      return {3, "Fail"};
    case Verdict::unknown:
      break;
  }
  return {2, "Warning"};
}

Coded severity_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::enforced:
    case Verdict::not_exposed:
      return {1, "Informational"};
    case Verdict::not_enforced:
      return {4, "High"};
    case Verdict::unknown:
      break;
  }
  return {3, "Medium"};
}

Coded finding_status_of(history::Status status) {
  switch (status) {
    case history::Status::to_address:
      break;
    case history::Status::planned:
      return {2, "In Progress"};
    case history::Status::risk_accepted:
      return {3, "Suppressed"};
    case history::Status::third_party:
    case history::Status::alternate_mitigation:
    case history::Status::decommissioned:
    case history::Status::completed:
      return {4, "Resolved"};
  }
  return {1, "New"};
}

/// OCSF has its own numbers for registry types, other than those of [MS-RRP] 2.2.9.
int registry_type_id(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, int>, 10> ids{{{"REG_BINARY", 1},
                                                                  {"REG_DWORD", 2},
                                                                  {"REG_DWORD_BIG_ENDIAN", 3},
                                                                  {"REG_EXPAND_SZ", 4},
                                                                  {"REG_LINK", 5},
                                                                  {"REG_MULTI_SZ", 6},
                                                                  {"REG_NONE", 7},
                                                                  {"REG_QWORD", 8},
                                                                  {"REG_QWORD_LITTLE_ENDIAN", 9},
                                                                  {"REG_SZ", 10}}};
  constexpr int other = 99;
  const auto* found = std::ranges::find(ids, type, &std::pair<std::string_view, int>::first);
  return found == ids.end() ? other : found->second;
}

void set_text(ordered_json& object, const char* name, std::string_view foreign) {
  if (!foreign.empty()) object[name] = base::valid_utf8(foreign);
}

std::int64_t milliseconds(base::Instant instant) { return instant.time_since_epoch().count(); }

ordered_json metadata_json(const history::ScanRecord& scan, const history::Observation& ca) {
  ordered_json product{{"name", "casweep"}, {"vendor_name", "casweep"}};
  set_text(product, "version", scan.start.tool_version);
  ordered_json metadata{{"version", ocsf_version}, {"product", std::move(product)}};
  // The ledger head lets a SIEM that stores findings show later whether the history they came from was changed.
  if (scan.ledger_after) metadata["labels"] = {fmt::format("ledger_head:{}", scan.ledger_after->hash)};
  metadata["extensions"] = {{{"name", "win"}, {"uid", "2"}, {"version", ocsf_version}}};
  metadata["uid"] = base::valid_utf8(fmt::format("{}:{}", scan.uuid, ca.service.object_guid.to_string()));
  metadata["correlation_uid"] = base::valid_utf8(scan.uuid);
  return metadata;
}

ordered_json compliance_json(const history::Observation& ca) {
  const Coded status = compliance_status_of(ca.judgement.verdict);
  ordered_json compliance{{"control", "ESC11"},
                          {"desc", esc11_description},
                          {"standards", {"Microsoft Defender for Identity posture assessment"}},
                          {"status_id", status.id},
                          {"status", status.caption},
                          {"status_code", assess::word_of(ca.judgement.reason)}};
  if (!ca.judgement.detail.empty()) compliance["status_details"] = {base::valid_utf8(ca.judgement.detail)};
  compliance["checks"] = {
      {{"uid", "ESC11"}, {"name", esc11_title}, {"status_id", status.id}, {"status", status.caption}}};
  return compliance;
}

ordered_json finding_info_json(const history::Observation& ca, const CaBackground& background, std::int64_t time) {
  return {{"uid", ca.service.object_guid.to_string() + ":ESC11"},
          {"title", esc11_title},
          {"desc", esc11_description},
          {"first_seen_time", milliseconds(background.first_seen_at)},
          {"last_seen_time", time}};
}

ordered_json resource_json(const history::ScanRecord& scan, const history::Observation& ca) {
  ordered_json resource{{"uid", ca.service.object_guid.to_string()}, {"type", "Enterprise CA"}};
  set_text(resource, "name", name_of(ca.service));
  set_text(resource, "hostname", ca.service.dns_host_name);
  if (scan.listing) set_text(resource, "namespace", scan.listing->forest);
  if (!ca.service.distinguished_name.empty()) {
    resource["data"] = {{"distinguished_name", base::valid_utf8(ca.service.distinguished_name)}};
  }
  return resource;
}

/// Which value was read, or which key has none; and, as `data`, all that backs the verdict in our own words.
ordered_json evidence_json(const history::Observation& ca) {
  ordered_json evidence{{"name", "InterfaceFlags"}, {"data", ca_json(ca)["evidence"]}};
  if (!ca.reading || !ca.reading->result) return evidence;
  const assess::RegistryFacts& facts = *ca.reading->result;
  ordered_json key{{"path", base::valid_utf8(facts.key_path)}};
  // A server may send any date at all.
  if (facts.key_last_write && !base::iso_time(*facts.key_last_write).empty()) {
    key["modified_time"] = milliseconds(*facts.key_last_write);
  }
  evidence["reg_key"] = std::move(key);
  if (!facts.interface_flags) return evidence;
  const std::string type = text_of_reading(ca.reading).value_type.value_or("");
  ordered_json value{{"path", base::valid_utf8(facts.key_path)},
                     {"name", "InterfaceFlags"},
                     {"type_id", registry_type_id(type)},
                     {"type", type}};
  if (ca.judgement.interface_flags) value["reg_integer_data"] = ca.judgement.interface_flags->bits();
  evidence["reg_value"] = std::move(value);
  return evidence;
}

std::string remediation_text(const assess::Remediation& remediation) {
  std::string text = remediation.advice;
  for (const std::string& command : remediation.commands) text += "\n" + command;
  return base::valid_utf8(text);
}

}  // namespace

ordered_json ocsf_finding(const history::ScanRecord& scan, const history::Observation& ca,
                          const CaBackground& background) {
  const Coded activity = background.is_new          ? Coded{1, "Create"}
                         : background.is_remediated ? Coded{3, "Close"}
                                                    : Coded{2, "Update"};
  const Coded severity = severity_of(ca.judgement.verdict);
  const Coded status = finding_status_of(background.status);
  // The class requires a time; for a CA that was not asked, it is the end of the scan.
  const std::int64_t time =
      milliseconds(ca.reading ? ca.reading->finished_at : scan.finished_at.value_or(scan.start.started_at));
  ordered_json finding{{"activity_id", activity.id},
                       {"activity_name", activity.caption},
                       {"category_uid", findings_category},
                       {"category_name", "Findings"},
                       {"class_uid", compliance_finding},
                       {"class_name", "Compliance Finding"},
                       {"type_uid", compliance_finding * 100 + activity.id},
                       {"type_name", fmt::format("Compliance Finding: {}", activity.caption)},
                       {"severity_id", severity.id},
                       {"severity", severity.caption},
                       {"status_id", status.id},
                       {"status", status.caption},
                       {"time", time},
                       {"message", base::valid_utf8(sentence_of(ca))},
                       {"metadata", metadata_json(scan, ca)},
                       {"compliance", compliance_json(ca)},
                       {"finding_info", finding_info_json(ca, background, time)},
                       {"resources", {resource_json(scan, ca)}},
                       {"evidences", {evidence_json(ca)}}};
  if (ca.reading) {
    finding["start_time"] = milliseconds(ca.reading->started_at);
    finding["end_time"] = time;
  }
  set_text(finding, "comment", justification_of(background));
  const std::string remediation = remediation_text(remediation_of(ca));
  if (!remediation.empty()) finding["remediation"] = {{"desc", remediation}, {"references", {esc11_reference}}};
  return finding;
}

}  // namespace casweep::report
