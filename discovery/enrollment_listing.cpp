// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/enrollment_listing_internal.h"

#include <ldap.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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

/// Whether the listing can continue: the server answered, but returned nothing. A broken connection ends the listing.
tl::expected<void, DirectoryError> unless_broken(DirectoryError error) {
  if (error.ldap_result > 0) return {};
  return tl::unexpected(std::move(error));
}

/// The identity of the root domain, from its crossRef's nCName as an extended name. Every domain controller of the
/// forest has it, including those of other domains, which do not hold the root domain itself.
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

struct RootDse {
  std::string configuration_naming_context;
  std::string domain_naming_context;
  std::string root_domain_naming_context;
  std::string host;
  bool has_extended_names;
};

/// What the server says of itself; an error if it is no domain controller that can list all CAs.
tl::expected<RootDse, DirectoryError> read_root_dse(DirectoryConnection& connection) {
  const auto entry = connection.read("", {"configurationNamingContext", "rootDomainNamingContext",
                                          "defaultNamingContext", "dnsHostName", "supportedControl"});
  if (!entry) return tl::unexpected(entry.error());
  RootDse root_dse{.configuration_naming_context = text_value(*entry, "configurationNamingContext"),
                   .domain_naming_context = text_value(*entry, "defaultNamingContext"),
                   .root_domain_naming_context = text_value(*entry, "rootDomainNamingContext"),
                   .host = text_value(*entry, "dnsHostName"),
                   .has_extended_names = has_value(*entry, "supportedControl", LDAP_CONTROL_X_EXTENDED_DN)};
  if (root_dse.configuration_naming_context.empty() || dns_name_of(root_dse.root_domain_naming_context).empty() ||
      root_dse.host.empty()) {
    return malformed(
        fmt::format("{} does not say what forest it serves (rootDSE); check that it is an Active Directory "
                    "domain controller.",
                    connection.server().uri()));
  }
  if (!has_value(*entry, "supportedControl", LDAP_CONTROL_PAGEDRESULTS)) {
    return malformed(
        fmt::format("{} does not offer paged results, without which a listing may be cut short unnoticed; "
                    "ask another domain controller.",
                    connection.server().uri()));
  }
  return root_dse;
}

/// A listing of no CAs yet: who answers, and what is asked.
Listing begin_listing(DirectoryConnection& connection, const RootDse& root_dse) {
  Listing listing;
  listing.configuration_naming_context = root_dse.configuration_naming_context;
  listing.domain_naming_context = root_dse.domain_naming_context;
  listing.forest = dns_name_of(root_dse.root_domain_naming_context);
  listing.server = connection.identity();
  listing.server.claimed_name = root_dse.host;
  DirectoryServer answered = connection.server();
  answered.host = listing.server.name.empty() ? root_dse.host : listing.server.name;
  listing.directory_server = answered.uri();
  listing.protection = connection.protection();
  listing.base = enrollment_services + listing.configuration_naming_context;
  listing.filter = "(objectClass=pKIEnrollmentService)";
  listing.attributes = {
      "cn",    "displayName", "dNSHostName", "cACertificate", "cACertificateDN",         "certificateTemplates",
      "flags", "objectGUID",  "whenCreated", "whenChanged",   "msPKI-Enrollment-Servers"};
  return listing;
}

std::size_t memory_kept_by(const std::string& text) { return sizeof text + text.capacity(); }

/// What is kept of an object, with what the allocator needs.
std::size_t memory_kept_by(const EnrollmentService& service) {
  constexpr std::size_t memory_of_allocation = 16;
  std::size_t memory = sizeof service;
  for (const auto* text : {&service.distinguished_name, &service.common_name, &service.display_name,
                           &service.dns_host_name, &service.ca_certificate_dn}) {
    memory += memory_kept_by(*text) + memory_of_allocation;
  }
  for (const auto* texts : {&service.certificate_templates, &service.enrollment_servers}) {
    for (const auto& text : *texts) memory += memory_kept_by(text) + memory_of_allocation;
  }
  for (const auto& certificate : service.ca_certificates) {
    memory += sizeof certificate + certificate.capacity() + memory_of_allocation;
  }
  return memory;
}

/// Adds the CAs to `listing` as each page arrives: a forest's certificates fit into memory once, not several times. The
/// whole subtree: a CA's object still works if it was moved into a container below.
tl::expected<void, DirectoryError> search(DirectoryConnection& connection, Listing& listing, bool has_extended_names,
                                          int page_size) {
  std::set<base::ObjectGuid> identities;
  const auto searched = connection.take_subtree(
      listing.base, has_extended_names, listing.filter, listing.attributes, page_size,
      [&](const DirectoryEntry& entry) -> tl::expected<std::size_t, DirectoryError> {
        auto service = parse_enrollment_service(entry);
        if (!service) return tl::unexpected(std::move(service.error()));
        if (!identities.insert(service->object_guid).second) {
          return malformed(fmt::format("{} listed the object {} twice; scan again, or ask another domain controller.",
                                       connection.server().uri(), service->object_guid.to_string()));
        }
        listing.services.push_back(std::move(*service));
        return memory_kept_by(listing.services.back());
      });
  listing.entries_returned = listing.services.size();
  if (!searched && searched.error().kind == DirectoryErrorKind::container_missing) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::container_missing,
                       fmt::format("{} shows no Enrollment Services container; either AD CS was never installed in "
                                   "this forest or the account is not allowed to see it.",
                                   connection.server().uri()),
                       searched.error().ldap_result});
  }
  return searched;
}

}  // namespace

tl::expected<Listing, DirectoryError> read_listing(DirectoryConnection& connection, int page_size,
                                                   std::span<const EnrollmentService> known,
                                                   const ListingCheck& check) {
  const DirectoryConnection::WholeAnswer answer(connection);
  const auto root_dse = read_root_dse(connection);
  if (!root_dse) return tl::unexpected(root_dse.error());
  const bool extended = root_dse->has_extended_names;

  Listing listing = begin_listing(connection, *root_dse);
  if (auto searched = search(connection, listing, extended, page_size); !searched) {
    return tl::unexpected(std::move(searched.error()));
  }

  if (auto read = read_root_domain(connection, listing, root_dse->root_domain_naming_context, extended, page_size);
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
