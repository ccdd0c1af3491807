// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace casweep::evidence {

/// A bundle could not be made, or is not intact. `what()` is a sentence for the user and says what to do next.
class EvidenceError : public std::runtime_error {
 public:
  enum class Kind {
    unusable_identity,  ///< the certificate or key to sign with
    no_passphrase,      ///< the key's passphrase is wrong
    unfinished_scan,    ///< the scan has not ended
    whom_to_trust,      ///< the bundle is signed, but no trusted signer was given
    out_of_order,       ///< bundles given in another order than they were made in
    not_compared,       ///< nothing is wrong, but not everything could be compared
    unreadable,         ///< a file or folder cannot be read
    wrong,              ///< the bundle was changed, or is not a bundle
  };

  EvidenceError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// The bundle was changed, or is not a bundle.
[[nodiscard]] inline EvidenceError wrong(const std::string& what) { return {EvidenceError::Kind::wrong, what}; }

}  // namespace casweep::evidence
