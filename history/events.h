// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reason.h"
#include "base/object_guid.h"
#include "history/decision.h"
#include "history/scan_record.h"

namespace casweep::history {

struct ScanMoment {
  std::int64_t scan = 0;
  base::Instant at{};     ///< when the scan began
  base::Instant ended{};  ///< when its results were recorded; the epoch: not known
  /// The latest moment of what the ledger has before its end, if that is later: the clock was set back in between.
  base::Instant not_before{};

  bool operator==(const ScanMoment&) const = default;
};

/// When its results were there, in the order of the ledger.
[[nodiscard]] inline base::Instant end_of(const ScanMoment& scan) {
  return std::max({scan.at, scan.ended, scan.not_before});
}

struct VerdictWithReason {
  assess::Verdict verdict = assess::Verdict::unknown;
  assess::Reason reason = assess::Reason::unclassified;

  bool operator==(const VerdictWithReason&) const = default;
};

/// Whether the directory did not show the CA to the account.
[[nodiscard]] inline bool is_hidden(const VerdictWithReason& judged) {
  return judged.reason == assess::Reason::hidden_from_account;
}

/// The parts of a CA's description in the directory whose changes are events.
struct CaIdentity {
  std::string common_name{};
  std::string display_name{};
  std::string dns_host_name{};
  std::vector<std::int64_t> certificates{};  ///< their numbers in this history

  bool operator==(const CaIdentity&) const = default;
};

/// The name by which people knew the CA: its displayName, or its cn if there is none.
[[nodiscard]] inline const std::string& name_of(const CaIdentity& ca) {
  return ca.display_name.empty() ? ca.common_name : ca.display_name;
}

/// The name that changed: the name by which people know the CA or, if that is the same, its cn. A name that the account
/// cannot read has not changed. nullopt: no name changed.
struct NameChange {
  std::string before{};
  std::string after{};
};
[[nodiscard]] std::optional<NameChange> name_change(const CaIdentity& before, const CaIdentity& now);

/// A scan that listed a CA.
struct Sighting {
  ScanMoment scan{};
  /// The first complete scan after the previous sighting (or since the history began) that did not list the CA.
  std::optional<ScanMoment> missing{};
  CaIdentity identity{};
  std::optional<VerdictWithReason> judged{};  ///< nullopt: listed and not read
};

/// All sightings of one CA, oldest first. Sightings that change nothing may be missing.
struct CaTimeline {
  base::ObjectGuid object_guid;
  std::vector<Sighting> sightings{};
  std::optional<ScanMoment> missing{};  ///< the first complete scan after the last sighting
};

enum class EventKind {
  first_seen,  ///< no earlier complete scan could have listed it
  added,
  removed,
  renamed,
  moved,
  certificate_renewed,
  remediated,
  regressed,
  verdict_changed,  ///< from enforced to not exposed or back; compliant in both cases
  became_unknown,
  recovered,  ///< known again, with any verdict
  decision_set,
  decision_withdrawn,
  decision_expired,
};

[[nodiscard]] std::span<const EventKind> all_event_kinds();

/// Stable words: "became-unknown".
[[nodiscard]] std::string_view word_of(EventKind kind);

struct Event {
  EventKind kind = EventKind::first_seen;
  base::Instant at{};
  std::optional<std::int64_t> scan{};  ///< the scan that showed it; nullopt: a decision, or its end
  base::ObjectGuid object_guid;
  std::shared_ptr<const CaIdentity> identity = std::make_shared<const CaIdentity>();  ///< at that time; never null
  std::string before{};  ///< a name, a host, or the word of a verdict or a status; empty: none
  std::string after{};   ///< what replaced it
  std::string reason{};  ///< of the verdict, or of the decision
};

/// A period without enforcement, from the first scan that found it to the first that found its end. An unknown verdict
/// neither opens nor closes an episode.
struct Episode {
  ScanMoment opened{};
  std::optional<ScanMoment> closed{};

  bool operator==(const Episode&) const = default;
};

/// The conclusions from a timeline.
struct CaStory {
  std::vector<Event> events{};                ///< oldest first
  std::vector<Episode> episodes{};            ///< oldest first; only the last can be open
  std::optional<VerdictWithReason> known{};   ///< the last verdict that was not `unknown`
  std::optional<ScanMoment> known_since{};    ///< the first scan of the unbroken run of that verdict
  std::optional<ScanMoment> unknown_since{};  ///< nullopt: the last reading is known, or there was none
  std::vector<ScanMoment> verdict_changes{};  ///< from one known verdict to another
  std::vector<ScanMoment> known_runs{};       ///< first scans of the runs of one known verdict; `known_since` of old
  std::vector<ScanMoment> unknown_runs{};     ///< first scans of the runs of unknown readings
  /// The scans that ended all decisions made before them: they found the CA compliant, or newly not enforced.
  std::vector<ScanMoment> findings{};
  std::vector<ScanMoment> recoveries{};  ///< the scans that read a verdict again after it was unknown
  bool regressed = false;                ///< not enforced when last known, and compliant before that
};

/// Since when the CA had the verdict that `scan` found, known or unknown, as far as the history goes; nullopt: no scan
/// until then read the CA.
[[nodiscard]] std::optional<ScanMoment> verdict_since(const CaStory& story, std::int64_t scan, assess::Verdict verdict);

/// Whether the CA did not enforce encryption when it was last known in `scan`, and was compliant before that.
[[nodiscard]] bool regressed_at(const CaStory& story, std::int64_t scan);

/// Pure. `decisions` are those about this CA, oldest first.
[[nodiscard]] CaStory story_of(const CaTimeline& timeline, std::span<const Decision> decisions, base::Instant now);

/// Sorts events by scan and, among those, decisions by time: a clock that was set back does not change the order of
/// scans.
void put_in_order(std::vector<Event>& events);

/// The scan that ended `decision`; nullopt: none did. A decision is about what was known when it was made: it ends with
/// a scan that finds the CA compliant, or that finds it not enforced when that was not known before. `decommissioned`
/// also ends with a scan that reads any verdict.
[[nodiscard]] std::optional<ScanMoment> ended_by(const Decision& decision, const CaStory& story);

/// The end of the decision `which` of `decisions`: its own end, the next decision or the scan that ended it, whichever
/// comes first; Instant::max(): none of them.
[[nodiscard]] base::Instant end_of(std::span<const Decision> decisions, std::size_t which, const CaStory& story);

/// The decision that applies at `then`: the newest one made until then, unless a scan has ended it (ended_by()). It may
/// have expired. Null: no decision applies.
[[nodiscard]] const Decision* decision_at(std::span<const Decision> decisions, const CaStory& story,
                                          base::Instant then);

}  // namespace casweep::history
