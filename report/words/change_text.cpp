// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/change_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/dates.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using history::CaChange;
using Kind = CaChange::Kind;

std::string words_for_kind(Kind kind) {
  switch (kind) {
    case Kind::found_not_enforced:
      return "newly found not enforced";
    case Kind::became_unknown:
      return "now unknown";
    case Kind::verdict_changed:
      return "changed";
    case Kind::moved_container:
      return "moved in the directory";
    default:
      return std::string(word_of(kind));
  }
}

/// "not enforced" of the stable word "not-enforced"; any other text unchanged.
std::string verdict_words(const std::string& word) {
  const auto verdict = assess::verdict_of_word(word);
  return verdict ? std::string(look_of(*verdict).words) : word;
}

std::string reason_in_brackets(const CaChange& change) {
  return change.reason ? fmt::format(" ({})", word_of(*change.reason)) : "";
}

std::string what_changed(const CaChange& change, base::Charset charset) {
  switch (change.kind) {
    case Kind::removed:
      return fmt::format("no longer in the directory ({})", last_known_words(change.last_known));
    case Kind::hidden:
      return fmt::format("this account cannot read its object ({})", last_known_words(change.last_known));
    case Kind::added:
      return change.after.empty() ? "not read" : verdict_words(change.after) + reason_in_brackets(change);
    case Kind::became_unknown:
      return fmt::format("no longer readable{}; {}", reason_in_brackets(change), last_known_words(change.last_known));
    case Kind::remediated:
      return fmt::format(
          "{}, was {}{}", verdict_words(change.after), verdict_words(change.before),
          change.reason == assess::Reason::flag_set ? "; that the service was restarted is not verified" : "");
    case Kind::regressed:
    case Kind::found_not_enforced:
    case Kind::recovered:
    case Kind::verdict_changed:
      return fmt::format("{}{}, was {}", verdict_words(change.after), reason_in_brackets(change),
                         verdict_words(change.before));
    case Kind::renamed:
    case Kind::moved:
    case Kind::moved_container:
      return fmt::format("from {} to {}", base::terminal_safe(change.before, charset),
                         base::terminal_safe(change.after, charset));
  }
  return {};
}

}  // namespace

std::string last_known_words(std::optional<assess::Verdict> last_known) {
  return last_known ? fmt::format("last known: {}", look_of(*last_known).words) : "verdict never known";
}

std::string change_words(const CaChange& change, base::Charset charset) {
  const std::string& name = change.display_name.empty() ? change.common_name : change.display_name;
  return fmt::format("{}: {}: {}", words_for_kind(change.kind), base::terminal_name(name, change.object_guid, charset),
                     what_changed(change, charset));
}

void write_changes(std::ostream& out, const std::optional<history::ChangesSince>& since, const TableStyle& style) {
  if (!since) return;
  std::string counts;
  for (const Kind kind : history::all_ca_changes()) {
    const auto count = std::ranges::count(since->changes, kind, &CaChange::kind);
    if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, words_for_kind(kind));
  }
  write_wrapped(out,
                fmt::format("Since scan {} ({}): {}.", since->since, short_time(since->since_at),
                            counts.empty() ? "no changes" : counts),
                0, 0, style.columns);
  for (const CaChange& change : since->changes) {
    out << "  ";
    write_wrapped(out, change_words(change, charset_of(style)), 2, 4, style.columns);
  }
}

nlohmann::ordered_json changes_json(const std::optional<history::ChangesSince>& since) {
  using nlohmann::ordered_json;
  if (!since) return nullptr;
  ordered_json changes = ordered_json::array();
  for (const CaChange& change : since->changes) {
    changes.push_back({{"kind", word_of(change.kind)},
                       {"object_guid", change.object_guid.to_string()},
                       {"name", text_or_null(change.common_name)},
                       {"display_name", text_or_null(change.display_name)},
                       {"dns_host_name", text_or_null(change.dns_host_name)},
                       {"before", text_or_null(change.before)},
                       {"after", text_or_null(change.after)},
                       {"last_known", change.last_known ? ordered_json(word_of(*change.last_known)) : nullptr},
                       {"reason", change.reason ? ordered_json(word_of(*change.reason)) : nullptr}});
  }
  return {{"scan", since->since},
          {"started_at", text_or_null(base::iso_time(since->since_at))},
          {"changes", std::move(changes)}};
}

std::string change_words_of(const std::optional<history::ChangesSince>& since, const base::ObjectGuid& ca) {
  std::string words;
  if (!since) return words;
  for (const CaChange& change : since->changes) {
    if (change.object_guid == ca) words.append(words.empty() ? "" : " ").append(word_of(change.kind));
  }
  return words;
}

}  // namespace casweep::report
