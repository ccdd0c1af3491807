// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace casweep::report {

/// Compares `actual` with tests/report/golden/`name`. With CASWEEP_UPDATE_GOLDEN in the environment it writes the file
/// instead: read the difference before committing it.
[[nodiscard]] ::testing::AssertionResult is_golden(std::string_view name, const std::string& actual);

}  // namespace casweep::report
