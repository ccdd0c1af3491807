// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/enrollment_listing_internal.h"

#include <ldap.h>

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "discovery/domain_name_internal.h"
#include "discovery/printable_internal.h"

namespace casweep::discovery {

namespace {

constexpr auto enrollment_services = "CN=Enrollment Services,CN=Public Key Services,CN=Services,";

bool has_value(const DirectoryEntry& entry, std::string_view attribute, std::string_view value) {
  return std::ranges::any_of(values_of(entry, attribute), [value](const Octets& octets) {
    return std::ranges::equal(octets, value,
                              [](std::uint8_t left, char right) { return left == static_cast<std::uint8_t>(right); });
  });
}

tl::unexpected<DirectoryError> malformed(std::string message) {
  return tl::unexpected(DirectoryError{DirectoryErrorKind::malformed_answer, std::move(message)});
}

}  // namespace

tl::expected<Listing, DirectoryError> read_listing(DirectoryConnection& connection, int page_size) {
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
  const auto entries = connection.search_subtree(listing.base, listing.filter, listing.attributes, page_size);
  if (!entries && entries.error().kind == DirectoryErrorKind::container_missing) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::container_missing,
                       fmt::format("{} shows no Enrollment Services container; either AD CS was never installed in "
                                   "this forest or the account may not see it.",
                                   uri),
                       entries.error().ldap_result});
  }
  if (!entries) return tl::unexpected(entries.error());
  if (entries->empty()) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::no_enrollment_services,
        fmt::format("The Enrollment Services container of {} shows no CA; check that the account may read it and that "
                    "this is the forest with AD CS.",
                    printable(listing.forest))});
  }
  listing.entries_returned = entries->size();

  std::set<ObjectGuid> identities;
  for (const auto& entry : *entries) {
    auto service = parse_enrollment_service(entry);
    if (!service) return tl::unexpected(std::move(service.error()));
    if (!identities.insert(service->object_guid).second) {
      return malformed(fmt::format("{} listed the object {} twice; scan again, or ask another domain controller.", uri,
                                   service->object_guid.to_string()));
    }
    listing.services.push_back(std::move(*service));
  }
  std::ranges::sort(listing.services, {}, [](const EnrollmentService& service) {
    return std::tie(service.common_name, service.object_guid);
  });
  return listing;
}

}  // namespace casweep::discovery
