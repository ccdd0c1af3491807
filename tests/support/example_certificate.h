// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "base/octets.h"

namespace casweep::test {

/// The DER of a real self-signed certificate with this validity; no two are the same.
[[nodiscard]] base::Octets example_certificate(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after);

}  // namespace casweep::test
