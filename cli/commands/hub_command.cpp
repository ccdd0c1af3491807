// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/hub_option.h"
#include "cli/options/output_format.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "history/site_id.h"
#include "hub/administration.h"
#include "hub/hub_error.h"
#include "report/table/hub_report.h"

namespace casweep::cli {
namespace {

constexpr int most_partitions = 1024;

/// What an owner does may take long: a check reads everything.
constexpr hub::Waits owner_waits{.statement = std::chrono::hours{1}};

/// Calls `work` with a connection to the hub. A signal ends it.
template <typename Work>
auto on_hub(const po::variables_map& values, const Work& work) {
  const hub::HubAddress address = required_hub(values);
  const Interruption interruption;
  try {
    hub::Connection connection(address, Interruption::flag(), owner_waits);
    return work(connection);
  } catch (const hub::HubError& error) {
    if (error.kind() == hub::HubError::Kind::interrupted) {
      Interruption::throw_if_signalled("Interrupted; the hub has not changed.");
    }
    throw;
  }
}

/// The operand SITE. Throws CommandError (usage).
std::string site_operand(const po::variables_map& values) {
  std::string site = text_of(values, "SITE");
  if (history::is_site_id(site)) return site;
  throw CommandError(ExitCode::usage,
                     fmt::format("'{}' is not the identity of a history, which 'casweep db info' shows "
                                 "as 'site'.",
                                 site));
}

std::string safe_name(const std::string& name, const Environment& environment) {
  return base::terminal_safe(name, charset_of(environment));
}

int run_hub_init(const po::variables_map& values, const Environment& environment) {
  const int partitions = values["partitions"].as<int>();
  if (partitions < 0 || partitions == 1 || partitions > most_partitions) {
    throw CommandError(ExitCode::usage,
                       fmt::format("--partitions takes 0, or a number from 2 to {}.", most_partitions));
  }
  const std::string shown = on_hub(values, [&](hub::Connection& connection) {
    hub::init_hub(connection, partitions);
    return connection.shown();
  });
  environment.out << fmt::format(
      "The {} is a hub now.\n\nNext, for each history:\n  casweep hub enroll SITE --login ROLE\n",
      safe_name(shown, environment));
  return static_cast<int>(ExitCode::ok);
}

int run_hub_upgrade(const po::variables_map& values, const Environment& environment) {
  const hub::HubUpgrade upgrade =
      on_hub(values, [](hub::Connection& connection) { return hub::upgrade_hub(connection); });
  environment.out << (upgrade.before == upgrade.after
                          ? fmt::format("The schema of the hub has version {} already.\n", upgrade.after)
                          : fmt::format("The schema of the hub was upgraded from version {} to {}.\n", upgrade.before,
                                        upgrade.after));
  return static_cast<int>(ExitCode::ok);
}

int run_hub_enroll(const po::variables_map& values, const Environment& environment) {
  const std::string site = site_operand(values);
  const std::string login = text_of(values, "login");
  const std::string reader = text_of(values, "reader");
  if (login.empty() == reader.empty()) {
    throw CommandError(
        ExitCode::usage,
        "'hub enroll' needs either --login ROLE, who publishes the site, or --reader ROLE, who reads it.");
  }
  const std::string role = login.empty() ? reader : login;
  const hub::Enrollment enrollment = on_hub(values, [&](hub::Connection& connection) {
    return login.empty() ? hub::enroll_reader(connection, site, reader) : hub::enroll_site(connection, site, login);
  });
  environment.out << fmt::format("Role {} may {} the site {}.\n", safe_name(role, environment),
                                 login.empty() ? "read" : "publish", site);
  if (enrollment.replaced) {
    note(environment, fmt::format("the role {} published this site before and no longer may.",
                                  safe_name(*enrollment.replaced, environment)));
  }
  if (enrollment.made_role) {
    note(environment, fmt::format("the role {} is new and has no password; let it log in with a client certificate or "
                                  "Kerberos (pg_hba.conf), or set a password with \\password in psql.",
                                  safe_name(role, environment)));
  }
  return static_cast<int>(ExitCode::ok);
}

int run_hub_revoke(const po::variables_map& values, const Environment& environment) {
  const std::string site = site_operand(values);
  const std::string reader = text_of(values, "reader");
  const bool changed = on_hub(values, [&](hub::Connection& connection) {
    return reader.empty() ? hub::revoke_site(connection, site) : hub::revoke_reader(connection, site, reader);
  });
  const std::string role = safe_name(reader, environment);
  if (reader.empty() && changed) {
    environment.out << fmt::format(
        "No role may publish the site {} any more. What it published stays; 'casweep fleet' shows it as revoked.\n",
        site);
  } else if (reader.empty()) {
    environment.out << fmt::format("No role could publish the site {}; nothing has changed.\n", site);
  } else if (changed) {
    environment.out << fmt::format("Role {} may no longer read the site {}.\n", role, site);
  } else {
    environment.out << fmt::format("Role {} was not given the site {}; nothing has changed.\n", role, site);
  }
  return static_cast<int>(ExitCode::ok);
}

int run_hub_check(const po::variables_map& values, const Environment& environment) {
  const std::string only = values.count("SITE") > 0 ? site_operand(values) : "";
  std::string shown;
  const hub::HubCheck check = on_hub(values, [&](hub::Connection& connection) {
    shown = connection.shown();
    return hub::check_hub(connection, only);
  });
  if (output_format(values) == OutputFormat::json) {
    report::write_hub_check_json(environment.out, shown, check);
  } else {
    report::write_hub_check_text(environment.out, shown, check, table_style(environment));
  }
  return static_cast<int>(check.agrees() ? ExitCode::ok : ExitCode::file);
}

std::vector<Definition> with_hub_codes(std::vector<Definition> codes) {
  codes.insert(codes.end(), {{"64", "no hub is named, or its address holds a password"},
                             {"69", "the hub cannot be reached"},
                             {"74", "the database is not a hub, or its schema has another version"},
                             {"77", "the login was refused, or is no member of casweep_owner"}});
  return codes;
}

constexpr const char* roles_note =
    "The roles of a hub are casweep_owner (init, upgrade, enroll, revoke, check), casweep_publisher (a login for each "
    "site, which has no table and sends through functions), casweep_reader (SELECT on all sites) and "
    "casweep_site_reader (SELECT on the sites that it was given). What was received is never changed or deleted.";

}  // namespace

Command hub_init_command() {
  OptionGroup group{.heading = "Hub", .source = Source::arguments_only};
  group.options.add_options()("partitions", po::value<int>()->value_name("N")->default_value(0, "0"),
                              "hash partitions by site of each large table (default: 0, plain tables)");
  return {.line = {.command = "hub init", .options = {hub_options(), group}},
          .run = run_hub_init,
          .summary = "make an empty PostgreSQL database a hub for many histories",
          .usage = {"--hub CONNINFO [OPTION]..."},
          .description = {"Creates the schema 'casweep' in the database, and the roles that are missing on its server. "
                          "The login needs the right to create roles and schemas, and becomes a member of "
                          "casweep_owner. The server is PostgreSQL 15 or later."},
          .sections = {{.heading = "Notes", .paragraphs = {roles_note}}},
          .examples = {{"Make the database casweep of a local server a hub",
                        "casweep hub init --hub 'host=/var/run/postgresql dbname=casweep'"}},
          .exit_codes = with_hub_codes({{"0", "the database is a hub"}})};
}

Command hub_upgrade_command() {
  return {.line = {.command = "hub upgrade", .options = {hub_options()}},
          .run = run_hub_upgrade,
          .summary = "bring the schema of a hub to the version of this program",
          .usage = {"--hub CONNINFO [OPTION]..."},
          .description = {"Upgrades the schema in one transaction. Older programs publish to a newer hub; a newer "
                          "program does not publish to an older hub, so upgrade the hub first."},
          .examples = {{"Upgrade a hub", "casweep hub upgrade --hub service=casweep"}},
          .exit_codes = with_hub_codes({{"0", "the schema has the version of this program"}})};
}

Command hub_enroll_command() {
  OptionGroup group{.heading = "Enrollment", .source = Source::arguments_only};
  group.options.add_options()("login", po::value<std::string>()->value_name("ROLE"),
                              "the role that publishes the site, in place of any other");
  group.options.add_options()("reader", po::value<std::string>()->value_name("ROLE"),
                              "a role that may read this site, and no site that it was not given");
  return {.line = {.command = "hub enroll",
                   .operands = {{.name = "SITE", .text = "the identity of a history, as 'casweep db info' shows it"}},
                   .options = {group, hub_options()}},
          .run = run_hub_enroll,
          .summary = "allow a role to publish a history to the hub, or to read it there",
          .usage = {"SITE --login ROLE --hub CONNINFO [OPTION]...", "SITE --reader ROLE --hub CONNINFO [OPTION]..."},
          .description = {"Enrolls a history, called a site on the hub, for the role that publishes it. A role that "
                          "does not exist is created if the login may do that. One role may publish several sites; a "
                          "site has one role."},
          .sections = {{.heading = "Notes", .paragraphs = {roles_note}}},
          .examples = {{"Allow a role to publish a history",
                        "casweep hub enroll 5f1c0b1e-7a52-8d1c-9e0a-3c5b2f4d6a70 --login site_corp \\\n"
                        "--hub service=casweep"},
                       {"Show an auditor one site",
                        "casweep hub enroll 5f1c0b1e-7a52-8d1c-9e0a-3c5b2f4d6a70 --reader auditor \\\n"
                        "--hub service=casweep"}},
          .exit_codes = with_hub_codes({{"0", "the role has the right"}})};
}

Command hub_revoke_command() {
  OptionGroup group{.heading = "Enrollment", .source = Source::arguments_only};
  group.options.add_options()("reader", po::value<std::string>()->value_name("ROLE"),
                              "take the right to read the site from this role instead");
  return {.line = {.command = "hub revoke",
                   .operands = {{.name = "SITE", .text = "the identity of a history, as 'casweep db info' shows it"}},
                   .options = {group, hub_options()}},
          .run = run_hub_revoke,
          .summary = "end the right to publish a history to the hub",
          .usage = {"SITE --hub CONNINFO [OPTION]..."},
          .description =
              {"Ends the right to publish the site. What was received stays on the hub, and 'casweep fleet' shows "
               "the site as revoked: its CAs are not counted as compliant unless a current site reads them. "
               "'casweep hub enroll' gives the right again."},
          .examples = {{"Retire a site",
                        "casweep hub revoke 5f1c0b1e-7a52-8d1c-9e0a-3c5b2f4d6a70 \\\n--hub service=casweep"}},
          .exit_codes = with_hub_codes({{"0", "the role no longer has the right"}})};
}

Command hub_check_command() {
  return {.line = {.command = "hub check",
                   .operands = {{.name = "SITE", .text = "check only this site", .count = OperandCount::optional}},
                   .options = {hub_options(), format_options({OutputFormat::table, OutputFormat::json})}},
          .run = run_hub_check,
          .summary = "check that a hub holds exactly what it received, and list its sites",
          .usage = {"[SITE] --hub CONNINFO [OPTION]..."},
          .description = {"Computes the hash of every ledger entry and of every row again, on the server, and compares "
                          "them with the ledger of the site; then the derived tables and the rights in the database. "
                          "If something is wrong, casweep says what and where."},
          .sections = {{.heading = "Notes",
                        .paragraphs = {"This shows that the hub agrees with itself. 'casweep db check --hub' compares "
                                       "a history with the hub.",
                                       "The rows of scans are compared by their number, UUID and state only: their "
                                       "hashes cover names of local files, which are not sent."}}},
          .examples = {{"Check a hub", "casweep hub check --hub service=casweep"}},
          .exit_codes = with_hub_codes({{"0", "everything agrees"}})};
}

}  // namespace casweep::cli
