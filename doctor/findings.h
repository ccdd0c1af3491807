// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "base/endpoint.h"
#include "base/first_to_accept.h"
#include "base/host_lookup.h"
#include "base/object_guid.h"
#include "discovery/directory.h"
#include "discovery/enrollment_service.h"
#include "discovery/server_identity.h"
#include "doctor/step.h"
#include "logon/account.h"
#include "logon/kdc_list.h"
#include "logon/ticket_facts.h"
#include "sweep/confinement.h"
#include "winreg/smb_rpc_channel.h"

/// What was seen means: every function is pure.
namespace casweep::doctor {

[[nodiscard]] Finding about_history(const std::filesystem::path& file, bool exists);
[[nodiscard]] Finding about_client_library(const winreg::ClientLibrary& library);
[[nodiscard]] Finding about_confinement(const sweep::Confinement& confinement);
[[nodiscard]] Finding about_user(bool is_root);

/// A cache before its ticket is used; only its content counts.
[[nodiscard]] Finding about_cache(const logon::CacheFacts& cache, std::chrono::sys_seconds now);

/// The keytab's content; of another account's keys only the number is shown.
[[nodiscard]] Finding about_keytab(const std::string& file, std::span<const logon::KeytabEntry> entries,
                                   std::string_view principal);

/// A password that was typed or, if `file` is not empty, read from it.
[[nodiscard]] Finding about_password(std::string_view principal, std::string_view file, logon::Logon logon);

[[nodiscard]] Finding about_name_servers(std::span<const std::string> addresses);

/// The hosts of the domain controllers, found as `source` says: "the SRV records of corp.example".
[[nodiscard]] Finding about_controllers(std::string_view source, std::span<const base::HostLookup> hosts);

/// The KDCs of `realm`.
[[nodiscard]] Finding about_kdcs(std::string_view realm, const logon::KdcList& list);

/// `refusals` has one for each of `endpoints`. If none accepts, the failure is `cause`.
[[nodiscard]] Finding about_ports(std::span<const base::Endpoint> endpoints,
                                  std::span<const std::optional<base::Refusal>> refusals, Cause cause);

/// How far a host's clock is ahead of this machine's; nullopt: the host did not say.
struct HostClock {
  std::string host;
  std::optional<std::chrono::seconds> lead{};
};
[[nodiscard]] Finding about_clocks(std::span<const HostClock> clocks);

/// The ticket that a scan would use.
[[nodiscard]] Finding about_ticket(const logon::CacheFacts& cache, std::chrono::sys_seconds now);

/// A bound connection to a domain controller.
struct BoundDirectory {
  std::string uri;
  discovery::ServerIdentity identity;
  std::string protection;
  bool bound_to_tls = false;
  std::string note{};  ///< about domain controllers that were passed over
};
[[nodiscard]] Finding about_directory(const BoundDirectory& directory);

[[nodiscard]] Finding about_listing(const discovery::Listing& listing);

/// How far the reading of a CA came.
enum class Stage { directory_object, name, port, logon, registry, key, done };
[[nodiscard]] Stage stage_of(const assess::Reading& reading);

/// A CA that was read and that a scan could not judge is a failure too.
[[nodiscard]] Finding about_ca(const discovery::EnrollmentService& ca, const assess::Reading& reading);

/// about_ca() for each of `cas`, which are part of `listed` and have `readings`: one registry key proves one CA.
[[nodiscard]] std::vector<Finding> about_cas(std::span<const discovery::EnrollmentService> cas,
                                             std::span<const discovery::EnrollmentService> listed,
                                             std::map<base::ObjectGuid, assess::Reading> readings);

}  // namespace casweep::doctor
