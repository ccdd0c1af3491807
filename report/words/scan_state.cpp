// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/scan_state.h"

#include <fmt/format.h>

namespace casweep::report {

std::string predicate_of(history::ScanState state) {
  if (state == history::ScanState::failed) return "failed";
  if (state == history::ScanState::interrupted) return "was interrupted";
  return fmt::format("is {}", history::word_of(state));
}

}  // namespace casweep::report
