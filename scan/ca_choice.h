// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "discovery/enrollment_service.h"
#include "history/ca_name.h"

namespace casweep::scan {

/// The CAs that names selected.
struct CaChoice {
  std::vector<discovery::EnrollmentService> cas;  ///< in the order of the listing
  std::vector<std::string> notes{};               ///< a sentence for each name that is only a part of a CA's name
};

/// The CAs of `listed` that `names` name (history::cas_named()); all of them if `names` is empty. `known` are the CAs
/// of the history: their earlier names count, and the whole name of a CA that is not listed is never taken for a part
/// of another CA's name. If a name names no listed CA, or several, throws ScanError (no_such_ca) with the candidates.
[[nodiscard]] CaChoice select_cas(std::span<const discovery::EnrollmentService> listed,
                                  std::span<const std::string> names, std::span<const history::CaNames> known);

}  // namespace casweep::scan
