// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/administration.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "hub/hub_error.h"
#include "hub/hub_schema_internal.h"
#include "hub/refusal_internal.h"

namespace casweep::hub {
namespace {

using Kind = HubError::Kind;

constexpr int described_damages = 100;

/// `sql` with what stands in /*PARTITION …*/ as part of the tables.
std::string with_partitioned_tables(std::string_view sql) {
  constexpr std::string_view begin = "/*PARTITION";
  constexpr std::string_view end = "*/;";
  std::string text(sql);
  for (auto place = text.find(begin); place != std::string::npos; place = text.find(begin, place)) {
    const auto close = text.find(end, place);
    const auto line_end = text.find('\n', place);
    if (close == std::string::npos || close > line_end) {  // it is mentioned in a comment
      place += begin.size();
      continue;
    }
    text.erase(close, 2);
    text.erase(place, 2);
  }
  return text;
}

/// Partitions for the partitioned tables that have none yet.
void make_partitions(Connection& hub, int partitions) {
  const Rows tables = hub.select(
      "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'casweep'::regnamespace AND c.relkind = 'p' "
      "AND NOT EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhparent = c.oid)");
  for (std::size_t row = 0; row < tables.size(); ++row) {
    const std::string table = tables.text(row, 0);
    for (int part = 0; part < partitions; ++part) {
      hub.run(fmt::format(
          "CREATE TABLE casweep.{0}_{1} PARTITION OF casweep.{0} FOR VALUES WITH (MODULUS {2}, REMAINDER {1})", table,
          part, partitions));
    }
  }
}

/// A statement with names that the server quotes.
std::string quoted(Connection& hub, const std::string& format, const std::string& name) {
  return hub.select("SELECT format($1, $2::text)", {format, name}).text(0, 0);
}

void become_owner(Connection& hub) {
  const std::string login = hub.select("SELECT session_user").text(0, 0);
  try {
    hub.run("SET ROLE casweep_owner");
  } catch (const RefusedByHub& refused) {
    if (refused.refusal().sqlstate == "22023") {
      throw HubError(Kind::not_a_hub, fmt::format("The server has no role casweep_owner, so the database ({}) is not a "
                                                  "hub: 'casweep hub init' makes one.",
                                                  hub.shown()));
    }
    throw HubError(Kind::credentials, fmt::format("This needs a member of the role casweep_owner on the hub ({}); the "
                                                  "login {} is none.",
                                                  hub.shown(), login));
  }
}

/// Creates `role` if there is none. Before become_owner(): the owner of the schema may not create roles.
bool make_role(Connection& hub, const std::string& role) {
  constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1: the server would cut it
  if (role.size() > longest_name) {
    throw HubError(Kind::failed,
                   fmt::format("The name of the role has {} bytes; PostgreSQL allows {}.", role.size(), longest_name));
  }
  const Rows known = hub.select("SELECT rolcanlogin AND NOT rolsuper FROM pg_roles WHERE rolname = $1", {role});
  if (!known.empty() && known.text(0, 0) != "t") {
    throw HubError(Kind::failed, fmt::format("The role {} is a group or an administrator of the server; choose a login "
                                             "of its own.",
                                             role));
  }
  if (!known.empty()) return false;
  try {
    hub.run(quoted(hub, "CREATE ROLE %I LOGIN", role));
  } catch (const RefusedByHub& refused) {
    if (refused.refusal().sqlstate != "42501") throw;
    throw HubError(Kind::credentials, fmt::format("The role {0} does not exist, and this login may not create it: have "
                                                  "an administrator of the server run CREATE ROLE \"{0}\" LOGIN.",
                                                  role));
  }
  return true;
}

std::optional<base::Instant> hub_instant(const Rows& rows, std::size_t row, std::size_t column) {
  const auto milliseconds = rows.number(row, column);
  if (!milliseconds) return std::nullopt;
  return base::Instant{std::chrono::milliseconds{*milliseconds}};
}

void require_site(Connection& hub, const std::string& site) {
  if (!hub.select("SELECT FROM casweep.site WHERE site_id = $1", {site}).empty()) return;
  throw HubError(Kind::not_enrolled,
                 fmt::format("The hub ({}) has no site {}; 'casweep hub check' lists its sites.", hub.shown(), site));
}

}  // namespace

void init_hub(Connection& hub, int partitions) {
  Transaction transaction(hub);
  if (!hub.select("SELECT FROM pg_namespace WHERE nspname = 'casweep'").empty()) {
    throw HubError(Kind::failed, fmt::format("The database ({}) has a schema 'casweep' already (not changed); 'casweep "
                                             "hub upgrade' upgrades a hub.",
                                             hub.shown()));
  }
  for (const HubMigration& migration : hub_migrations()) {
    hub.run(partitions > 0 ? with_partitioned_tables(migration.sql) : std::string(migration.sql));
    make_partitions(hub, partitions);
  }
  transaction.commit();
}

HubUpgrade upgrade_hub(Connection& hub) {
  become_owner(hub);
  Transaction transaction(hub);
  hub.select("SELECT pg_advisory_xact_lock(hashtext('casweep hub upgrade'))");
  HubUpgrade upgrade{.before = hub_version(hub), .after = newest_hub_version()};
  if (upgrade.before > upgrade.after) require_same_schema(hub);
  const auto partitions =
      static_cast<int>(hub.select("SELECT count(*) FROM pg_inherits WHERE inhparent = 'casweep.observation'::regclass")
                           .number(0, 0)
                           .value_or(0));
  for (const HubMigration& migration : hub_migrations()) {
    if (migration.version <= upgrade.before) continue;
    hub.run(partitions > 0 ? with_partitioned_tables(migration.sql) : std::string(migration.sql));
    make_partitions(hub, partitions);
  }
  transaction.commit();
  return upgrade;
}

Enrollment enroll_site(Connection& hub, const std::string& site, const std::string& login) {
  Transaction transaction(hub);
  Enrollment enrollment{.made_role = make_role(hub, login)};
  become_owner(hub);
  require_same_schema(hub);
  const Rows before = hub.select("SELECT login FROM casweep.site WHERE site_id = $1 FOR UPDATE", {site});
  if (!before.empty() && before.text(0, 0) != login) enrollment.replaced = before.text(0, 0);
  hub.select(
      "INSERT INTO casweep.site (site_id, login) VALUES ($1, $2) "
      "ON CONFLICT (site_id) DO UPDATE SET login = excluded.login, revoked_at = NULL",
      {site, login});
  hub.run(quoted(hub, "GRANT casweep_publisher TO %I", login));
  transaction.commit();
  return enrollment;
}

Enrollment enroll_reader(Connection& hub, const std::string& site, const std::string& reader) {
  Transaction transaction(hub);
  const Enrollment enrollment{.made_role = make_role(hub, reader)};
  become_owner(hub);
  require_same_schema(hub);
  require_site(hub, site);
  hub.select("INSERT INTO casweep.reader_site (site_id, login) VALUES ($1, $2) ON CONFLICT DO NOTHING", {site, reader});
  hub.run(quoted(hub, "GRANT casweep_site_reader TO %I", reader));
  transaction.commit();
  return enrollment;
}

bool revoke_site(Connection& hub, const std::string& site) {
  become_owner(hub);
  require_same_schema(hub);
  require_site(hub, site);
  return !hub.select("UPDATE casweep.site SET revoked_at = now() WHERE site_id = $1 AND revoked_at IS NULL RETURNING 1",
                     {site})
              .empty();
}

bool revoke_reader(Connection& hub, const std::string& site, const std::string& reader) {
  become_owner(hub);
  require_same_schema(hub);
  require_site(hub, site);
  return !hub.select("DELETE FROM casweep.reader_site WHERE site_id = $1 AND login = $2 RETURNING 1", {site, reader})
              .empty();
}

HubCheck check_hub(Connection& hub, const std::string& only,
                   const std::function<void(std::size_t done, std::size_t all)>& progress) {
  become_owner(hub);
  require_same_schema(hub);
  if (!only.empty()) require_site(hub, only);
  HubCheck check{.version = hub_version(hub)};
  const Rows rights = hub.select("SELECT problem FROM casweep.check_rights()");
  for (std::size_t row = 0; row < rights.size(); ++row) check.damages.push_back({.what = rights.text(row, 0)});

  const Rows sites = hub.select(
      "SELECT site_id, login, casweep.milliseconds(revoked_at), head_seq, casweep.milliseconds(received_at) "
      "FROM casweep.site WHERE $1 = '' OR site_id::text = $1 ORDER BY site_id",
      {only});
  for (std::size_t row = 0; row < sites.size(); ++row) {
    const std::string site = sites.text(row, 0);
    check.sites.push_back({.site_id = site,
                           .login = sites.text(row, 1),
                           .revoked_at = hub_instant(sites, row, 2),
                           .entries = sites.number(row, 3).value_or(0),
                           .received_at = hub_instant(sites, row, 4)});
    const Rows problems =
        hub.select("SELECT name, id, seq, problem FROM casweep.check_site($1) ORDER BY seq, name, id LIMIT $2",
                   {site, std::to_string(described_damages)});
    for (std::size_t problem = 0; problem < problems.size(); ++problem) {
      check.damages.push_back({.site_id = site,
                               .table = problems.text(problem, 0),
                               .row = problems.number(problem, 1),
                               .seq = problems.number(problem, 2),
                               .what = problems.text(problem, 3)});
    }
    if (progress) progress(row + 1, sites.size());
  }
  return check;
}

}  // namespace casweep::hub
