// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
  base::Instant ended{};  ///< when what it found was recorded; the epoch: not known

  bool operator==(const ScanMoment&) const = default;
};

struct VerdictWithReason {
  assess::Verdict verdict = assess::Verdict::unknown;
  assess::Reason reason = assess::Reason::unclassified;

  bool operator==(const VerdictWithReason&) const = default;
};

/// What of a CA's description in the directory is worth an event.
struct CaIdentity {
  std::string common_name{};
  std::string display_name{};
  std::string dns_host_name{};
  std::vector<std::int64_t> certificates{};  ///< their numbers in this history

  bool operator==(const CaIdentity&) const = default;
};

/// The name a person knew the CA by: its displayName, or its cn if there is none.
[[nodiscard]] inline const std::string& name_of(const CaIdentity& ca) {
  return ca.display_name.empty() ? ca.common_name : ca.display_name;
}

/// The name that changed: the one a person knows the CA by or, where that is the same, its cn. A name that may not be
/// read is not another one. nullopt: none did.
struct NameChange {
  std::string before{};
  std::string after{};
};
[[nodiscard]] std::optional<NameChange> name_change(const CaIdentity& before, const CaIdentity& now);

/// A scan that listed a CA.
struct Sighting {
  ScanMoment scan{};
  /// The first complete scan since the sighting before (or since the history began) that did not list the CA.
  std::optional<ScanMoment> missing{};
  CaIdentity identity{};
  std::optional<VerdictWithReason> judged{};  ///< nullopt: listed and not read
};

/// What the history saw of one CA, oldest first. Sightings from which nothing follows may be left out.
struct CaTimeline {
  base::ObjectGuid object_guid;
  std::vector<Sighting> sightings{};
  std::optional<ScanMoment> missing{};  ///< the first complete scan after all of them that did not list the CA
};

enum class EventKind {
  first_seen,  ///< no complete scan before could have listed it
  added,
  removed,
  renamed,
  moved,
  certificate_renewed,
  remediated,
  regressed,
  verdict_changed,  ///< from enforced to not exposed, or back: compliant either way
  became_unknown,
  recovered,  ///< known again, whatever the verdict
  exception_set,
  exception_withdrawn,
  exception_expired,
};

[[nodiscard]] std::span<const EventKind> all_event_kinds();

/// Stable words: "became-unknown".
[[nodiscard]] std::string_view word_of(EventKind kind);

struct Event {
  EventKind kind = EventKind::first_seen;
  base::Instant at{};
  std::optional<std::int64_t> scan{};  ///< that showed it; nullopt for what people or time did
  base::ObjectGuid object_guid;
  std::shared_ptr<const CaIdentity> identity = std::make_shared<const CaIdentity>();  ///< of then; never null
  std::string before{};  ///< what was: a name, a host, a verdict's or a status's word; empty: nothing to say
  std::string after{};   ///< what came in its place
  std::string reason{};  ///< of the verdict, or of the decision
};

/// A time without enforcement, from the first scan that saw it to the first that saw it end. Not knowing neither opens
/// nor closes one.
struct Episode {
  ScanMoment opened{};
  std::optional<ScanMoment> closed{};

  bool operator==(const Episode&) const = default;
};

/// What follows from a timeline.
struct CaStory {
  std::vector<Event> events{};                ///< oldest first
  std::vector<Episode> episodes{};            ///< oldest first; only the last can be open
  std::optional<VerdictWithReason> known{};   ///< the last verdict that was not `unknown`
  std::optional<ScanMoment> known_since{};    ///< the first of the unbroken run of it
  std::optional<ScanMoment> unknown_since{};  ///< nullopt: the last reading is known, or there was none
  std::vector<ScanMoment> verdict_changes{};  ///< from one known verdict to another
  std::vector<base::Instant> completions{};   ///< when a scan ended that found it compliant, which it had not been
  bool regressed = false;                     ///< not enforced when last known, and was compliant once
};

/// Pure. `decisions` are those about this CA, oldest first.
[[nodiscard]] CaStory story_of(const CaTimeline& timeline, std::span<const Decision> decisions, base::Instant now);

/// When the decision `which` of `decisions` ended, or will: with its own end, the next decision or a fix, whichever
/// comes first; Instant::max() if none does.
[[nodiscard]] base::Instant end_of(std::span<const Decision> decisions, std::size_t which, const CaStory& story);

/// The decision that holds at `then`: the newest until then, unless a scan that ended since has found the CA compliant.
/// What was decided about a CA that was fixed says nothing about the day when it breaks again. Null if none holds.
[[nodiscard]] const Decision* decision_at(std::span<const Decision> decisions, const CaStory& story,
                                          base::Instant then);

/// Enforced or not exposed.
[[nodiscard]] bool is_compliant(assess::Verdict verdict);

}  // namespace casweep::history
