// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "base/terminal_text.h"
#include "cli/commands/commands.h"
#include "cli/directory_step.h"
#include "cli/exit_code.h"
#include "cli/options/command_line.h"
#include "cli/options/connection_options.h"
#include "cli/options/output_format.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "discovery/duplicate_objects.h"
#include "report/table/listing_report.h"

namespace casweep::cli {
namespace {

int run_list(const po::variables_map& values, const Environment& environment) {
  ConnectionOptions connection = read_connection_options(values);
  const OutputFormat format = output_format(values);

  // Until the listing is complete: removes the private ticket and restores the terminal's echo on every exit.
  std::optional<Interruption> interruption(std::in_place);
  const Session session =
      value_of(log_on(connection, password_for(connection, environment), life_for_directory, environment));
  name_directory(connection.directory, session.account.principal, environment);
  auto listing = value_of(discovery::list_enrollment_services(connection.directory, session.account));
  interruption.reset();
  listing.services = discovery::without_duplicates(std::move(listing.services));

  switch (format) {
    case OutputFormat::table:
      report::write_listing_table(environment.out, listing, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_listing_json(environment.out, listing);
      break;
    case OutputFormat::csv:
      report::write_listing_csv(environment.out, listing);
      break;
  }
  std::string hidden;
  for (const auto& [service, detail, ldap_result] : listing.hidden) {
    hidden +=
        (hidden.empty() ? "" : ", ") + base::terminal_safe(base::name_or_guid(name_of(service), service.object_guid));
  }
  if (!hidden.empty()) {
    note(environment,
         fmt::format("this account may not read these objects in the Enrollment Services container: {}.", hidden));
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command list_command() {
  return {
      .line = {.command = "list",
               .options = {directory_options(), account_options(Asks::directory),
                           format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv})},
               .prints_document = true},
      .run = run_list,
      .asks_directory = true,
      .summary = "list the CAs in the directory, without contacting them",
      .usage = {"[OPTION]..."},
      .description = {"Lists the enterprise CAs in the directory with their hosts. No CA is contacted, and nothing is "
                      "recorded."},
      .examples = {{"List the CAs in the domain of the current Kerberos ticket", "casweep list"},
                   {"Ask one domain controller", "casweep list --server ldap://dc01.corp.example --format json"}},
      .exit_codes = {{"0", "the CAs were listed"},
                     {"69", "the directory cannot be reached or proven, or no CA was found"},
                     {"77", "the account, its password or its key was refused"}}};
}

}  // namespace casweep::cli
