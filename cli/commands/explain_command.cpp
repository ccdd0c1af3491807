// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/directory_step.h"
#include "cli/exit_code.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/connection_options.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "cli/terminal/interruption.h"
#include "discovery/duplicate_objects.h"
#include "explain/active_computers.h"
#include "explain/enrollment_surroundings.h"
#include "explain/explanation.h"
#include "history/ca_name.h"
#include "report/table/explanation_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// The answers of the directory.
struct Asked {
  discovery::Listing listing;
  explain::Explanation explanation;
};

Asked ask(ConnectionOptions connection, const std::string& name, std::span<const history::CaNames> known,
          std::chrono::sys_seconds now, const Environment& environment) {
  const Session session =
      value_of(log_on(connection, password_for(connection, environment), life_for_directory, environment));
  name_directory(connection.directory, session.account.principal, environment);
  auto listing = value_of(discovery::list_enrollment_services(connection.directory, session.account));
  listing.services = discovery::without_duplicates(std::move(listing.services));
  const auto ca = only_ca_named(listing.services, known, name, environment);

  // A missing answer does not end the command; a signal does.
  const auto unless_signalled = [](auto answer) {
    Interruption::throw_if_signalled();
    return answer;
  };
  const auto& directory = connection.directory;
  const auto& account = session.account;
  const auto& base = listing.configuration_naming_context;
  const explain::EnrollmentSurroundings surroundings{
      .domains = unless_signalled(explain::read_forest_domains(directory, account, base)),
      .templates = unless_signalled(explain::read_certificate_templates(directory, account, base)),
      .nt_auth_certificates = unless_signalled(explain::read_nt_auth_certificates(directory, account, base))};
  std::vector<explain::DomainAnswer> answers;
  for (const auto& domain : surroundings.domains.value_or(std::vector<discovery::ForestDomain>{})) {
    answers.push_back({domain, unless_signalled(explain::list_active_computers(directory, account, listing, domain,
                                                                               explain::active_since(now)))});
  }
  auto explanation = explain::explain(ca, surroundings, answers, now);
  return {std::move(listing), std::move(explanation)};
}

/// The CA in a history, at the time by which its decisions end.
struct RecordedCa {
  history::CaSummary summary;
  base::Instant now;
};

/// A history given with --db must exist, the default one need not.
std::optional<store::History> history_if_any(const po::variables_map& values, const Environment& environment) {
  const std::filesystem::path file = history_file(values, environment);
  std::error_code error;
  const bool is_missing = !std::filesystem::exists(file, error) && !error;
  if (values.count("db") == 0 && is_missing) return std::nullopt;
  return store::History::open_existing(file);
}

std::optional<RecordedCa> recorded_ca(const store::History& history, const base::ObjectGuid& ca,
                                      const Environment& environment) {
  if (history.find_ca(ca.to_string()).empty()) return std::nullopt;
  const base::Instant now = now_in(history, environment);
  return RecordedCa{history.ca_summary(ca, now), now};
}

int run_explain(const po::variables_map& values, const Environment& environment) {
  const ConnectionOptions connection = read_connection_options(values);
  const OutputFormat format = output_format(values);

  const base::Instant now = environment.now();
  const auto history = history_if_any(values, environment);
  const auto known = history ? history->ca_names() : std::vector<history::CaNames>{};
  // Until all questions are answered: removes the private ticket and restores the terminal's echo on every exit.
  std::optional<Interruption> interruption(std::in_place);
  const auto [listing, explanation] = ask(connection, values["CA"].as<std::string>(), known,
                                          std::chrono::floor<std::chrono::seconds>(now), environment);
  interruption.reset();

  const auto recorded =
      history ? recorded_ca(*history, explanation.ca.object_guid, environment) : std::optional<RecordedCa>{};
  const report::ExplanationSource source{listing, recorded ? &recorded->summary : nullptr,
                                         recorded ? recorded->now : now};
  if (format == OutputFormat::json) {
    report::write_explanation_json(environment.out, explanation, source);
  } else {
    report::write_explanation(environment.out, explanation, source, table_style(environment));
  }
  return static_cast<int>(explanation.unseen.empty() ? ExitCode::ok : ExitCode::unknown);
}

}  // namespace

Command explain_command() {
  return {
      .line = {.command = "explain",
               .operands = {ca_operand()},
               .options = {directory_options(), account_options(Asks::directory),
                           format_options({OutputFormat::table, OutputFormat::json}),
                           history_options("the history, for the last recorded verdict; a file named here must exist")},
               .prints_document = true},
      .run = run_explain,
      .asks_directory = true,
      .summary = "show what speaks for and against setting the flag",
      .usage = {"CA [OPTION]..."},
      .description =
          {"Shows what the directory says for and against enforcing encryption on one CA, and what it cannot "
           "show: computers in use, in every domain of the forest, whose Windows may be too old; the "
           "templates that the CA publishes; its enrollment web services; its certificates, and whether "
           "domain controllers accept what they issue for a logon. casweep asks the directory now and does "
           "not contact the CA. A statement that comes from a specification names its source."},
      .sections =
          {{.heading = "Notes",
            .paragraphs = {"A computer is in use if its enabled account logged on within 45 days; the directory "
                           "may be 14 days behind. Computers report their own operating system, and many that do "
                           "not run Windows report none. casweep asks each other domain at one of its own domain "
                           "controllers, found through DNS, with Kerberos."}}},
      .examples = {{"Explain a CA", "casweep explain 'Contoso Issuing CA 03'"},
                   {"List the computers that are too old",
                    "casweep explain 'Contoso Issuing CA 03' --format json | \\\njq '.clients.old_computers'"}},
      .exit_codes = {{"0", "the CA was explained"},
                     {"2", "the CA was explained, but not everything could be seen"},
                     {"64", "no CA has this name, or several have it"},
                     {"69", "the directory cannot be reached or proven, or no CA was found"},
                     {"74", "the history cannot be used"},
                     {"77", "the account, its password or its key was refused"}}};
}

}  // namespace casweep::cli
