// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/verdict_since.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/ascii_case.h"
#include "report/words/dates.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using history::EventKind;

/// The last change from one known verdict to another; null: there was none.
const history::Event* last_change(const history::CaStory& story) {
  const auto is_change = [](const history::Event& event) {
    return event.kind == EventKind::remediated || event.kind == EventKind::regressed ||
           event.kind == EventKind::verdict_changed;
  };
  const auto found = std::find_if(story.events.rbegin(), story.events.rend(), is_change);
  return found == story.events.rend() ? nullptr : &*found;
}

/// ": regressed, enforced before", ": not exposed before".
std::string before_text(const history::CaStory& story) {
  const history::Event* change = last_change(story);
  if (change == nullptr) return ", when it was first known";
  const auto before = assess::verdict_of_word(change->before);
  const std::string_view words = before ? look_of(*before).words : "unknown";
  const bool compliant_as_before = change->kind == EventKind::verdict_changed;
  // The registry does not show whether the service has loaded the flag.
  const bool newly_set = change->kind == EventKind::remediated && story.known->reason == assess::Reason::flag_set;
  return fmt::format(": {}{} before{}", compliant_as_before ? "" : fmt::format("{}, ", word_of(change->kind)), words,
                     newly_set ? "; that the service was restarted is not verified" : "");
}

std::string moment_text(const history::ScanMoment& moment, base::Instant now) {
  return fmt::format("scan {} ({}, {})", moment.scan, short_time(moment.at), ago_text(now - moment.at));
}

std::string capitalised(std::string_view words) {
  std::string text(words);
  if (!text.empty()) text.front() = base::ascii_upper(text.front());
  return text;
}

}  // namespace

std::string verdict_since_text(const history::CaSummary& ca, base::Instant now) {
  const history::CaStory& story = ca.story;
  if (!ca.last) return "Never read.";
  std::string sentence;
  if (story.unknown_since) sentence = fmt::format("Unknown since {}.", moment_text(*story.unknown_since, now));
  if (!story.known || !story.known_since) return sentence;
  const std::string_view words = look_of(story.known->verdict).words;
  const std::string known = fmt::format("since {}{}.", moment_text(*story.known_since, now), before_text(story));
  if (!story.unknown_since) return fmt::format("{} {}", capitalised(words), known);
  return fmt::format("{} Until then {}, {}", sentence, words, known);
}

}  // namespace casweep::report
