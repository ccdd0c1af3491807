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

/// A CA of a scan on the way from a certificate to its root.
struct CaAbove {
  base::ObjectGuid object_guid;
  std::string name;  ///< foreign
  assess::Verdict verdict = assess::Verdict::unknown;
  bool by_signature = false;  ///< false: the certificate only names the CA as its issuer, and no key of it was found

  /// Whether what this CA's certificates prove is itself in question: it was found not enforced, or not to be told.
  [[nodiscard]] bool is_questionable() const;
};

/// The CAs that `scan` listed above `certificates.front()`: those whose cACertificate issued it, or issued one that
/// did. The rest of `certificates` helps to find the way; the signatures on it are checked.
[[nodiscard]] std::vector<CaAbove> cas_above(std::span<const Certificate> certificates,
                                             const history::ScanRecord& scan);

}  // namespace casweep::evidence
