// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/private_directory.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// A krb5.conf in front of the machine's own, for this process and the processes it starts, while the object lives:
/// KRB5_CONFIG begins with it. It shortens the time that Samba's library waits for a silent KDC, so that a reading ends
/// with that cause and not with its deadline. Both libraries ask the KDCs of a realm one after the other; if the first
/// does not answer, or if they shuffle the KDCs, it also names one that answers as the first, and the others after it.
/// All other settings of krb5.conf stay in effect.
class KerberosConfig {
 public:
  /// Asks the KDCs of the first of `realms` that has any, from krb5.conf or else from DNS, if there are several. Blocks
  /// for `patience` for each realm, and for 2.5 s more, at most. The only failure is `interrupted`: if anything else
  /// fails, the libraries do as they always do.
  [[nodiscard]] static tl::expected<KerberosConfig, LogonError> make(const std::vector<std::string>& realms,
                                                                     const base::Patience& patience);

  KerberosConfig() = default;  ///< changes nothing
  KerberosConfig(KerberosConfig&& other) noexcept;
  KerberosConfig& operator=(KerberosConfig&& other) noexcept;
  ~KerberosConfig();

  /// The KDC that is asked first, "dc2.corp.example:88"; empty: krb5.conf and DNS decide.
  [[nodiscard]] const std::string& kdc() const { return kdc_; }

  /// The KDCs before it, each with its outcome: "dc1.corp.example:88 did not answer".
  [[nodiscard]] const std::vector<std::string>& passed_over() const { return passed_over_; }

 private:
  void choose_kdc(const std::vector<std::string>& realms, const base::Patience& patience);
  void begin();
  void end() noexcept;

  std::string realm_;  ///< of kdc_
  std::string kdc_;
  std::vector<std::string> others_;  ///< of the realm, in their order; asked after kdc_
  std::vector<std::string> passed_over_;
  base::PrivateDirectory directory_;     ///< of the file
  std::optional<std::string> before_{};  ///< KRB5_CONFIG as it was
  bool in_effect_ = false;
};

}  // namespace casweep::logon
