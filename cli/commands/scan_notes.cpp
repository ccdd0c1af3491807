// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/scan_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/name_list.h"
#include "base/terminal_text.h"
#include "cli/terminal/note.h"
#include "report/words/change_text.h"

namespace casweep::cli {
namespace {

std::string some_names(std::span<const history::CaSummary* const> cas) {
  constexpr std::size_t most = 5;
  std::vector<std::string> names;
  for (const history::CaSummary* ca : cas) {
    names.push_back(base::terminal_safe(base::name_or_guid(name_of(ca->identity), ca->object_guid)));
  }
  return base::name_list(names, most);
}

/// The summary of a CA that `forest` lists or that was removed last; null: there is none.
const history::CaSummary* summary_of(const history::ForestStatus& forest, const base::ObjectGuid& object_guid) {
  if (const history::CaSummary* listed = forest.find(object_guid)) return listed;
  const auto removed = std::ranges::find(forest.removed, object_guid, &history::CaSummary::object_guid);
  return removed == forest.removed.end() ? nullptr : &*removed;
}

using NamedCas = std::map<base::ObjectGuid, std::string>;

/// "A (last known: not enforced), B (never known), C": all of them; `forest` does not contain C.
std::string names_and_verdicts(const NamedCas& cas, const history::ForestStatus& forest) {
  std::string names;
  for (const auto& [object_guid, name] : cas) {
    names += names.empty() ? "" : ", ";
    names += base::terminal_safe(base::name_or_guid(name, object_guid));
    if (const history::CaSummary* ca = summary_of(forest, object_guid)) {
      const auto last_known = ca->known ? std::optional{ca->known->judged.verdict} : std::nullopt;
      names += fmt::format(" ({})", report::last_known_words(last_known));
    }
  }
  return names;
}

}  // namespace

void note_missing_cas(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const Environment& environment) {
  NamedCas hidden;
  NamedCas removed;
  for (const history::Observation& ca : scan.cas) {
    if (ca.judgement.reason == assess::Reason::hidden_from_account) {
      hidden.emplace(ca.service.object_guid, name_of(ca.service));
    }
  }
  for (const discovery::EnrollmentService& ca : gone) removed.emplace(ca.object_guid, name_of(ca));
  for (const history::CaSummary& ca : forest.removed) {
    if (ca.removed->scan == scan.id) removed.emplace(ca.object_guid, name_of(ca.identity));
  }
  if (!removed.empty()) {
    const bool recorded = scan.state == history::ScanState::complete;
    note(environment, fmt::format("no longer in the directory{}: {}{}.", recorded ? ", and recorded as removed" : "",
                                  names_and_verdicts(removed, forest),
                                  recorded ? "" : "; the next complete scan records the removal"));
  }
  if (!hidden.empty()) {
    note(environment, fmt::format("hidden from this account in the directory, and counted as unknown: {} (details: "
                                  "'casweep show CA').",
                                  names_and_verdicts(hidden, forest)));
  }
}

void note_failures(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                   const Environment& environment) {
  std::vector<const history::CaSummary*> regressed;
  std::vector<const history::CaSummary*> expired;
  for (const history::Observation& ca : scan.cas) {
    const history::CaSummary* found = forest.find(ca.service.object_guid);
    if (found == nullptr) continue;
    const bool excepted = is_excepted(*found, forest.now, fail_on);
    const bool has_expired = exception_state(*found, forest.now) == history::DecisionState::expired;
    if (fail_on.regression && found->story.regressed && !excepted) regressed.push_back(found);
    if (fail_on.expired && has_expired) expired.push_back(found);
  }
  if (!regressed.empty()) {
    note(environment, fmt::format("regressed (did not enforce encryption when last known): {} ('casweep trend' shows "
                                  "more).",
                                  some_names(regressed)));
  }
  if (!expired.empty()) {
    note(environment,
         fmt::format("an exception has expired for: {} ('casweep accept --list' shows more).", some_names(expired)));
  }
}

void warn_of_unproven_hosts(const history::ScanRecord& scan, const Environment& environment) {
  const auto unproven = std::ranges::count_if(scan.cas, [](const history::Observation& ca) {
    return ca.judgement.verdict != assess::Verdict::unknown && history::host_authenticated(ca) == false;
  });
  if (unproven == 0) return;
  note(environment,
       fmt::format("--ntlm does not prove which host answered: any member of the domain can answer for a CA. {} of {} "
                   "verdicts rest on it; scan with Kerberos to be sure.",
                   unproven, scan.cas.size()));
}

}  // namespace casweep::cli
