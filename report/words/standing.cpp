// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/standing.h"

#include <fmt/format.h>

#include "base/terminal_text.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/verdict_look.h"

namespace casweep::report {

std::vector<std::string> standing_of(const history::CaSummary& ca, base::Instant now, const TableStyle& style) {
  std::vector<std::string> sentences;
  if (ca.removed) {
    sentences.push_back(fmt::format("Removed from the directory: not listed since scan {}, {}.", ca.removed->scan,
                                    short_time(ca.removed->at)));
  }
  if (ca.verdict() == assess::Verdict::unknown) {
    sentences.push_back(ca.known ? fmt::format("Last known: {}, {}.", look_of(ca.known->judged.verdict).words,
                                               ago_text(now - ca.known->read_at))
                                 : "The verdict was never known.");
  }
  sentences.push_back(fmt::format("Status: {}.", base::terminal_safe(status_text(ca, now), charset_of(style))));
  return sentences;
}

}  // namespace casweep::report
