// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sstream>
#include <string>

#include "cli/terminal/environment.h"

namespace casweep::test {

/// An environment without variables and terminals that keeps the output.
struct TestEnvironment {
  std::ostringstream out;
  std::ostringstream err;
  cli::Environment environment{.variables = {}, .out = out, .err = err};

  void set(const std::string& name, const std::string& value) { environment.variables[name] = value; }
};

}  // namespace casweep::test
