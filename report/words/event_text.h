// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/terminal_text.h"
#include "history/decision.h"
#include "history/events.h"

namespace casweep::report {

/// The status as Microsoft Secure Score spells it: "Resolved through third party".
[[nodiscard]] std::string_view title_of(history::Status status);

/// A piece of a sentence: words of ours, or foreign text as it came.
struct Phrase {
  std::string text;
  bool foreign = false;
};

/// What happened to the CA, as the rest of a sentence that begins with its name.
[[nodiscard]] std::vector<Phrase> phrases_of(const history::Event& event);

/// The same as one text; safe to print.
[[nodiscard]] std::string words_of(const history::Event& event, base::Charset charset);

/// The same for machines; every field is always there.
[[nodiscard]] nlohmann::ordered_json event_json(const history::Event& event);

/// "2026-11-23 02:43Z": an instant for a table.
[[nodiscard]] std::string short_time(base::Instant instant);

/// "2026-11-23", likewise.
[[nodiscard]] std::string short_date(base::Instant instant);

/// "3 d", "5 h", "12 min", "41 s": rounded down.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// "3 d ago"; of what a clock that was wrong put after now: "in the future".
[[nodiscard]] std::string ago_text(std::chrono::milliseconds age);

}  // namespace casweep::report
