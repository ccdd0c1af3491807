// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// A forest, and the labels of all its series.
struct LabelledForest {
  const history::ForestStatus& forest;
  LastScan last;
  std::string labels;  ///< forest="…", and those of a site
};

using Forests = std::span<const LabelledForest>;

/// Writes gauges. All series of one stand together, as the format requires.
class Gauges {
 public:
  explicit Gauges(std::ostream& out) : out_(out) {}

  /// Begins the series of the gauge `name`.
  void begin(std::string_view name, std::string_view help) {
    name_ = fmt::format("adcs_esc11_{}", name);
    out_ << fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name_, help, name_);
  }

  /// A series of that gauge; `labels` as label() returns them.
  template <typename Value>
  void add(const LabelledForest& of, std::string_view labels, const Value& value) {
    out_ << fmt::format("{}{{{}{}}} {}\n", name_, of.labels, labels, value);
  }

  /// A series for each CA for which `value` returns one.
  template <typename ValueOf>
  void add_cas(Forests forests, const ValueOf& value) {
    for (const LabelledForest& of : forests) {
      for (const CaSummary& ca : of.forest.cas) {
        if (const std::optional<int> number = value(ca)) add(of, labels_of(ca), *number);
      }
    }
  }

 private:
  std::ostream& out_;
  std::string name_;
};

void write_cas(Gauges& gauges, Forests forests) {
  gauges.begin("cas", "Number of enterprise CAs, by last verdict.");
  for (const LabelledForest& of : forests) {
    for (const Verdict verdict : assess::all_verdicts()) {
      gauges.add(of, label("verdict", assess::word_of(verdict)), of.forest.count(verdict));
    }
  }
  gauges.begin("ca_compliant",
               "1 if the CA enforces encryption of RPC certificate requests or is not exposed, 0 if not; absent if "
               "unknown.");
  gauges.add_cas(forests, [](const CaSummary& ca) -> std::optional<int> {
    if (ca.verdict() == Verdict::unknown) return std::nullopt;
    return assess::is_compliant(ca.verdict()) ? 1 : 0;
  });
  gauges.begin("ca_unknown", "1 if the CA could not be read or judged, 0 otherwise.");
  gauges.add_cas(forests, [](const CaSummary& ca) { return ca.verdict() == Verdict::unknown ? 1 : 0; });
  gauges.begin("ca_regressed",
               "1 if the CA was compliant and does not enforce encryption since; stays 1 until a scan finds it fixed.");
  gauges.add_cas(forests, [](const CaSummary& ca) { return ca.story.regressed ? 1 : 0; });
  gauges.begin("ca_status", "Always 1. The label status has the status of the CA, for example risk-accepted.");
  for (const LabelledForest& of : forests) {
    for (const CaSummary& ca : of.forest.cas) {
      gauges.add(of, labels_of(ca) + label("status", history::word_of(ca.status)), 1);
    }
  }
  gauges.begin("regressions", "Number of CAs that were compliant and do not enforce encryption since.");
  for (const LabelledForest& of : forests) {
    gauges.add(of, "", std::ranges::count_if(of.forest.cas, [](const CaSummary& ca) { return ca.story.regressed; }));
  }
}

void write_exceptions(Gauges& gauges, Forests forests) {
  gauges.begin("exceptions",
               "Number of CAs with an exception, by its state: active, expiring (within 30 days) or expired.");
  for (const LabelledForest& of : forests) {
    const auto count = [&](history::DecisionState state) {
      return std::ranges::count_if(
          of.forest.cas, [&](const CaSummary& ca) { return history::exception_state(ca, of.forest.now) == state; });
    };
    gauges.add(of, label("state", "active"), count(history::DecisionState::active));
    gauges.add(of, label("state", "expiring"), count(history::DecisionState::ending));
    gauges.add(of, label("state", "expired"), count(history::DecisionState::expired));
  }
}

void write_scans(Gauges& gauges, Forests forests) {
  gauges.begin("last_scan_timestamp_seconds",
               "Unix time at which the last scan ended, regardless of its outcome; 0 if there was none.");
  for (const LabelledForest& of : forests) gauges.add(of, "", timestamp(of.last.ended));
  gauges.begin("last_scan_outcome",
               "1 for the outcome of the last scan, 0 for the others: complete, partial, interrupted or failed.");
  for (const LabelledForest& of : forests) {
    for (const history::ScanState state : history::all_scan_states()) {
      if (state == history::ScanState::running) continue;
      gauges.add(of, label("outcome", history::word_of(state)), of.last.outcome == state ? 1 : 0);
    }
  }
  gauges.begin("last_complete_scan_timestamp_seconds",
               "Unix time at which the last complete scan ended; 0 if there was none.");
  for (const LabelledForest& of : forests) {
    gauges.add(of, "", timestamp(of.forest.scan ? std::optional{of.forest.scan->ended} : std::nullopt));
  }
  const auto is_complete = [](const LabelledForest& of) { return of.forest.scan.has_value(); };
  if (std::ranges::none_of(forests, is_complete)) return;
  gauges.begin("scan_duration_seconds", "Duration of the last complete scan.");
  for (const LabelledForest& of : forests) {
    if (is_complete(of)) gauges.add(of, "", seconds(of.forest.scan->ended - of.forest.scan->at));
  }
}

std::string forest_label(std::string_view forest) { return fmt::format("forest=\"{}\"", label_value(forest)); }

LastScan last_scan_of(const history::SiteRecord& site) {
  if (!site.newest || site.newest->state == history::ScanState::running) return {};
  return {.ended = site.newest->finished_at, .outcome = site.newest->state};
}

/// Each CA once, also if several sites see it.
void write_fleet_totals(std::ostream& out, const history::FleetTotals& totals) {
  out << "# HELP adcs_esc11_fleet_cas Number of CAs of all sites, each counted once, by last verdict; outdated: "
         "compliant "
         "when last read, by a site that is not current.\n# TYPE adcs_esc11_fleet_cas gauge\n";
  for (const auto& [verdict, count] :
       {std::pair{"enforced", totals.enforced}, std::pair{"not-enforced", totals.not_enforced},
        std::pair{"not-exposed", totals.not_exposed}, std::pair{"unknown", totals.unknown},
        std::pair{"outdated", totals.outdated}}) {
    out << fmt::format("adcs_esc11_fleet_cas{{verdict=\"{}\"}} {}\n", verdict, count);
  }
}

void write_site_states(Gauges& gauges, const history::FleetStatus& fleet, Forests forests) {
  gauges.begin("site_state",
               "1 for the state of the site, 0 for the others: unreadable, no-complete-scan, clock-ahead, stale, "
               "revoked or current.");
  for (std::size_t i = 0; i < forests.size(); ++i) {
    for (const history::SiteState state : history::all_site_states()) {
      gauges.add(forests[i], label("state", history::word_of(state)), fleet.states[i] == state ? 1 : 0);
    }
  }
}

/// Of casweep itself, so it has no label of a forest.
void write_build(std::ostream& out, std::string_view labels, std::string_view tool_version) {
  out << "# HELP adcs_esc11_build_info Always 1. The label version has the version of casweep that wrote these "
         "metrics.\n# TYPE adcs_esc11_build_info gauge\n"
      << fmt::format("adcs_esc11_build_info{{{}version=\"{}\"}} 1\n", labels, label_value(tool_version));
}

void write_all(std::ostream& out, Forests forests) {
  Gauges gauges(out);
  write_cas(gauges, forests);
  write_exceptions(gauges, forests);
  write_scans(gauges, forests);
}

}  // namespace

void write_prometheus(std::ostream& out, const history::ForestStatus& forest, const LastScan& last,
                      std::string_view tool_version) {
  const LabelledForest of{forest, last, forest_label(forest.forest.empty() ? last.forest : forest.forest)};
  write_all(out, std::span(&of, 1));
  write_build(out, of.labels + ",", tool_version);
}

void write_prometheus(std::ostream& out, const history::FleetStatus& fleet, std::string_view tool_version) {
  std::vector<LabelledForest> forests;
  for (const history::SiteRecord& site : fleet.sites) {
    forests.push_back(
        {site.forest, last_scan_of(site), forest_label(site.forest.forest) + label("site", site.site.name)});
  }
  // Nothing is known of a site that cannot be read, which is not 0.
  std::vector<LabelledForest> readable;
  for (std::size_t i = 0; i < forests.size(); ++i) {
    if (fleet.sites[i].problem.empty()) readable.push_back(forests[i]);
  }
  write_all(out, readable);
  write_fleet_totals(out, fleet.totals);
  Gauges gauges(out);
  write_site_states(gauges, fleet, forests);
  write_build(out, "", tool_version);
}

}  // namespace casweep::report
