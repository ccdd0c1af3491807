// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "doctor/checkup.h"

namespace casweep::report {

/// One JSON object, as `schema/json/casweep-doctor.schema.json` describes it; every field is always present, null for
/// nothing.
void write_checkup_json(std::ostream& out, const doctor::Checkup& checkup, int exit_code);

}  // namespace casweep::report
