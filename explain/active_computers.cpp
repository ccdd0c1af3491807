// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/active_computers.h"

#include <utility>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/filetime.h"
#include "base/printable.h"
#include "discovery/directory_entry.h"
#include "discovery/directory_inquiry.h"
#include "explain/active_computers_internal.h"

namespace casweep::explain {

namespace {

/// Far more than any domain has: the limit stops an endless answer before it exhausts memory.
constexpr std::size_t most_computers = 1'000'000;
constexpr std::size_t most_memory_of_computers = std::size_t{512} * 1024 * 1024;

std::size_t memory_of_computer(const discovery::Computer& computer) {
  return sizeof(discovery::Computer) + computer.name.capacity() + computer.dns_host_name.capacity() +
         computer.operating_system.capacity() + computer.operating_system_version.capacity();
}

/// Where to ask `domain`.
tl::expected<discovery::DirectoryOptions, discovery::DirectoryError> options_for(
    const discovery::DirectoryOptions& options, const logon::Account& account, const discovery::Listing& listing,
    const discovery::ForestDomain& domain) {
  if (base::same_but_for_case(domain.naming_context, listing.domain_naming_context)) return options;
  if (domain.dns_name.empty()) {
    return tl::unexpected(
        discovery::DirectoryError{discovery::DirectoryErrorKind::malformed_answer,
                                  fmt::format("The directory has no DNS name for the domain {}, so its domain "
                                              "controllers cannot be found; check its crossRef object.",
                                              base::printable(domain.naming_context))});
  }
  if (account.logon != logon::Logon::kerberos) {
    return tl::unexpected(discovery::DirectoryError{
        discovery::DirectoryErrorKind::protection_refused,
        fmt::format("The password is only sent to the named servers, and none of them is a domain controller of {}; "
                    "use Kerberos, or name a domain controller of that domain.",
                    base::printable(domain.dns_name))});
  }
  discovery::DirectoryOptions own = options;
  own.servers.clear();
  own.domain = domain.dns_name;
  return own;
}

}  // namespace

tl::expected<ActiveComputers, discovery::DirectoryError> read_active_computers(
    discovery::DirectoryConnection& connection, const discovery::ForestDomain& domain, std::chrono::sys_seconds since,
    int page_size) {
  const auto head = connection.read(domain.naming_context, {"msDS-LogonTimeSyncInterval"});
  if (!head) return tl::unexpected(head.error());

  ActiveComputers active{.directory_server = connection.server().uri(),
                         .logon_time_sync_interval = discovery::parse_logon_time_sync_interval(*head),
                         .computers = {}};
  // ACCOUNTDISABLE is 2 ([MS-ADTS] 2.2.16).
  const std::string filter = fmt::format(
      "(&(objectCategory=computer)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(lastLogonTimestamp>={}))",
      base::to_filetime(since));
  std::size_t memory = 0;
  auto visited = connection.visit_subtree(
      domain.naming_context, filter,
      {"cn", "dNSHostName", "operatingSystem", "operatingSystemVersion", "lastLogonTimestamp"}, page_size,
      [&](const discovery::DirectoryEntry& entry) -> tl::expected<void, discovery::DirectoryError> {
        active.computers.push_back(discovery::parse_computer(entry));
        memory += memory_of_computer(active.computers.back());
        if (active.computers.size() <= most_computers && memory <= most_memory_of_computers) return {};
        return tl::unexpected(discovery::DirectoryError{
            discovery::DirectoryErrorKind::malformed_answer,
            fmt::format("{} lists too many computers ({} of them); check that it is a domain controller.",
                        connection.server().uri(), active.computers.size())});
      });
  if (!visited) return tl::unexpected(std::move(visited.error()));
  return active;
}

tl::expected<ActiveComputers, discovery::DirectoryError> list_active_computers(
    const discovery::DirectoryOptions& options, const logon::Account& account, const discovery::Listing& listing,
    const discovery::ForestDomain& domain, std::chrono::sys_seconds since) {
  const auto own = options_for(options, account, listing, domain);
  if (!own) return tl::unexpected(own.error());
  return discovery::answer_of(*own, account, [&](discovery::DirectoryConnection& connection) {
    return read_active_computers(connection, domain, since, own->page_size);
  });
}

}  // namespace casweep::explain
