// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "discovery/octets.h"

namespace casweep::discovery::test {

/// The DER of a real self-signed certificate with this validity; no two are the same.
[[nodiscard]] Octets example_certificate(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after);

}  // namespace casweep::discovery::test
