// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assess/interface_flags.h"
#include "history/decision.h"
#include "history/events.h"
#include "history/scan_moments.h"

namespace casweep::history {

/// One answer of a CA.
struct Answer {
  std::int64_t scan = 0;
  base::Instant read_at{};
  VerdictWithReason judged{};
  std::string detail{};
  std::optional<assess::InterfaceFlags> interface_flags{};  ///< nullopt: not read, or absent
};

/// All that is known of a CA now: its last answer, its history, the decisions about it.
struct CaSummary {
  base::ObjectGuid object_guid;
  CaIdentity identity{};
  std::optional<ScanMoment> removed{};  ///< the first complete scan that no longer listed it; nullopt: it is listed
  std::optional<Answer> last{};         ///< nullopt: never read
  std::optional<Answer> known{};        ///< the last answer that was not `unknown`; may be the same as `last`
  CaStory story{};
  std::vector<Decision> decisions{};  ///< oldest first
  Status status = Status::to_address;
  bool flapping = false;             ///< see is_flapping()
  bool hidden_when_decided = false;  ///< whether it was hidden() already when decision() was made

  /// Whether the directory did not show it to the account of the last scan.
  [[nodiscard]] bool hidden() const { return last && is_hidden(last->judged); }
  [[nodiscard]] assess::Verdict verdict() const { return last ? last->judged.verdict : assess::Verdict::unknown; }
  /// Since when it has verdict(), as far as the history goes; nullopt: never read.
  [[nodiscard]] std::optional<ScanMoment> verdict_since() const;
  /// When it was last found compliant, if it is unknown now; nullopt otherwise. Nothing verifies it since then.
  [[nodiscard]] std::optional<base::Instant> not_verified_since() const;
  /// The last decision, unless a scan has ended it, as decision_at() returns it; null: there is none.
  [[nodiscard]] const Decision* decision() const { return decision_at(decisions, story, base::Instant::max()); }
};

/// The recorded answers of one CA.
class Answers {
 public:
  Answers() = default;
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  virtual ~Answers() = default;

  /// nullopt: never read.
  [[nodiscard]] virtual std::optional<Answer> last() = 0;

  /// The last one before `scan`; nullopt: none.
  [[nodiscard]] virtual std::optional<Answer> last_before(std::int64_t scan) = 0;

  /// The scan of the oldest of the `newest` answers with a known verdict until the scan `last_scan`; 0: none.
  [[nodiscard]] virtual std::int64_t oldest_known(std::int64_t last_scan, std::size_t newest) = 0;
};

/// The conclusions at `now`. `decisions` are those about this CA, oldest first; `scans` are those of the whole history.
[[nodiscard]] CaSummary summary_of(const CaTimeline& timeline, std::vector<Decision> decisions, Answers& answers,
                                   const ScanMoments& scans, base::Instant now);

/// The state at `now` of the exception for the CA.
[[nodiscard]] DecisionState exception_state(const CaSummary& ca, base::Instant now);

/// Whether the exception for the CA, if there is one in force, also covers that the directory hides the CA: only if the
/// person who decided could know.
[[nodiscard]] bool covers_hiding(const CaSummary& ca);

/// Whether the CA counts as not enforced when its verdict is `verdict`: it does not enforce encryption, or it is hidden
/// and did not when last known. Hiding a CA from the account is no remedy.
[[nodiscard]] bool counts_as_not_enforced(assess::Verdict verdict, const CaSummary& ca);

/// What the CA needs from a person at `now`.
[[nodiscard]] Need need_of(const CaSummary& ca, base::Instant now);

/// The forest as the history knows it.
struct ForestStatus {
  std::optional<ScanMoment> scan{};  ///< the last complete scan; nullopt: there is none
  std::string forest{};
  std::vector<CaSummary> cas{};      ///< listed by that scan or a later one, by name
  std::vector<CaSummary> removed{};  ///< not listed by that scan for the first time, by name
  /// What that scan and later ones found, compared with the complete scan before it; nullopt: there is none.
  std::optional<ChangesSince> since{};
  base::Instant now{};  ///< when this was asked

  /// The CA of `cas` with this objectGUID; null: there is none.
  [[nodiscard]] const CaSummary* find(const base::ObjectGuid& object_guid) const;
  [[nodiscard]] std::size_t count(assess::Verdict verdict) const;
  [[nodiscard]] std::size_t count(Need need) const;
  [[nodiscard]] std::size_t compliant() const;
  /// With those that are not compliant and that is_mitigated() covers.
  [[nodiscard]] std::size_t compliant_after_exceptions() const;
};

/// Puts `ca` among `cas` or, if the last complete scan (`forest.scan`) was the first without it, among `removed`. A CA
/// that was removed earlier is left out.
void add_ca(ForestStatus& forest, CaSummary ca);

/// Sorts `cas` and `removed` by name.
void sort_by_name(ForestStatus& forest);

}  // namespace casweep::history
