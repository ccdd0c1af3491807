// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace casweep::evidence {

/// There is no bundle, or it is not what it was. `what()` is one sentence for a person with what to do next.
class EvidenceError : public std::runtime_error {
 public:
  enum class Kind {
    unusable_identity,  ///< the certificate or key to sign with
    no_passphrase,      ///< the key's passphrase is wrong
    unfinished_scan,    ///< nothing to give evidence of yet
    whom_to_trust,      ///< the bundle is signed and nobody said by whom it may be
    out_of_order,       ///< bundles that were named in another order than they were made in
    not_compared,       ///< nothing is wrong, but not everything could be compared
    unreadable,         ///< a file or folder
    wrong,              ///< the bundle is not what it was, or not a bundle
  };

  EvidenceError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// The bundle is not what it was, or not a bundle.
[[nodiscard]] inline EvidenceError wrong(const std::string& what) { return {EvidenceError::Kind::wrong, what}; }

}  // namespace casweep::evidence
