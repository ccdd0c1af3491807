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

void write_gauge(std::ostream& out, std::string_view name, std::string_view help) {
  out << fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
}

/// Made printable, then escaped as the format requires.
std::string label_value(std::string_view foreign) {
  std::string value;
  for (const char character : base::terminal_safe(foreign)) {
    if (character == '\\' || character == '"') value += '\\';
    value += character;
  }
  return value;
}

/// The objectGUID distinguishes CAs with the same names: Prometheus rejects a file with two identical series.
std::string labels_of(const CaSummary& ca) {
  return fmt::format(R"({{ca="{}",host="{}",guid="{}"}})", label_value(name_of(ca.identity)),
                     label_value(ca.identity.dns_host_name), ca.object_guid.to_string());
}

std::string seconds(std::chrono::milliseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:03}", whole.count(), (time - whole).count());
}

void write_cas(std::ostream& out, const history::ForestStatus& forest) {
  write_gauge(out, "adcs_esc11_cas", "Enterprise CAs of the forest by last verdict.");
  for (const Verdict verdict : assess::all_verdicts()) {
    out << fmt::format("adcs_esc11_cas{{verdict=\"{}\"}} {}\n", assess::word_of(verdict), forest.count(verdict));
  }
  write_gauge(
      out, "adcs_esc11_ca_compliant",
      "1 if the CA enforces encryption on RPC certificate enrollment or is not exposed, 0 if not; absent if unknown.");
  for (const CaSummary& ca : forest.cas) {
    if (ca.verdict() == Verdict::unknown) continue;
    out << fmt::format("adcs_esc11_ca_compliant{} {}\n", labels_of(ca), assess::is_compliant(ca.verdict()) ? 1 : 0);
  }
  write_gauge(out, "adcs_esc11_ca_unknown", "1 if the CA could not be read or judged, 0 otherwise.");
  for (const CaSummary& ca : forest.cas) {
    out << fmt::format("adcs_esc11_ca_unknown{} {}\n", labels_of(ca), ca.verdict() == Verdict::unknown ? 1 : 0);
  }
  write_gauge(out, "adcs_esc11_regressions", "CAs that do not enforce encryption now and were compliant before.");
  const auto regressed = std::ranges::count_if(forest.cas, [](const CaSummary& ca) { return ca.story.regressed; });
  out << fmt::format("adcs_esc11_regressions {}\n", regressed);
}

void write_exceptions(std::ostream& out, const history::ForestStatus& forest) {
  std::size_t active = 0;
  std::size_t expiring = 0;
  std::size_t expired = 0;
  for (const CaSummary& ca : forest.cas) {
    const auto state = history::exception_state(ca, forest.now);
    active += state == history::DecisionState::active ? 1 : 0;
    expiring += state == history::DecisionState::ending ? 1 : 0;
    expired += state == history::DecisionState::expired ? 1 : 0;
  }
  write_gauge(out, "adcs_esc11_exceptions",
              "Non-compliant CAs with an exception: active, expiring within 30 days, expired.");
  out << fmt::format("adcs_esc11_exceptions{{state=\"active\"}} {}\n", active)
      << fmt::format("adcs_esc11_exceptions{{state=\"expiring\"}} {}\n", expiring)
      << fmt::format("adcs_esc11_exceptions{{state=\"expired\"}} {}\n", expired);
}

void write_scans(std::ostream& out, const std::optional<history::ScanMoment>& complete,
                 std::optional<base::Instant> last_end) {
  // 0 for "never": an alert on the age then needs no extra rule for an absent metric.
  const auto timestamp = [](std::optional<base::Instant> at) {
    return at ? seconds(at->time_since_epoch()) : std::string("0.000");
  };

  write_gauge(out, "adcs_esc11_last_scan_timestamp_seconds",
              "Unix time at which the last scan ended, regardless of outcome; 0 if there was none.");
  out << fmt::format("adcs_esc11_last_scan_timestamp_seconds {}\n", timestamp(last_end));
  write_gauge(out, "adcs_esc11_last_complete_scan_timestamp_seconds",
              "Unix time at which the last complete scan ended; 0 if there was none.");
  out << fmt::format("adcs_esc11_last_complete_scan_timestamp_seconds {}\n",
                     timestamp(complete ? std::optional{complete->ended} : std::nullopt));
  if (!complete) return;
  write_gauge(out, "adcs_esc11_scan_duration_seconds", "Duration of the last complete scan.");
  out << fmt::format("adcs_esc11_scan_duration_seconds {}\n", seconds(complete->ended - complete->at));
}

}  // namespace

void write_prometheus(std::ostream& out, const history::ForestStatus& forest, std::optional<base::Instant> last_end) {
  write_cas(out, forest);
  write_exceptions(out, forest);
  write_scans(out, forest.scan, last_end);
}

}  // namespace casweep::report
