// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "report/text_columns.h"
#include "report/verdict_cell.h"
#include "store/scan_record.h"

namespace casweep::report {

/// "last known: not enforced", or that it was never known.
[[nodiscard]] std::string last_known_words(std::optional<assess::Outcome> last_known);

/// "Since scan 4, …: 1 removed, 2 new." and a line for each CA; nothing without a scan to compare with.
void write_presence(std::ostream& out, const std::optional<store::PresenceChanges>& since, const TableStyle& style);

/// `since` of `schema/casweep-scan.schema.json`; null without a scan to compare with.
[[nodiscard]] nlohmann::ordered_json presence_json(const std::optional<store::PresenceChanges>& since);

/// What changed about one CA, as words with blanks between them: "new", "renamed moved"; empty: nothing.
[[nodiscard]] std::string presence_words(const std::optional<store::PresenceChanges>& since,
                                         const discovery::ObjectGuid& ca);

}  // namespace casweep::report
