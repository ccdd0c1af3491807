// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include "base/octets.h"

namespace casweep::test {

/// Self-signed certificates in DER, always the same.
[[nodiscard]] base::Octets old_ca_certificate();           ///< CN=Old CA, until 2024-12-29
[[nodiscard]] base::Octets ca_01_certificate();            ///< CN=Contoso Issuing CA 01
[[nodiscard]] base::Octets ca_01_renewed_certificate();    ///< the same subject and key
[[nodiscard]] base::Octets ca_01_other_key_certificate();  ///< the same subject

/// The DER of a real self-signed certificate with this validity; no two are the same.
[[nodiscard]] base::Octets example_certificate(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after);

}  // namespace casweep::test
