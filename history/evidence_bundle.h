// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/octets.h"
#include "history/scan_record.h"

namespace casweep::history {

/// The record of a bundle of evidence in the history.
struct EvidenceBundle {
  std::int64_t number = 0;  ///< 1, 2, 3 … in this history
  std::int64_t scan = 0;
  base::Octets sums_sha256;                   ///< SHA-256 of its file SHA256SUMS
  std::optional<base::Octets> signer_sha256;  ///< of the signing certificate; nullopt: it was not signed
  base::Instant made_at{};
  std::string host_name{};
  std::string os_user{};

  bool operator==(const EvidenceBundle&) const = default;
};

}  // namespace casweep::history
