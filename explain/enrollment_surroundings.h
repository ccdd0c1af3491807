// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/octets.h"
#include "discovery/certificate_template.h"
#include "discovery/directory.h"
#include "discovery/directory_error.h"
#include "discovery/forest_domain.h"
#include "logon/account.h"

namespace casweep::explain {

/// The data around the enterprise CAs in the configuration partition: each part is complete, or the reason why it could
/// not be read.
struct EnrollmentSurroundings {
  /// The forest's domains: crossRef objects marked as domains in systemFlags ([MS-ADTS] 6.1.1.2.1.1); sorted by DNS
  /// name.
  tl::expected<std::vector<discovery::ForestDomain>, discovery::DirectoryError> domains;
  /// All certificate templates, published or not; sorted by common name.
  tl::expected<std::vector<discovery::CertificateTemplate>, discovery::DirectoryError> templates;
  /// The certificates that CN=NTAuthCertificates holds, as DER ([MS-WCCE] 2.2.2.11.3).
  tl::expected<std::vector<base::Octets>, discovery::DirectoryError> nt_auth_certificates;
};

/// Read the parts below `configuration_naming_context`. Each uses its own connection, so that a failure of one does not
/// affect the others. Read-only; they block like list_enrollment_services().
[[nodiscard]] tl::expected<std::vector<discovery::ForestDomain>, discovery::DirectoryError> read_forest_domains(
    const discovery::DirectoryOptions& options, const logon::Account& account,
    const std::string& configuration_naming_context);
[[nodiscard]] tl::expected<std::vector<discovery::CertificateTemplate>, discovery::DirectoryError>
read_certificate_templates(const discovery::DirectoryOptions& options, const logon::Account& account,
                           const std::string& configuration_naming_context);
[[nodiscard]] tl::expected<std::vector<base::Octets>, discovery::DirectoryError> read_nt_auth_certificates(
    const discovery::DirectoryOptions& options, const logon::Account& account,
    const std::string& configuration_naming_context);

}  // namespace casweep::explain
