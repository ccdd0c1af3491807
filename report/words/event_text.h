// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/terminal_text.h"
#include "history/events.h"

namespace casweep::report {

/// A part of a sentence: casweep's own words, or unchanged foreign text.
struct Phrase {
  std::string text;
  bool foreign = false;
};

/// The kind of an event in a table: "no longer readable".
[[nodiscard]] std::string_view title_of(history::EventKind kind);

/// The state before and after an event, for a table: the words of a verdict or a status, a name or a host. Foreign
/// text; empty for nothing.
struct EventChange {
  std::string before{};
  std::string after{};
};
[[nodiscard]] EventChange change_of(const history::Event& event);

/// What happened to the CA, as the continuation of a sentence that starts with its name.
[[nodiscard]] std::vector<Phrase> phrases_of(const history::Event& event);

/// The same as one text; safe to print.
[[nodiscard]] std::string words_of(const history::Event& event, base::Charset charset);

}  // namespace casweep::report
