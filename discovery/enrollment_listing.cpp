// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/enrollment_listing_internal.h"

#include <ldap.h>

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/printable.h"
#include "discovery/domain_name_internal.h"
#include "discovery/extended_name_internal.h"
#include "discovery/ldap_text_internal.h"
#include "discovery/nt_auth_certificates.h"
#include "discovery/unlisted_services_internal.h"

namespace casweep::discovery {

namespace {

constexpr auto enrollment_services = "CN=Enrollment Services,CN=Public Key Services,CN=Services,";

bool has_value(const DirectoryEntry& entry, std::string_view attribute, std::string_view value) {
  return std::ranges::any_of(values_of(entry, attribute), [value](const base::Octets& octets) {
    return std::ranges::equal(octets, value,
                              [](std::uint8_t left, char right) { return left == static_cast<std::uint8_t>(right); });
  });
}

tl::unexpected<DirectoryError> malformed(std::string message) {
  return tl::unexpected(DirectoryError{DirectoryErrorKind::malformed_answer, std::move(message)});
}

/// What to go on without: the server answered, and gave nothing. What broke the connection ends the listing.
tl::expected<void, DirectoryError> unless_broken(DirectoryError error) {
  if (error.ldap_result > 0) return {};
  return tl::unexpected(std::move(error));
}

/// The identity of the root domain, from its crossRef's nCName as an extended name: every domain controller of the
/// forest has that, also one of another domain, which does not have the root domain itself.
tl::expected<void, DirectoryError> read_root_domain(DirectoryConnection& connection, Listing& listing,
                                                    const std::string& naming_context, bool has_extended_names,
                                                    int page_size) {
  if (!has_extended_names) return {};
  const auto domains = connection.search_with_guids("CN=Partitions," + listing.configuration_naming_context, false,
                                                    "(objectClass=crossRef)", {"nCName"}, page_size);
  if (!domains) return unless_broken(domains.error());
  for (const auto& entry : *domains) {
    auto name = parse_extended_name(text_value(entry, "nCName"));
    if (!base::same_but_for_case(name.distinguished_name, naming_context) || !name.object_guid || name.sid.empty())
      continue;
    listing.root_domain = RootDomain{.object_guid = *name.object_guid, .sid = std::move(name.sid)};
  }
  return {};
}

tl::expected<void, DirectoryError> read_nt_auth(DirectoryConnection& connection, Listing& listing, int page_size) {
  const auto certificates = find_nt_auth_certificates(connection, listing.configuration_naming_context, page_size);
  if (!certificates) return unless_broken(certificates.error());
  listing.nt_auth_certificates = *certificates;
  return {};
}

}  // namespace

tl::expected<Listing, DirectoryError> read_listing(DirectoryConnection& connection, int page_size,
                                                   std::span<const EnrollmentService> known,
                                                   const ListingCheck& check) {
  const DirectoryConnection::WholeAnswer answer(connection);
  const std::string uri = connection.server().uri();
  const auto root_dse = connection.read("", {"configurationNamingContext", "rootDomainNamingContext",
                                             "defaultNamingContext", "dnsHostName", "supportedControl"});
  if (!root_dse) return tl::unexpected(root_dse.error());

  Listing listing;
  listing.configuration_naming_context = text_value(*root_dse, "configurationNamingContext");
  listing.domain_naming_context = text_value(*root_dse, "defaultNamingContext");
  listing.forest = dns_name_of(text_value(*root_dse, "rootDomainNamingContext"));
  const std::string host = text_value(*root_dse, "dnsHostName");
  if (listing.configuration_naming_context.empty() || listing.forest.empty() || host.empty()) {
    return malformed(
        fmt::format("{} does not say what forest it serves (rootDSE); check that it is an Active Directory "
                    "domain controller.",
                    uri));
  }
  if (!has_value(*root_dse, "supportedControl", LDAP_CONTROL_PAGEDRESULTS)) {
    return malformed(
        fmt::format("{} does not offer paged results, without which a listing may be cut short unnoticed; "
                    "ask another domain controller.",
                    uri));
  }

  listing.server = connection.identity();
  listing.server.claimed_name = host;
  DirectoryServer answered = connection.server();
  answered.host = listing.server.name.empty() ? host : listing.server.name;
  listing.directory_server = answered.uri();
  listing.protection = connection.protection();
  listing.base = enrollment_services + listing.configuration_naming_context;
  listing.filter = "(objectClass=pKIEnrollmentService)";
  listing.attributes = {
      "cn",    "displayName", "dNSHostName", "cACertificate", "cACertificateDN",         "certificateTemplates",
      "flags", "objectGUID",  "whenCreated", "whenChanged",   "msPKI-Enrollment-Servers"};
  // The whole subtree: a CA's object that somebody moved into a container of its own still enrolls.
  const bool extended = has_value(*root_dse, "supportedControl", LDAP_CONTROL_X_EXTENDED_DN);
  const auto entries =
      extended ? connection.search_with_guids(listing.base, true, listing.filter, listing.attributes, page_size)
               : connection.search_subtree(listing.base, listing.filter, listing.attributes, page_size);
  if (!entries && entries.error().kind == DirectoryErrorKind::container_missing) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::container_missing,
                       fmt::format("{} shows no Enrollment Services container; either AD CS was never installed in "
                                   "this forest or the account may not see it.",
                                   uri),
                       entries.error().ldap_result});
  }
  if (!entries) return tl::unexpected(entries.error());
  listing.entries_returned = entries->size();

  std::set<base::ObjectGuid> identities;
  for (const auto& entry : *entries) {
    auto service = parse_enrollment_service(entry);
    if (!service) return tl::unexpected(std::move(service.error()));
    if (!identities.insert(service->object_guid).second) {
      return malformed(fmt::format("{} listed the object {} twice; scan again, or ask another domain controller.", uri,
                                   service->object_guid.to_string()));
    }
    listing.services.push_back(std::move(*service));
  }
  if (auto read =
          read_root_domain(connection, listing, text_value(*root_dse, "rootDomainNamingContext"), extended, page_size);
      !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (check) check(listing);
  if (auto accounted = account_for_unlisted(connection, listing, known, extended, page_size); !accounted) {
    return tl::unexpected(std::move(accounted.error()));
  }
  if (listing.services.empty() && listing.hidden.empty()) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::no_enrollment_services,
        fmt::format("The Enrollment Services container of {} shows no CA; check that the account may read it and that "
                    "this is the forest with AD CS.",
                    base::printable(listing.forest))});
  }
  std::ranges::sort(listing.services, {}, [](const EnrollmentService& service) {
    return std::tie(service.common_name, service.object_guid);
  });
  if (auto read = read_nt_auth(connection, listing, page_size); !read) return tl::unexpected(std::move(read.error()));
  return listing;
}

}  // namespace casweep::discovery
