// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "base/instant.h"
#include "history/ca_summary.h"
#include "history/decision.h"
#include "history/events.h"

namespace casweep::report {

/// A scan and when it began; null for none.
[[nodiscard]] nlohmann::ordered_json moment_json(const std::optional<history::ScanMoment>& moment);

/// A decision; null for none.
[[nodiscard]] nlohmann::ordered_json decision_json(const history::Decision* decision, base::Instant now);

/// `definitions/ca` of `schema/json/casweep-status.schema.json`.
[[nodiscard]] nlohmann::ordered_json ca_summary_json(const history::CaSummary& ca, base::Instant now);

}  // namespace casweep::report
