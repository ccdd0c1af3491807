// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/presence_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/dates.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using history::PresenceChange;
using Kind = PresenceChange::Kind;

constexpr std::array presence_kinds{Kind::removed, Kind::hidden, Kind::added,
                                    Kind::renamed, Kind::moved,  Kind::moved_container};

std::string words_for_kind(Kind kind) {
  return kind == Kind::moved_container ? "moved in the directory" : std::string(word_of(kind));
}

std::string what_changed(const PresenceChange& change, base::Charset charset) {
  switch (change.kind) {
    case Kind::removed:
      return fmt::format("no longer in the directory ({})", last_known_words(change.last_known));
    case Kind::hidden:
      return fmt::format("this account cannot read its object ({})", last_known_words(change.last_known));
    case Kind::added:
      return "was not in the directory before";
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

void write_presence(std::ostream& out, const std::optional<history::PresenceChanges>& since, const TableStyle& style) {
  if (!since) return;
  std::string counts;
  for (const Kind kind : presence_kinds) {
    const auto count = std::ranges::count(since->changes, kind, &PresenceChange::kind);
    if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, words_for_kind(kind));
  }
  write_wrapped(out,
                fmt::format("Since scan {} ({}): {}.", since->since, short_time(since->since_at),
                            counts.empty() ? "no CAs are new, removed, hidden, renamed or moved" : counts),
                0, 0, style.columns);
  for (const PresenceChange& change : since->changes) {
    const std::string& name = change.display_name.empty() ? change.common_name : change.display_name;
    out << "  ";
    write_wrapped(out,
                  fmt::format("{}: {}: {}", words_for_kind(change.kind),
                              base::terminal_name(name, change.object_guid, charset_of(style)),
                              what_changed(change, charset_of(style))),
                  2, 4, style.columns);
  }
}

nlohmann::ordered_json presence_json(const std::optional<history::PresenceChanges>& since) {
  using nlohmann::ordered_json;
  if (!since) return nullptr;
  ordered_json changes = ordered_json::array();
  for (const PresenceChange& change : since->changes) {
    changes.push_back({{"kind", word_of(change.kind)},
                       {"object_guid", change.object_guid.to_string()},
                       {"name", text_or_null(change.common_name)},
                       {"display_name", text_or_null(change.display_name)},
                       {"dns_host_name", text_or_null(change.dns_host_name)},
                       {"before", text_or_null(change.before)},
                       {"after", text_or_null(change.after)},
                       {"last_known", change.last_known ? ordered_json(word_of(*change.last_known)) : nullptr}});
  }
  return {{"scan", since->since},
          {"started_at", text_or_null(base::iso_time(since->since_at))},
          {"changes", std::move(changes)}};
}

std::string presence_words(const std::optional<history::PresenceChanges>& since, const base::ObjectGuid& ca) {
  std::string words;
  if (!since) return words;
  for (const PresenceChange& change : since->changes) {
    if (change.object_guid == ca) words.append(words.empty() ? "" : " ").append(word_of(change.kind));
  }
  return words;
}

}  // namespace casweep::report
