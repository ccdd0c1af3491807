// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "base/utf8.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/words/esc11.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using nlohmann::ordered_json;

constexpr std::string_view rule_id = "ESC11";

/// Text without placeholders (SARIF 3.11.5) and links (3.11.6), regardless of the CA's name.
ordered_json message_json(std::string_view foreign) {
  std::string text;
  for (const char character : base::valid_utf8(foreign)) {
    if (character == '{' || character == '}') text += character;
    if (character == '[' || character == ']') text += '\\';
    text += character;
  }
  return {{"text", text}};
}

/// SARIF 3.27.9: `open` means that there was not enough information to evaluate the rule.
std::string_view kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::enforced:
    case Verdict::not_exposed:
      return "pass";
    case Verdict::not_enforced:
      return "fail";
    case Verdict::unknown:
      break;
  }
  return "open";
}

ordered_json suppressions_json(const CaBackground& background) {
  ordered_json suppressions = ordered_json::array();  // empty, not absent: not suppressed (SARIF 3.27.23)
  if (background.decision && history::is_exception(background.status)) {
    suppressions.push_back({{"kind", "external"},
                            {"status", "accepted"},
                            {"justification", base::valid_utf8(justification_of(background))}});
  }
  return suppressions;
}

/// The CA as an artifact (SARIF 3.4): code-scanning services refuse a result without one. The name is the same in every
/// scan, and there is no such file.
std::string artifact_uri(const discovery::EnrollmentService& ca) {
  return fmt::format("adcs/{}.json", ca.object_guid.to_string());
}

ordered_json locations_json(const discovery::EnrollmentService& ca) {
  ordered_json location{{"kind", "resource"}};
  if (!name_of(ca).empty()) location["name"] = base::valid_utf8(name_of(ca));
  if (!ca.distinguished_name.empty()) location["fullyQualifiedName"] = base::valid_utf8(ca.distinguished_name);
  return {{{"physicalLocation", {{"artifactLocation", {{"uri", artifact_uri(ca)}}}, {"region", {{"startLine", 1}}}}},
           {"logicalLocations", {std::move(location)}}}};
}

ordered_json result_json(const history::Observation& ca, const CaBackground& background) {
  const ordered_json record = ca_json(ca);
  return {{"ruleId", rule_id},
          {"ruleIndex", 0},
          {"kind", kind_of(ca.judgement.verdict)},
          {"level", ca.judgement.verdict == Verdict::not_enforced ? "error" : "none"},
          {"message", message_json(sentence_of(ca))},
          {"locations", locations_json(ca.service)},
          {"partialFingerprints",
           {{"caGuid/v1", ca.service.object_guid.to_string()},
            {"primaryLocationLineHash", ca.service.object_guid.to_string() + ":1"}}},  // the one that GitHub compares
          {"suppressions", suppressions_json(background)},
          {"properties",
           {{"dns_host_name", record["dns_host_name"]},
            {"verdict", record["verdict"]},
            {"reason", record["reason"]},
            {"interface_flags", record["interface_flags"]},
            {"evidence", record["evidence"]},
            {"remediation", record["remediation"]},
            {"status", history::word_of(background.status)}}}};
}

/// SARIF 3.27.24. A result is unchanged if verdict, reason and flags are: a different wording of the message does not
/// count.
std::string_view baseline_state_of(const history::Observation& ca, const history::Observation* before) {
  if (before == nullptr) return "new";
  const auto meaning = [](const assess::Judgement& judgement) {
    return std::tuple(judgement.verdict, judgement.reason,
                      judgement.interface_flags ? std::optional(judgement.interface_flags->bits()) : std::nullopt);
  };
  return meaning(ca.judgement) == meaning(before->judgement) ? "unchanged" : "updated";
}

const history::Observation* find_ca(const std::vector<history::Observation>& cas, const base::ObjectGuid& object_guid) {
  const auto found =
      std::ranges::find(cas, object_guid, [](const history::Observation& ca) { return ca.service.object_guid; });
  return found == cas.end() ? nullptr : &*found;
}

ordered_json results_json(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
                          const history::ScanRecord* baseline) {
  ordered_json results = ordered_json::array();
  const auto listed = scan.listed();
  for (std::size_t i = 0; i < listed.size(); ++i) results.push_back(result_json(listed[i], backgrounds[i]));
  if (baseline == nullptr) return results;

  const auto before = baseline->listed();
  for (std::size_t i = 0; i < listed.size(); ++i) {
    results[i]["baselineState"] = baseline_state_of(listed[i], find_ca(before, listed[i].service.object_guid));
  }
  if (!scan.listing) return results;  // without a listing, no CA is known to be gone
  for (const history::Observation& ca : before) {
    if (find_ca(listed, ca.service.object_guid) != nullptr) continue;
    results.push_back(result_json(ca, {}));
    results.back()["baselineState"] = "absent";
    results.back()["properties"].erase("status");
  }
  return results;
}

ordered_json notification_json(std::string_view text) { return {{"level", "error"}, {"message", message_json(text)}}; }

ordered_json invocation_json(const history::ScanRecord& scan) {
  const bool successful = scan.state == history::ScanState::complete || scan.state == history::ScanState::partial;
  ordered_json invocation{{"executionSuccessful", successful}};
  const auto set = [&](const char* name, std::string_view text) {
    if (!text.empty()) invocation[name] = base::valid_utf8(text);
  };
  set("startTimeUtc", base::iso_time(scan.start.started_at));
  if (scan.finished_at) set("endTimeUtc", base::iso_time(*scan.finished_at));
  set("account", scan.start.account);
  set("machine", scan.start.host_name);
  ordered_json notifications = ordered_json::array();
  if (!scan.failure.empty()) notifications.push_back(notification_json(scan.failure));
  for (const history::Observation& ca : scan.listed()) {
    if (ca.judgement.verdict != Verdict::unknown) continue;
    notifications.push_back(notification_json(sentence_of(ca)));
  }
  invocation["toolExecutionNotifications"] = std::move(notifications);
  return invocation;
}

std::string help_text() {
  std::string text = fmt::format("{} Microsoft: {}", esc11_description, esc11_reference);
  for (const AttackTechnique& technique : esc11_techniques) {
    text += fmt::format(" MITRE ATT&CK {} ({}): {}", technique.id, technique.name, technique.url);
  }
  return text;
}

ordered_json tool_json(const history::ScanRecord& scan) {
  ordered_json tags{"security"};
  for (const AttackTechnique& technique : esc11_techniques) tags.push_back(fmt::format("attack/{}", technique.id));
  ordered_json rule{{"id", rule_id},
                    {"name", "EnforceRpcEnrollmentEncryption"},
                    {"shortDescription", {{"text", esc11_title}}},
                    {"fullDescription", {{"text", esc11_description}}},
                    {"help", {{"text", help_text()}}},
                    {"helpUri", esc11_reference},
                    {"defaultConfiguration", {{"level", "error"}}},
                    {"properties", {{"tags", std::move(tags)}}}};
  ordered_json driver{{"name", "casweep"}};
  if (!scan.start.tool_version.empty()) driver["version"] = base::valid_utf8(scan.start.tool_version);
  driver["rules"] = ordered_json::array({std::move(rule)});
  return {{"driver", std::move(driver)}};
}

}  // namespace

ordered_json sarif_head() {
  return {{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
          {"version", "2.1.0"}};
}

ordered_json sarif_run(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
                       const history::ScanRecord* baseline) {
  const std::string forest = scan.listing ? base::valid_utf8(scan.listing->forest) : "";
  ordered_json run{{"tool", tool_json(scan)},
                   {"automationDetails",
                    {{"id", fmt::format("casweep/{}/{}", forest, base::valid_utf8(scan.uuid))},
                     {"guid", base::valid_utf8(scan.uuid)}}}};
  if (baseline != nullptr) run["baselineGuid"] = base::valid_utf8(baseline->uuid);
  run["invocations"] = ordered_json::array({invocation_json(scan)});
  run["results"] = results_json(scan, backgrounds, baseline);
  return run;
}

}  // namespace casweep::report
