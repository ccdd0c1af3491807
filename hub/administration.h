// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "hub/connection.h"

namespace casweep::hub {

/// What the owner of a hub does. All of it throws HubError, and then nothing has changed.

/// Makes the database a hub: the roles that are missing, the schema, and `partitions` hash partitions of each large
/// table (0: plain tables). The login needs the right to create roles and a schema.
void init_hub(Connection& hub, int partitions);

struct HubUpgrade {
  int before = 0;
  int after = 0;
};
/// Brings the schema to the version of this program.
HubUpgrade upgrade_hub(Connection& hub);

struct Enrollment {
  bool made_role = false;                 ///< the role did not exist; it has no password yet
  std::optional<std::string> replaced{};  ///< the login that published the site before
};
/// Allows `login` to publish `site`, in place of any other.
Enrollment enroll_site(Connection& hub, const std::string& site, const std::string& login);

/// Lets `reader` read `site`, and no site that it was not given. A member of casweep_reader reads all of them anyway.
Enrollment enroll_reader(Connection& hub, const std::string& site, const std::string& reader);

/// Ends the right to publish; what was received stays. False: the site is not enrolled.
bool revoke_site(Connection& hub, const std::string& site);
bool revoke_reader(Connection& hub, const std::string& site, const std::string& reader);

/// A site as the owner sees it.
struct EnrolledSite {
  std::string site_id{};
  std::string login{};
  std::optional<base::Instant> revoked_at{};
  std::int64_t entries = 0;
  std::optional<base::Instant> received_at{};
};

/// A place where the hub differs from what it received.
struct HubDamage {
  std::string site_id{};  ///< empty: the hub as a whole
  std::string table{};
  std::optional<std::int64_t> row{};
  std::optional<std::int64_t> seq{};  ///< the entry of the ledger
  std::string what{};
};

struct HubCheck {
  int version = 0;
  std::vector<EnrolledSite> sites{};
  std::vector<HubDamage> damages{};  ///< at most 100 of each site
  [[nodiscard]] bool agrees() const { return damages.empty(); }
};
/// Checks the rights, and for each site (or the one with the id `only`) all rows against the ledger. Blocks for some
/// seconds for each million observations.
HubCheck check_hub(Connection& hub, const std::string& only = {},
                   const std::function<void(std::size_t done, std::size_t all)>& progress = {});

}  // namespace casweep::hub
