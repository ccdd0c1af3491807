// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "history/events.h"

namespace casweep::report {

/// `definitions/event` of `schema/json/casweep-history.schema.json`; every field is always present.
[[nodiscard]] nlohmann::ordered_json event_json(const history::Event& event);

}  // namespace casweep::report
