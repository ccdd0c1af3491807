// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/event_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/iso_time.h"
#include "report/json/json_text.h"

namespace casweep::report {
namespace {

/// A stored word as a person reads it: "not enforced".
std::string words_of_word(std::string word) {
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

std::string_view title_of(history::Status status) {
  switch (status) {
    case history::Status::to_address:
      break;
    case history::Status::planned:
      return "Planned";
    case history::Status::risk_accepted:
      return "Risk accepted";
    case history::Status::third_party:
      return "Resolved through third party";
    case history::Status::alternate_mitigation:
      return "Resolved through alternate mitigation";
    case history::Status::completed:
      return "Completed";
  }
  return "To address";
}

std::vector<Phrase> phrases_of(const history::Event& event) {
  using history::EventKind;
  using Phrases = std::vector<Phrase>;
  const auto foreign = [](const std::string& text) { return Phrase{text.empty() ? "nothing" : text, true}; };
  const auto judgement = [&](std::string_view what) {
    return Phrases{{std::string(what) + ": "},
                   foreign(words_of_word(event.after)),
                   {", was "},
                   foreign(words_of_word(event.before)),
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
      // A CA is called by its displayName, which may stay.
      return {{event.after == name_of(*event.identity) ? "renamed from " : "cn changed from "},
              foreign(event.before),
              {" to "},
              foreign(event.after)};
    case EventKind::moved:
      return {{"moved from "}, foreign(event.before), {" to "}, foreign(event.after)};
    case EventKind::certificate_renewed:
      return {{"certificate renewed"}};
    case EventKind::remediated:
      return judgement("remediated");
    case EventKind::regressed:
      return judgement("regressed");
    case EventKind::verdict_changed:
      return judgement("verdict changed");
    case EventKind::became_unknown:
      return judgement("became unknown");
    case EventKind::recovered:
      return judgement("readable again");
    case EventKind::exception_set:
      return {{fmt::format("status set to {}: ", status_title(event.after))}, foreign(event.reason)};
    case EventKind::exception_withdrawn:
      return {{fmt::format("status {} withdrawn: ", status_title(event.before))}, foreign(event.reason)};
    case EventKind::exception_expired:
      return {{fmt::format("status {} expired, to be addressed again", status_title(event.before))}};
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

nlohmann::ordered_json event_json(const history::Event& event) {
  return {{"kind", history::word_of(event.kind)},
          {"at", text_or_null(base::iso_time(event.at))},
          {"scan", event.scan ? nlohmann::ordered_json(*event.scan) : nullptr},
          {"object_guid", event.object_guid.to_string()},
          {"name", text_or_null(event.identity->common_name)},
          {"display_name", text_or_null(event.identity->display_name)},
          {"dns_host_name", text_or_null(event.identity->dns_host_name)},
          {"before", text_or_null(event.before)},
          {"after", text_or_null(event.after)},
          {"reason", text_or_null(event.reason)}};
}

std::string short_time(base::Instant instant) {
  std::string text = base::iso_time(instant);
  if (text.size() < 24) return "-";
  text[10] = ' ';
  return text.substr(0, 16) + "Z";
}

std::string short_date(base::Instant instant) { return short_time(instant).substr(0, 10); }

std::string duration_text(std::chrono::milliseconds duration) {
  using namespace std::chrono;
  if (duration >= days{1}) return fmt::format("{} d", floor<days>(duration).count());
  if (duration >= hours{1}) return fmt::format("{} h", floor<hours>(duration).count());
  if (duration >= minutes{1}) return fmt::format("{} min", floor<minutes>(duration).count());
  return fmt::format("{} s", floor<seconds>(duration).count());
}

std::string ago_text(std::chrono::milliseconds age) {
  return age < age.zero() ? "in the future" : duration_text(age) + " ago";
}

}  // namespace casweep::report
