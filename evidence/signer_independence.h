// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "assess/reason.h"
#include "base/object_guid.h"
#include "evidence/certificate.h"
#include "history/scan_record.h"

namespace casweep::evidence {

/// A CA of a scan in the chain of a certificate.
struct CaAbove {
  base::ObjectGuid object_guid;
  std::string name;  ///< foreign
  assess::Verdict verdict = assess::Verdict::unknown;
  bool by_signature = false;  ///< false: the certificate only names the CA as its issuer; the CA's key was not found

  /// Whether the CA's certificates are themselves in question: its verdict is not enforced or unknown.
  [[nodiscard]] bool is_questionable() const;
};

/// The CAs of `scan` in the chain above `certificates.front()`: those whose cACertificate issued it, directly or
/// indirectly. The other `certificates` help to build the chain; its signatures are checked.
[[nodiscard]] std::vector<CaAbove> cas_above(std::span<const Certificate> certificates,
                                             const history::ScanRecord& scan);

}  // namespace casweep::evidence
