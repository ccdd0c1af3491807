// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/report/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace casweep::report {

::testing::AssertionResult is_golden(std::string_view name, const std::string& actual) {
  const auto file = std::filesystem::path(CASWEEP_GOLDEN_DIR) / name;
  if (std::getenv("CASWEEP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << actual;
    return ::testing::AssertionSuccess();
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream expected;
  expected << stream.rdbuf();
  if (expected.str() == actual) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << file << " differs; CASWEEP_UPDATE_GOLDEN=1 rewrites it. Now it is:\n"
                                       << actual;
}

}  // namespace casweep::report
