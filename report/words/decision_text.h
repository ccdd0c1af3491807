// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "history/ca_summary.h"
#include "history/decision.h"

namespace casweep::report {

/// The status as Microsoft Secure Score spells it: "Resolved through third party".
[[nodiscard]] std::string_view title_of(history::Status status);

/// "Not verified since 2026-11-20", for a CA that is unknown now, was compliant when last known, and about which
/// nothing is decided; nullopt for any other.
[[nodiscard]] std::optional<std::string> unverified_text(const history::CaSummary& ca);

/// "Risk accepted until 2026-11-23", "To address (Risk accepted expired 2026-11-23)", "Not verified since 2026-11-20".
[[nodiscard]] std::string status_text(const history::CaSummary& ca, base::Instant now);

/// The same for a status and the last decision; null: there is none.
[[nodiscard]] std::string status_text(history::Status status, const history::Decision* decision, base::Instant now);

/// The same in few words, for a column: "Third party until 2026-11-23", "Risk accepted ended 2026-11-23".
[[nodiscard]] std::string status_in_brief(const history::CaSummary& ca, base::Instant now);

/// The status with who approved it, and where: "Risk accepted until 2026-11-23 by J. Doe (CHG-1)". The approver and the
/// ticket are unchanged. `ca` has a decision.
[[nodiscard]] std::string decision_sentence(const history::CaSummary& ca, base::Instant now);

}  // namespace casweep::report
