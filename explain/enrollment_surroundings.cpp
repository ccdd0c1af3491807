// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/enrollment_surroundings.h"

#include <algorithm>
#include <utility>

#include "discovery/directory_entry.h"
#include "discovery/directory_inquiry.h"
#include "discovery/nt_auth_certificates.h"

namespace casweep::explain {

namespace {

using Entries = tl::expected<std::vector<discovery::DirectoryEntry>, discovery::DirectoryError>;

constexpr auto partitions = "CN=Partitions,";
constexpr auto certificate_templates = "CN=Certificate Templates,CN=Public Key Services,CN=Services,";

/// FLAG_CR_NTDS_NC and FLAG_CR_NTDS_DOMAIN, both of them (LDAP_MATCHING_RULE_BIT_AND, [MS-ADTS] 3.1.1.3.4.4.1).
constexpr auto is_domain = "(&(objectClass=crossRef)(systemFlags:1.2.840.113556.1.4.803:=3))";

Entries children_of(const std::string& base, const std::string& filter, const std::vector<std::string>& attributes,
                    const discovery::DirectoryOptions& options, const logon::Account& account) {
  return discovery::answer_of(options, account, [&](discovery::DirectoryConnection& connection) {
    return connection.search_children(base, filter, attributes, options.page_size);
  });
}

tl::unexpected<discovery::DirectoryError> missing(std::string message) {
  return tl::unexpected(
      discovery::DirectoryError{discovery::DirectoryErrorKind::container_missing, std::move(message)});
}

/// Each entry, parsed, in the order of `name`.
template <typename Parsed>
std::vector<Parsed> parsed(const std::vector<discovery::DirectoryEntry>& entries,
                           Parsed (*parse)(const discovery::DirectoryEntry&), std::string Parsed::*name) {
  std::vector<Parsed> all;
  std::ranges::transform(entries, std::back_inserter(all), parse);
  std::ranges::sort(all, {}, name);
  return all;
}

}  // namespace

tl::expected<std::vector<discovery::ForestDomain>, discovery::DirectoryError> read_forest_domains(
    const discovery::DirectoryOptions& options, const logon::Account& account,
    const std::string& configuration_naming_context) {
  const Entries entries =
      children_of(partitions + configuration_naming_context, is_domain, {"nCName", "dnsRoot"}, options, account);
  if (!entries) return tl::unexpected(entries.error());
  if (entries->empty()) {
    return missing("The Partitions container contains no visible domain; check that the account can read it.");
  }
  return parsed(*entries, discovery::parse_forest_domain, &discovery::ForestDomain::dns_name);
}

tl::expected<std::vector<discovery::CertificateTemplate>, discovery::DirectoryError> read_certificate_templates(
    const discovery::DirectoryOptions& options, const logon::Account& account,
    const std::string& configuration_naming_context) {
  const Entries entries = children_of(certificate_templates + configuration_naming_context,
                                      "(objectClass=pKICertificateTemplate)", {"cn", "displayName"}, options, account);
  if (!entries) return tl::unexpected(entries.error());
  return parsed(*entries, discovery::parse_certificate_template, &discovery::CertificateTemplate::common_name);
}

tl::expected<std::vector<base::Octets>, discovery::DirectoryError> read_nt_auth_certificates(
    const discovery::DirectoryOptions& options, const logon::Account& account,
    const std::string& configuration_naming_context) {
  const auto certificates = discovery::answer_of(options, account, [&](discovery::DirectoryConnection& connection) {
    return discovery::find_nt_auth_certificates(connection, configuration_naming_context, options.page_size);
  });
  if (!certificates) return tl::unexpected(certificates.error());
  if (!*certificates) {
    return missing(
        "The directory has no visible NTAuthCertificates object; either it was never created or the account cannot "
        "read it.");
  }
  return **certificates;
}

}  // namespace casweep::explain
