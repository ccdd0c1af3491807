// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/event_text.h"

#include <fmt/format.h>

#include <string_view>

#include "history/decision.h"
#include "report/words/decision_text.h"

namespace casweep::report {
namespace {

/// A stored word as text: "not enforced".
std::string plain_words_of(std::string word) {
  for (char& character : word) {
    if (character == '-') character = ' ';
  }
  return word;
}

std::string status_title(const std::string& word) {
  const auto status = history::status_of_word(word);
  return std::string(title_of(status.value_or(history::Status::to_address)));
}

}  // namespace

std::string_view title_of(history::EventKind kind) {
  using history::EventKind;
  switch (kind) {
    case EventKind::first_seen:
      return "first seen";
    case EventKind::added:
      return "added";
    case EventKind::removed:
      return "removed";
    case EventKind::renamed:
      return "renamed";
    case EventKind::moved:
      return "moved";
    case EventKind::certificate_renewed:
      return "certificate renewed";
    case EventKind::remediated:
      return "remediated";
    case EventKind::regressed:
      return "regressed";
    case EventKind::verdict_changed:
      return "verdict changed";
    case EventKind::became_unknown:
      return "no longer readable";
    case EventKind::recovered:
      return "readable again";
    case EventKind::decision_set:
      return "status set";
    case EventKind::decision_withdrawn:
      return "status withdrawn";
    case EventKind::decision_expired:
      return "status expired";
  }
  return "";
}

EventChange change_of(const history::Event& event) {
  using history::EventKind;
  switch (event.kind) {
    case EventKind::decision_set:
    case EventKind::decision_withdrawn:
    case EventKind::decision_expired:
      return {status_title(event.before), status_title(event.after)};
    case EventKind::remediated:
    case EventKind::regressed:
    case EventKind::verdict_changed:
    case EventKind::became_unknown:
    case EventKind::recovered:
      return {plain_words_of(event.before), plain_words_of(event.after)};
    default:
      return {event.before, event.after};
  }
}

std::vector<Phrase> phrases_of(const history::Event& event) {
  using history::EventKind;
  using Phrases = std::vector<Phrase>;
  const auto foreign = [](const std::string& text) { return Phrase{text.empty() ? "nothing" : text, true}; };
  const auto verdict_change = [&](std::string_view what) {
    return Phrases{{std::string(what) + ": "},
                   foreign(plain_words_of(event.after)),
                   {", was "},
                   foreign(plain_words_of(event.before)),
                   {" ("},
                   foreign(event.reason),
                   {")"}};
  };
  switch (event.kind) {
    case EventKind::first_seen:
      return {{"first seen"}};
    case EventKind::added:
      return {{"added to the directory"}};
    case EventKind::removed:
      return {{"removed from the directory"}};
    case EventKind::renamed:
      // A CA is shown by its displayName, which may be unchanged.
      return {{event.after == name_of(*event.identity) ? "renamed from " : "cn changed from "},
              foreign(event.before),
              {" to "},
              foreign(event.after)};
    case EventKind::moved:
      return {{"moved from "}, foreign(event.before), {" to "}, foreign(event.after)};
    case EventKind::certificate_renewed:
      return {{"certificate renewed"}};
    case EventKind::remediated:
      return verdict_change("remediated");
    case EventKind::regressed:
      return verdict_change("regressed");
    case EventKind::verdict_changed:
      return verdict_change("verdict changed");
    case EventKind::became_unknown:
      return {
          {"no longer readable ("}, foreign(event.reason), {"); last known: "}, foreign(plain_words_of(event.before))};
    case EventKind::recovered:
      return {{"readable again: "}, foreign(plain_words_of(event.after)), {" ("}, foreign(event.reason), {")"}};
    case EventKind::decision_set:
      return {{fmt::format("status set to {}: ", status_title(event.after))}, foreign(event.reason)};
    case EventKind::decision_withdrawn:
      return {{fmt::format("status {} withdrawn: ", status_title(event.before))}, foreign(event.reason)};
    case EventKind::decision_expired:
      return {{fmt::format("status {} expired; to be addressed again", status_title(event.before))}};
  }
  return {};
}

std::string words_of(const history::Event& event, base::Charset charset) {
  std::string words;
  for (const Phrase& phrase : phrases_of(event)) {
    words += phrase.foreign ? base::terminal_safe(phrase.text, charset) : phrase.text;
  }
  return words;
}

}  // namespace casweep::report
