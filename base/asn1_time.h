// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <optional>

namespace casweep::base {

/// A UTCTime or GeneralizedTime of a certificate or a timestamp (RFC 5280 4.1.2.5); nullopt if it is not valid.
[[nodiscard]] std::optional<std::chrono::sys_seconds> instant_of(const ASN1_TIME* time);

}  // namespace casweep::base
