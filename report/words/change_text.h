// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// "last known: not enforced", or "verdict never known".
[[nodiscard]] std::string last_known_words(std::optional<assess::Verdict> last_known);

/// "regressed: CORP-CA2: not enforced (flag-clear), was enforced"; safe to print.
[[nodiscard]] std::string change_words(const history::CaChange& change, base::Charset charset);

/// "Since scan 4, …: 1 removed, 2 new." and a line for each CA; writes nothing if there is no scan to compare with.
void write_changes(std::ostream& out, const std::optional<history::ChangesSince>& since, const TableStyle& style);

/// `since` of `schema/json/casweep-scan.schema.json`; null if there is no scan to compare with.
[[nodiscard]] nlohmann::ordered_json changes_json(const std::optional<history::ChangesSince>& since);

/// What changed for one CA, as words separated by spaces: "new", "renamed moved"; empty: nothing.
[[nodiscard]] std::string change_words_of(const std::optional<history::ChangesSince>& since,
                                          const base::ObjectGuid& ca);

}  // namespace casweep::report
