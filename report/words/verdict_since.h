// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/instant.h"
#include "history/ca_summary.h"

namespace casweep::report {

/// Since when the CA has its verdict, and which it had before: "Not enforced since scan 7 (2026-11-28 02:43Z, 2 d ago):
/// regressed, enforced before."
[[nodiscard]] std::string verdict_since_text(const history::CaSummary& ca, base::Instant now);

}  // namespace casweep::report
