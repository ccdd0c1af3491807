// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "cli/command_error.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/connection_options.h"
#include "cli/interruption.h"
#include "cli/output_format.h"
#include "report/listing_report.h"
#include "report/terminal_text.h"

namespace casweep::cli {
namespace {

[[noreturn]] void give_up(const discovery::DirectoryError& error) {
  throw CommandError(exit_code_of(error), report::terminal_safe(error.message));
}

}  // namespace

int run_list(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"list", {}, {}, {}};
  line.configurable.add(connection_options()).add(format_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  ConnectionOptions connection = read_connection_options(values);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json, OutputFormat::csv};
  const OutputFormat format = output_format(values, formats);

  // Until the listing is there: a private ticket must be gone, and the terminal have its echo, however this ends.
  std::optional<Interruption> interruption(std::in_place);
  const auto session = log_on(connection, environment);
  Interruption::throw_if_signalled();
  if (!session) give_up(session.error());
  name_directory(connection.directory, session->account.principal, environment);
  const auto listing = discovery::list_enrollment_services(connection.directory, session->account);
  Interruption::throw_if_signalled();
  if (!listing) give_up(listing.error());
  interruption.reset();

  switch (format) {
    case OutputFormat::table:
      report::write_listing_table(environment.out, *listing, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_listing_json(environment.out, *listing);
      break;
    case OutputFormat::csv:
      report::write_listing_csv(environment.out, *listing);
      break;
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
