// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/scan_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace casweep::history {

std::string_view word_of(ScanState state) {
  switch (state) {
    case ScanState::running:
      return "running";
    case ScanState::complete:
      return "complete";
    case ScanState::partial:
      return "partial";
    case ScanState::interrupted:
      return "interrupted";
    case ScanState::failed:
      return "failed";
  }
  return "";
}

std::string_view word_of(PresenceChange::Kind kind) {
  switch (kind) {
    case PresenceChange::Kind::removed:
      return "removed";
    case PresenceChange::Kind::hidden:
      return "hidden";
    case PresenceChange::Kind::added:
      return "new";
    case PresenceChange::Kind::renamed:
      return "renamed";
    case PresenceChange::Kind::moved:
      return "moved";
    case PresenceChange::Kind::moved_container:
      return "moved-in-directory";
  }
  return "";
}

std::optional<ScanState> scan_state_of_word(std::string_view word) {
  using enum ScanState;
  for (const auto state : {running, complete, partial, interrupted, failed}) {
    if (word_of(state) == word) return state;
  }
  return std::nullopt;
}

bool same_forest(const ScanListing& left, const ScanListing& right) {
  return left.root_domain && right.root_domain ? left.root_domain == right.root_domain : left.forest == right.forest;
}

std::size_t ScanRecord::assessed() const { return cas.size() - count(assess::Verdict::unknown); }

std::size_t ScanRecord::count(assess::Verdict verdict) const {
  return static_cast<std::size_t>(
      std::ranges::count(cas, verdict, [](const Observation& ca) { return ca.judgement.verdict; }));
}

std::vector<Observation> ScanRecord::listed() const {
  const std::string_view why = state == ScanState::partial       ? "It was to read other CAs only."
                               : state == ScanState::interrupted ? "It ended before this one's turn."
                                                                 : "It did not come to it.";
  std::vector<Observation> all = cas;
  for (const auto& service : not_read) {
    all.push_back(not_read_observation(service, fmt::format("The scan listed this CA and did not read it. {}", why)));
  }
  return all;
}

std::string sentence_of_failure(const std::string& failure) { return failure.substr(0, failure.find('\n')); }

Observation not_read_observation(discovery::EnrollmentService service, std::string detail) {
  assess::Reading never;
  never.result = tl::unexpected(assess::ReadFailure{assess::Reason::not_read, std::move(detail), {}});
  assess::Judgement judgement = assess::judge(never);
  return {std::move(service), std::move(never), std::move(judgement)};
}

}  // namespace casweep::history
