// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/ca_summary_json.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "base/iso_time.h"
#include "report/json/json_text.h"

namespace casweep::report {
namespace {

using nlohmann::ordered_json;

ordered_json reading_json(const std::optional<history::Answer>& reading, base::Instant now) {
  if (!reading) return nullptr;
  return {{"scan", reading->scan},
          {"read_at", text_or_null(base::iso_time(reading->read_at))},
          {"age_seconds",
           std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(now - reading->read_at).count(), 0)},
          {"verdict", assess::word_of(reading->judged.verdict)},
          {"reason", assess::word_of(reading->judged.reason)},
          {"detail", text_or_null(reading->detail)}};
}

}  // namespace

ordered_json moment_json(const std::optional<history::ScanMoment>& moment) {
  if (!moment) return nullptr;
  return {{"scan", moment->scan}, {"at", text_or_null(base::iso_time(moment->at))}};
}

ordered_json decision_json(const history::Decision* decision, base::Instant now) {
  if (decision == nullptr) return nullptr;
  return {{"status", history::word_of(decision->status)},
          {"reason", text_or_null(decision->reason)},
          {"approver", text_or_null(decision->approver)},
          {"until", decision->until ? text_or_null(base::iso_time(*decision->until)) : nullptr},
          {"expired", history::state_of(decision, now) == history::DecisionState::expired},
          {"ticket", text_or_null(decision->ticket)},
          {"set_at", text_or_null(base::iso_time(decision->set_at))},
          {"os_user", text_or_null(decision->os_user)}};
}

ordered_json ca_summary_json(const history::CaSummary& ca, base::Instant now) {
  return {{"name", text_or_null(ca.identity.common_name)},
          {"display_name", text_or_null(ca.identity.display_name)},
          {"dns_host_name", text_or_null(ca.identity.dns_host_name)},
          {"object_guid", ca.object_guid.to_string()},
          {"verdict", assess::word_of(ca.verdict())},
          {"last_reading", reading_json(ca.last, now)},
          {"last_known", reading_json(ca.known, now)},
          {"removed", moment_json(ca.removed)},
          {"known_since", moment_json(ca.story.known_since)},
          {"unknown_since", moment_json(ca.story.unknown_since)},
          {"regressed", ca.story.regressed},
          {"flapping", ca.flapping},
          {"status", history::word_of(ca.status)},
          {"decision", decision_json(ca.decision(), now)}};
}

}  // namespace casweep::report
