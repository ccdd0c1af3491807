// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/events.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "base/host_name.h"
#include "base/words.h"

namespace casweep::history {
namespace {

using assess::Verdict;

// Part of the export formats: add, never rename.
constexpr auto event_words = base::words<EventKind>({
    {EventKind::first_seen, "first-seen"},
    {EventKind::added, "added"},
    {EventKind::removed, "removed"},
    {EventKind::renamed, "renamed"},
    {EventKind::moved, "moved"},
    {EventKind::certificate_renewed, "certificate-renewed"},
    {EventKind::remediated, "remediated"},
    {EventKind::regressed, "regressed"},
    {EventKind::verdict_changed, "verdict-changed"},
    {EventKind::became_unknown, "became-unknown"},
    {EventKind::recovered, "recovered"},
    {EventKind::decision_set, "decision-set"},
    {EventKind::decision_withdrawn, "decision-withdrawn"},
    {EventKind::decision_expired, "decision-expired"},
});

/// Turns the sightings of a timeline, one after the other, into events and the other parts of a story.
class Narrator {
 public:
  explicit Narrator(const base::ObjectGuid& object_guid) : object_guid_(object_guid) {}

  void tell(const Sighting& sighting) {
    tell_presence(sighting);
    if (sighting.judged) tell_verdict(sighting.scan, *sighting.judged);
  }

  void tell_removal(const ScanMoment& scan) { add(EventKind::removed, scan); }

  [[nodiscard]] CaStory take() {
    story_.regressed = known_ == Verdict::not_enforced && was_compliant_;
    return std::move(story_);
  }

 private:
  Event& add(EventKind kind, const ScanMoment& scan) {
    story_.events.push_back(
        {.kind = kind, .at = scan.at, .scan = scan.scan, .object_guid = object_guid_, .identity = identity_});
    return story_.events.back();
  }

  void add(EventKind kind, const ScanMoment& scan, std::string before, std::string after, std::string reason = {}) {
    Event& event = add(kind, scan);
    event.before = std::move(before);
    event.after = std::move(after);
    event.reason = std::move(reason);
  }

  void tell_presence(const Sighting& sighting) {
    if (seen_ && !sighting.missing && sighting.identity == *identity_) return;
    const auto now = std::make_shared<const CaIdentity>(sighting.identity);
    const auto before = std::exchange(identity_, now);
    const bool renewed = keep_certificates(*now);
    const std::string host_before = host_;
    if (!now->dns_host_name.empty()) host_ = now->dns_host_name;
    if (!std::exchange(seen_, true)) {
      add(sighting.missing ? EventKind::added : EventKind::first_seen, sighting.scan);
      return;
    }
    if (sighting.missing) {
      identity_ = before;
      tell_removal(*sighting.missing);
      identity_ = now;
      add(EventKind::added, sighting.scan);
    }
    if (const auto change = name_change(*before, *now)) {
      add(EventKind::renamed, sighting.scan, change->before, change->after);
    }
    // A host name that the account cannot read is no move.
    const bool moved = base::comparable_host_name(host_before) != base::comparable_host_name(host_);
    if (moved) add(EventKind::moved, sighting.scan, host_before, host_);
    if (renewed) add(EventKind::certificate_renewed, sighting.scan);
  }

  /// Whether the CA has a certificate that it never had, and had others before.
  bool keep_certificates(const CaIdentity& now) {
    const bool had_some = !certificates_.empty();
    const auto before = certificates_.size();
    certificates_.insert(now.certificates.begin(), now.certificates.end());
    return had_some && certificates_.size() > before;
  }

  void tell_verdict(const ScanMoment& scan, const VerdictWithReason& judged) {
    const auto word = std::string(word_of(judged.verdict));
    const auto reason = std::string(word_of(judged.reason));
    const bool was_unknown = story_.unknown_since.has_value();
    if (judged.verdict == Verdict::unknown) {
      if (!was_unknown) {
        story_.unknown_since = scan;
        story_.unknown_runs.push_back(scan);
      }
      if (!was_unknown && known_) {
        add(EventKind::became_unknown, scan, std::string(word_of(*known_)), word, reason);
      }
      return;
    }
    if (was_unknown) {
      add(EventKind::recovered, scan, std::string(word_of(Verdict::unknown)), word, reason);
      story_.recoveries.push_back(scan);
    }
    story_.unknown_since.reset();
    if (known_ != judged.verdict || (was_unknown && is_compliant(judged.verdict))) story_.findings.push_back(scan);
    tell_change(scan, judged.verdict, reason);
    story_.known = judged;
  }

  void tell_change(const ScanMoment& scan, Verdict verdict, const std::string& reason) {
    const auto before = std::exchange(known_, verdict);
    if (before == verdict) return;
    story_.known_since = scan;
    story_.known_runs.push_back(scan);
    const bool compliant = is_compliant(verdict);
    const auto word = std::string(word_of(verdict));
    if (before) {
      story_.verdict_changes.push_back(scan);
      const auto word_before = std::string(word_of(*before));
      if (compliant && !is_compliant(*before)) add(EventKind::remediated, scan, word_before, word, reason);
      if (compliant && is_compliant(*before)) add(EventKind::verdict_changed, scan, word_before, word, reason);
      if (!compliant) add(EventKind::regressed, scan, word_before, word, reason);
    }
    if (!compliant) {
      story_.episodes.push_back({.opened = scan});
    } else {
      was_compliant_ = true;
      if (!story_.episodes.empty() && !story_.episodes.back().closed) story_.episodes.back().closed = scan;
    }
  }

  base::ObjectGuid object_guid_;
  CaStory story_;
  std::shared_ptr<const CaIdentity> identity_ = std::make_shared<const CaIdentity>();
  std::set<std::int64_t> certificates_;  ///< every certificate the CA ever had
  std::string host_;                     ///< the last host name that could be read
  std::optional<Verdict> known_;
  bool seen_ = false;
  bool was_compliant_ = false;
};

/// The description of the CA at `at`: a decision is reported with the name of that time.
CaIdentity identity_at(const CaTimeline& timeline, base::Instant at) {
  CaIdentity identity;
  for (const Sighting& sighting : timeline.sightings) {
    if (sighting.scan.at > at && !(identity == CaIdentity{})) break;
    identity = sighting.identity;
  }
  return identity;
}

/// The first of `scans` that ended after `instant`. They are in their order, which is not that of time if the clock was
/// set back.
std::optional<ScanMoment> first_after(const std::vector<ScanMoment>& scans, base::Instant instant) {
  const auto found = std::ranges::find_if(scans, [&](const ScanMoment& scan) { return end_of(scan) > instant; });
  return found == scans.end() ? std::nullopt : std::optional{*found};
}

void tell_decisions(CaStory& story, const CaTimeline& timeline, std::span<const Decision> decisions,
                    base::Instant now) {
  Status before = Status::to_address;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Decision& decision = decisions[i];
    const auto add = [&](EventKind kind, base::Instant at, Status from, Status to) {
      story.events.push_back({.kind = kind,
                              .at = at,
                              .scan = {},
                              .object_guid = timeline.object_guid,
                              .identity = std::make_shared<const CaIdentity>(identity_at(timeline, at)),
                              .before = std::string(word_of(from)),
                              .after = std::string(word_of(to)),
                              .reason = decision.reason});
    };
    const bool withdraws = decision.status == Status::to_address;
    add(withdraws ? EventKind::decision_withdrawn : EventKind::decision_set, decision.set_at, before, decision.status);
    before = decision.status;
    const base::Instant end = end_of(decisions, i, story);
    const bool expired = state_of(&decision, now) == DecisionState::expired && *decision.until == end;
    if (expired) add(EventKind::decision_expired, end, decision.status, Status::to_address);
    const bool replaced = i + 1 < decisions.size() && decisions[i + 1].set_at == end;
    if (expired || !replaced) before = Status::to_address;
  }
}

}  // namespace

std::span<const EventKind> all_event_kinds() { return event_words.keys(); }
std::string_view word_of(EventKind kind) { return event_words.word_of(kind); }

std::optional<NameChange> name_change(const CaIdentity& before, const CaIdentity& now) {
  const auto differ = [](const std::string& left, const std::string& right) {
    return !left.empty() && !right.empty() && left != right;
  };
  if (differ(before.display_name, now.display_name)) return NameChange{before.display_name, now.display_name};
  if (differ(before.common_name, now.common_name)) return NameChange{before.common_name, now.common_name};
  return std::nullopt;
}

std::optional<ScanMoment> ended_by(const Decision& decision, const CaStory& story) {
  const auto finding = first_after(story.findings, decision.set_at);
  if (decision.status != Status::decommissioned) return finding;
  const auto recovery = first_after(story.recoveries, decision.set_at);
  return finding && (!recovery || finding->scan < recovery->scan) ? finding : recovery;
}

base::Instant end_of(std::span<const Decision> decisions, std::size_t which, const CaStory& story) {
  const Decision& decision = decisions[which];
  base::Instant end = decision.until.value_or(base::Instant::max());
  if (which + 1 < decisions.size()) end = std::min(end, decisions[which + 1].set_at);
  if (const auto scan = ended_by(decision, story)) end = std::min(end, end_of(*scan));
  return end;
}

const Decision* decision_at(std::span<const Decision> decisions, const CaStory& story, base::Instant then) {
  const auto newest = std::ranges::find_if(decisions.rbegin(), decisions.rend(),
                                           [&](const Decision& decision) { return decision.set_at <= then; });
  if (newest == decisions.rend()) return nullptr;
  const auto scan = ended_by(*newest, story);
  return scan && end_of(*scan) <= then ? nullptr : &*newest;
}

std::optional<ScanMoment> verdict_since(const CaStory& story, std::int64_t scan, assess::Verdict verdict) {
  const auto& runs = verdict == Verdict::unknown ? story.unknown_runs : story.known_runs;
  const auto found =
      std::find_if(runs.rbegin(), runs.rend(), [&](const ScanMoment& first) { return first.scan <= scan; });
  return found == runs.rend() ? std::nullopt : std::optional(*found);
}

bool regressed_at(const CaStory& story, std::int64_t scan) {
  const auto is_open = [&](const Episode& episode) {
    return episode.opened.scan <= scan && (!episode.closed || episode.closed->scan > scan);
  };
  const auto open = std::ranges::find_if(story.episodes, is_open);
  if (open == story.episodes.end()) return false;
  // A CA that was not enforced from the beginning has not regressed.
  return !story.known_runs.empty() && story.known_runs.front() != open->opened;
}

CaStory story_of(const CaTimeline& timeline, std::span<const Decision> decisions, base::Instant now) {
  Narrator narrator(timeline.object_guid);
  for (const Sighting& sighting : timeline.sightings) narrator.tell(sighting);
  if (timeline.missing) narrator.tell_removal(*timeline.missing);
  CaStory story = narrator.take();
  tell_decisions(story, timeline, decisions, now);
  put_in_order(story.events);
  return story;
}

void put_in_order(std::vector<Event>& events) {
  // Of each scan, the first moment that is not before that of an earlier scan.
  std::map<std::int64_t, base::Instant> moments;
  for (const Event& event : events) {
    if (event.scan) moments.emplace(*event.scan, event.at);
  }
  auto latest = base::Instant::min();
  for (auto& [scan, moment] : moments) latest = moment = std::max(moment, latest);
  const auto place = [&](const Event& event) {
    return event.scan ? std::pair(moments.at(*event.scan), *event.scan) : std::pair(event.at, INT64_MAX);
  };
  if (!std::ranges::is_sorted(events, {}, place)) std::ranges::stable_sort(events, {}, place);
}

}  // namespace casweep::history
