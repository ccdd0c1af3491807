// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "discovery/account.h"
#include "discovery/certificate_template.h"
#include "discovery/directory.h"
#include "discovery/directory_error.h"
#include "discovery/forest_domain.h"
#include "discovery/octets.h"

namespace casweep::discovery {

/// What the configuration partition holds around the enterprise CAs: each part whole, or why it could not be read.
struct EnrollmentSurroundings {
  /// The forest's domains: crossRef objects that say so in systemFlags ([MS-ADTS] 6.1.1.2.1.1); by DNS name.
  tl::expected<std::vector<ForestDomain>, DirectoryError> domains;
  /// Every certificate template there is, published or not; by common name.
  tl::expected<std::vector<CertificateTemplate>, DirectoryError> templates;
  /// The certificates that CN=NTAuthCertificates holds, as DER ([MS-WCCE] 2.2.2.11.3).
  tl::expected<std::vector<Octets>, DirectoryError> nt_auth_certificates;
};

/// Read the parts below `configuration_naming_context`. Each is a question of its own, with a connection of its own:
/// what hinders one says nothing about the others. Read-only; they block as list_enrollment_services does.
[[nodiscard]] tl::expected<std::vector<ForestDomain>, DirectoryError> read_forest_domains(
    const DirectoryOptions& options, const Account& account, const std::string& configuration_naming_context);
[[nodiscard]] tl::expected<std::vector<CertificateTemplate>, DirectoryError> read_certificate_templates(
    const DirectoryOptions& options, const Account& account, const std::string& configuration_naming_context);
[[nodiscard]] tl::expected<std::vector<Octets>, DirectoryError> read_nt_auth_certificates(
    const DirectoryOptions& options, const Account& account, const std::string& configuration_naming_context);

}  // namespace casweep::discovery
