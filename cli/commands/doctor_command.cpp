// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>

#include "assess/read_interface_flags.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/command_line.h"
#include "cli/options/connection_options.h"
#include "cli/options/history_file.h"
#include "cli/options/log_option.h"
#include "cli/options/output_format.h"
#include "cli/options/sweep_settings.h"
#include "cli/options/verbosity.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/progress.h"
#include "doctor/checkup.h"
#include "report/json/checkup_json.h"
#include "report/table/checkup_table.h"

namespace casweep::cli {
namespace {

doctor::Credentials credentials_of(const ConnectionOptions& connection) {
  if (connection.user.empty()) return doctor::Credentials::cache;
  if (!connection.keytab.empty()) return doctor::Credentials::keytab;
  return connection.password_file.empty() ? doctor::Credentials::typed_password : doctor::Credentials::password_file;
}

doctor::Request request_of(const ConnectionOptions& connection, const SweepSettings& sweep,
                           std::filesystem::path history) {
  doctor::Request request{.directory = connection.directory,
                          .logon = connection.ntlm ? logon::Logon::ntlm : logon::Logon::kerberos,
                          .credentials = credentials_of(connection),
                          .principal = account_name(connection),
                          .file = connection.keytab.empty() ? connection.password_file : connection.keytab,
                          .realms = {},
                          .history = std::move(history),
                          .cas = sweep.cas,
                          .sweep = {.jobs = sweep.jobs, .deadline = sweep.deadline}};
  request.realms = realms_of(connection, request.principal);
  const bool named = !request.directory.domain.empty() || !request.directory.servers.empty();
  if (!named) request.directory.domain = domain_of_principal(request.principal);
  return request;
}

/// The account and the CA hosts, as the options say; reports to the person at the terminal.
class Person : public doctor::Sources {
 public:
  /// `table` gets each step; it may be null.
  Person(const ConnectionOptions& connection, const SweepSettings& sweep, Verbosity verbosity,
         report::CheckupTable* table, const Environment& environment)
      : connection_(connection), sweep_(sweep), verbosity_(verbosity), table_(table), environment_(environment) {}

  tl::expected<base::Secret, logon::LogonError> password() override {
    try {
      return password_for(connection_, environment_);
    } catch (const CommandError& error) {
      return tl::unexpected(logon::LogonError{logon::LogonErrorKind::kerberos_failed, error.what()});
    }
  }

  tl::expected<logon::Account, logon::LogonError> log_on(base::Secret password) override {
    auto session = cli::log_on(connection_, std::move(password), life_for_scan(sweep_.deadline), environment_);
    if (!session) return tl::unexpected(std::move(session.error()));
    session_ = *std::move(session);
    return session_->account;
  }

  sweep::ReadOne reader(const logon::Account& account) override {
    auto reader = std::make_shared<const assess::InterfaceFlagsReader>(account);
    return [reader](const discovery::EnrollmentService& ca, auto deadline, const auto& stage) {
      return (*reader)(ca, deadline, stage);
    };
  }

  std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> services) override {
    return std::make_unique<Progress>(services, environment_, verbosity_);
  }

  void finished(const doctor::Step& step) override {
    if (table_ == nullptr) return;
    table_->add(step);
    environment_.out << std::flush;  // the next step may wait for a silent host
  }

 private:
  const ConnectionOptions& connection_;
  const SweepSettings& sweep_;
  Verbosity verbosity_;
  report::CheckupTable* table_;
  const Environment& environment_;
  std::optional<Session> session_;  ///< needed until the last CA is read
};

/// Tells the log, if there is one, of each step that failed or has a warning.
void log_findings(const doctor::Checkup& checkup, const Environment& environment) {
  if (!environment.log) return;
  for (const doctor::Step& step : checkup.steps) {
    const auto& [outcome, text, advice, cause] = step.finding;
    if (outcome != doctor::Outcome::failed && outcome != doctor::Outcome::warning) continue;
    LogEntry entry{
        .event = LogEvent::check_failed,
        .message = fmt::format("{}{}: {}{}{}", word_of(step.check), step.ca ? " '" + step.ca->name + "'" : "", text,
                               advice.empty() ? "" : " ", advice),
        .fields = {{"CASWEEP_CHECK", std::string(word_of(step.check))},
                   {"CASWEEP_OUTCOME", std::string(word_of(outcome))}}};
    if (step.ca) entry.fields.push_back({"CASWEEP_CA", step.ca->name});
    if (step.ca && !step.ca->host.empty()) entry.fields.push_back({"CASWEEP_HOST", step.ca->host});
    if (outcome == doctor::Outcome::failed) entry.priority = Priority::error;
    environment.log->write(entry);
  }
}

int run_doctor(const po::variables_map& values, const Environment& environment) {
  const ConnectionOptions connection = read_connection_options(values);
  const SweepSettings sweep = read_sweep_settings(values);
  const doctor::Request request = request_of(connection, sweep, history_file(values, environment));
  std::optional<report::CheckupTable> table;
  if (output_format(values) == OutputFormat::table) table.emplace(environment.out, table_style(environment));

  std::optional<Interruption> interruption(std::in_place);
  Person person(connection, sweep, verbosity_of(values), table ? &*table : nullptr, environment);
  const doctor::Checkup checkup = doctor::check_up(request, person);
  Interruption::throw_if_signalled();
  interruption.reset();

  const int code = static_cast<int>(exit_code_of(checkup));
  log_findings(checkup, environment);
  if (table) {
    table->finish(checkup, code);
  } else {
    report::write_checkup_json(environment.out, checkup, code);
  }
  return code;
}

}  // namespace

Command doctor_command() {
  constexpr std::array doctor_events{LogEvent::check_failed};
  return {
      .line = {.command = "doctor",
               .options = {directory_options(), account_options(Asks::directory_and_cas),
                           sweep_options("try only this CA", ""),
                           format_options({OutputFormat::table, OutputFormat::json}), log_options(),
                           verbosity_options("", "also report each CA on stderr as soon as it was asked"),
                           history_options()},
               .prints_document = true},
      .run = run_doctor,
      .summary = "try every step of a scan, and say what fails and why",
      .usage = {"[OPTION]..."},
      .description = {"Makes the steps of a scan with the same options, one after the other: this machine, DNS, ports "
                      "and clocks, the ticket, the directory and the registry of every CA's host. Shows for each step "
                      "what it proves, its time, what was found, and what to do if it failed. A step that needs one "
                      "that failed is skipped.",
                      "Nothing is recorded and nothing is changed. The account is used for one logon, as by a scan."},
      .sections = {log_help(doctor_events)},
      .examples = {{"Check a scan of the domain of the current Kerberos ticket", "casweep doctor"},
                   {"Check a scheduled scan",
                    "casweep doctor --user svc-scan@CORP.EXAMPLE --keytab "
                    "/etc/casweep/svc.keytab"},
                   {"Check one CA", "casweep doctor --ca 'Contoso Issuing CA 03'"}},
      .exit_codes = {{"0", "nothing failed; there may be warnings"},
                     {"2", "the first failure is a CA that cannot be read"},
                     {"69", "the first failure is DNS, the network, the directory or Samba's client library"},
                     {"74", "the first failure is the history"},
                     {"77", "the first failure is the account, its ticket or the clock"}}};
}

}  // namespace casweep::cli
