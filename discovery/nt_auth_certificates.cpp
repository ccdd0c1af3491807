// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/nt_auth_certificates.h"

#include "discovery/directory_entry.h"

namespace casweep::discovery {

namespace {

constexpr auto public_key_services = "CN=Public Key Services,CN=Services,";

}  // namespace

tl::expected<std::optional<std::vector<base::Octets>>, DirectoryError> find_nt_auth_certificates(
    DirectoryConnection& connection, const std::string& configuration_naming_context, int page_size) {
  const auto entries = connection.search_children(public_key_services + configuration_naming_context,
                                                  "(&(objectClass=certificationAuthority)(cn=NTAuthCertificates))",
                                                  {"cACertificate"}, page_size);
  if (!entries) return tl::unexpected(entries.error());
  if (entries->empty()) return std::optional<std::vector<base::Octets>>();
  return std::optional(values_of(entries->front(), "cACertificate"));
}

}  // namespace casweep::discovery
