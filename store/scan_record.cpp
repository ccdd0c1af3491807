// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scan_record.h"

#include <algorithm>

namespace casweep::store {

std::string_view word_of(ScanState state) {
  switch (state) {
    case ScanState::running:
      return "running";
    case ScanState::complete:
      return "complete";
    case ScanState::partial:
      return "partial";
    case ScanState::interrupted:
      return "interrupted";
    case ScanState::failed:
      return "failed";
  }
  return "";
}

std::size_t ScanRecord::assessed() const { return cas.size() - count(assess::Outcome::unknown); }

std::size_t ScanRecord::count(assess::Outcome outcome) const {
  return static_cast<std::size_t>(
      std::ranges::count(cas, outcome, [](const CaRecord& ca) { return ca.verdict.outcome; }));
}

}  // namespace casweep::store
