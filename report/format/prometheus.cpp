// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

#include "base/terminal_text.h"
#include "history/events.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using history::CaSummary;

/// Made printable, then escaped as the format requires.
std::string label_value(std::string_view foreign) {
  std::string value;
  for (const char character : base::terminal_safe(foreign)) {
    if (character == '\\' || character == '"') value += '\\';
    value += character;
  }
  return value;
}

std::string label(std::string_view name, std::string_view foreign) {
  return fmt::format(",{}=\"{}\"", name, label_value(foreign));
}

/// The objectGUID distinguishes CAs with the same names: Prometheus rejects a file with two identical series.
std::string labels_of(const CaSummary& ca) {
  return label("ca", name_of(ca.identity)) + label("host", ca.identity.dns_host_name) +
         label("guid", ca.object_guid.to_string());
}

std::string seconds(std::chrono::milliseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:03}", whole.count(), (time - whole).count());
}

/// 0 for "never": an alert on the age then needs no extra rule for an absent metric.
std::string timestamp(std::optional<base::Instant> at) {
  return at ? seconds(at->time_since_epoch()) : std::string("0.000");
}

/// Writes the gauges of one forest.
class Gauges {
 public:
  Gauges(std::ostream& out, std::string_view forest) : out_(out), forest_(label_value(forest)) {}

  /// Begins the series of the gauge `name`.
  void begin(std::string_view name, std::string_view help) {
    name_ = fmt::format("adcs_esc11_{}", name);
    out_ << fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name_, help, name_);
  }

  /// A series of that gauge; `labels` as label() returns them.
  template <typename Value>
  void add(std::string_view labels, const Value& value) {
    out_ << fmt::format("{}{{forest=\"{}\"{}}} {}\n", name_, forest_, labels, value);
  }

 private:
  std::ostream& out_;
  std::string forest_;
  std::string name_;
};

void write_cas(Gauges& gauges, const history::ForestStatus& forest) {
  gauges.begin("cas", "Number of enterprise CAs, by last verdict.");
  for (const Verdict verdict : assess::all_verdicts()) {
    gauges.add(label("verdict", assess::word_of(verdict)), forest.count(verdict));
  }
  gauges.begin("ca_compliant",
               "1 if the CA enforces encryption of RPC certificate requests or is not exposed, 0 if not; absent if "
               "unknown.");
  for (const CaSummary& ca : forest.cas) {
    if (ca.verdict() == Verdict::unknown) continue;
    gauges.add(labels_of(ca), assess::is_compliant(ca.verdict()) ? 1 : 0);
  }
  gauges.begin("ca_unknown", "1 if the CA could not be read or judged, 0 otherwise.");
  for (const CaSummary& ca : forest.cas) gauges.add(labels_of(ca), ca.verdict() == Verdict::unknown ? 1 : 0);
  gauges.begin("ca_regressed",
               "1 if the CA was compliant and does not enforce encryption since; stays 1 until a scan finds it fixed.");
  for (const CaSummary& ca : forest.cas) gauges.add(labels_of(ca), ca.story.regressed ? 1 : 0);
  gauges.begin("ca_status", "Always 1. The label status has the status of the CA, for example risk-accepted.");
  for (const CaSummary& ca : forest.cas) {
    gauges.add(labels_of(ca) + label("status", history::word_of(ca.status)), 1);
  }
  gauges.begin("regressions", "Number of CAs that were compliant and do not enforce encryption since.");
  gauges.add("", std::ranges::count_if(forest.cas, [](const CaSummary& ca) { return ca.story.regressed; }));
}

void write_exceptions(Gauges& gauges, const history::ForestStatus& forest) {
  std::size_t active = 0;
  std::size_t expiring = 0;
  std::size_t expired = 0;
  for (const CaSummary& ca : forest.cas) {
    const auto state = history::exception_state(ca, forest.now);
    active += state == history::DecisionState::active ? 1 : 0;
    expiring += state == history::DecisionState::ending ? 1 : 0;
    expired += state == history::DecisionState::expired ? 1 : 0;
  }
  gauges.begin("exceptions",
               "Number of CAs with an exception, by its state: active, expiring (within 30 days) or expired.");
  gauges.add(label("state", "active"), active);
  gauges.add(label("state", "expiring"), expiring);
  gauges.add(label("state", "expired"), expired);
}

void write_scans(Gauges& gauges, const std::optional<history::ScanMoment>& complete, const LastScan& last) {
  gauges.begin("last_scan_timestamp_seconds",
               "Unix time at which the last scan ended, regardless of its outcome; 0 if there was none.");
  gauges.add("", timestamp(last.ended));
  gauges.begin("last_scan_outcome",
               "1 for the outcome of the last scan, 0 for the others: complete, partial, interrupted or failed.");
  for (const history::ScanState state : history::all_scan_states()) {
    if (state == history::ScanState::running) continue;
    gauges.add(label("outcome", history::word_of(state)), last.outcome == state ? 1 : 0);
  }
  gauges.begin("last_complete_scan_timestamp_seconds",
               "Unix time at which the last complete scan ended; 0 if there was none.");
  gauges.add("", timestamp(complete ? std::optional{complete->ended} : std::nullopt));
  if (!complete) return;
  gauges.begin("scan_duration_seconds", "Duration of the last complete scan.");
  gauges.add("", seconds(complete->ended - complete->at));
}

}  // namespace

void write_prometheus(std::ostream& out, const history::ForestStatus& forest, const LastScan& last,
                      std::string_view tool_version) {
  Gauges gauges(out, forest.forest.empty() ? last.forest : forest.forest);
  write_cas(gauges, forest);
  write_exceptions(gauges, forest);
  write_scans(gauges, forest.scan, last);
  gauges.begin("build_info", "Always 1. The label version has the version of casweep that wrote these metrics.");
  gauges.add(label("version", tool_version), 1);
}

}  // namespace casweep::report
