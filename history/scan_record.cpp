// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/scan_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/words.h"

namespace casweep::history {

namespace {

// Stored in every history and part of the export formats: add, never rename.
constexpr auto state_words = base::words<ScanState>({
    {ScanState::running, "running"},
    {ScanState::complete, "complete"},
    {ScanState::partial, "partial"},
    {ScanState::interrupted, "interrupted"},
    {ScanState::failed, "failed"},
});

constexpr auto change_words = base::words<CaChange::Kind>({
    {CaChange::Kind::regressed, "regressed"},
    {CaChange::Kind::found_not_enforced, "found-not-enforced"},
    {CaChange::Kind::removed, "removed"},
    {CaChange::Kind::hidden, "hidden"},
    {CaChange::Kind::became_unknown, "became-unknown"},
    {CaChange::Kind::remediated, "remediated"},
    {CaChange::Kind::recovered, "recovered"},
    {CaChange::Kind::verdict_changed, "verdict-changed"},
    {CaChange::Kind::added, "new"},
    {CaChange::Kind::renamed, "renamed"},
    {CaChange::Kind::moved, "moved"},
    {CaChange::Kind::moved_container, "moved-in-directory"},
});

}  // namespace

std::span<const ScanState> all_scan_states() { return state_words.keys(); }
std::string_view word_of(ScanState state) { return state_words.word_of(state); }
std::optional<ScanState> scan_state_of_word(std::string_view word) { return state_words.key_of(word); }

std::span<const CaChange::Kind> all_ca_changes() { return change_words.keys(); }
std::string_view word_of(CaChange::Kind kind) { return change_words.word_of(kind); }

bool same_forest(const ScanListing& left, const ScanListing& right) {
  return left.root_domain && right.root_domain ? left.root_domain == right.root_domain : left.forest == right.forest;
}

std::size_t ScanRecord::assessed() const { return cas.size() - count(assess::Verdict::unknown); }

std::size_t ScanRecord::count(assess::Verdict verdict) const {
  return static_cast<std::size_t>(
      std::ranges::count(cas, verdict, [](const Observation& ca) { return ca.judgement.verdict; }));
}

std::vector<Observation> ScanRecord::listed() const {
  const std::string_view why = state == ScanState::partial       ? "It was limited to other CAs."
                               : state == ScanState::interrupted ? "It was interrupted before it reached this CA."
                                                                 : "It failed before it reached this CA.";
  std::vector<Observation> all = cas;
  for (const auto& service : not_read) {
    all.push_back(unread(service, fmt::format("The scan listed this CA and did not read it. {}", why)));
  }
  return all;
}

std::string sentence_of_failure(const std::string& failure) { return failure.substr(0, failure.find('\n')); }

Observation unread(discovery::EnrollmentService service, std::string detail) {
  return {.service = std::move(service),
          .judgement = {assess::Verdict::unknown, assess::Reason::not_read, std::move(detail), std::nullopt}};
}

std::optional<bool> host_authenticated(const Observation& ca) {
  return ca.reading ? assess::host_authenticated(*ca.reading) : std::nullopt;
}

}  // namespace casweep::history
