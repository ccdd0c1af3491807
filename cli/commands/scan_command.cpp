// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "assess/read_interface_flags.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/all_forests.h"
#include "cli/commands/commands.h"
#include "cli/commands/on_change.h"
#include "cli/commands/publishing.h"
#include "cli/commands/scan_log.h"
#include "cli/commands/scan_notes.h"
#include "cli/commands/scan_outputs.h"
#include "cli/directory_step.h"
#include "cli/options/ca_selection.h"
#include "cli/options/command_line.h"
#include "cli/options/connection_options.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/log_option.h"
#include "cli/options/output_format.h"
#include "cli/options/sweep_settings.h"
#include "cli/options/verbosity.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/root_warning.h"
#include "cli/version.h"
#include "discovery/directory.h"
#include "report/format/scan_csv.h"
#include "report/json/scan_json.h"
#include "report/table/hub_report.h"
#include "report/table/scan_table.h"
#include "report/words/ca_background.h"
#include "scan/recorded_scan.h"
#include "store/history.h"
#include "sweep/confinement.h"
#include "winreg/smb_rpc_channel.h"

namespace casweep::cli {
namespace {

struct ScanOptions {
  ConnectionOptions connection;
  SweepSettings sweep;
  std::filesystem::path history;
  OutputFormat format;
  Verbosity verbosity;
  report::CaSelection selection;
  FailOn fail_on;
  ScanOutputs outputs;
  OnChange on_change;
  std::optional<hub::HubAddress> publish_to;  ///< after the scan; nullopt: nowhere
};

ScanOptions read_scan_options(const po::variables_map& values, const Environment& environment) {
  const auto history = history_file(values, environment);
  return {read_connection_options(values),
          read_sweep_settings(values),
          history,
          output_format(values),
          verbosity_of(values),
          ca_selection(values, environment),
          read_fail_on(values, FailOn{}),
          read_scan_outputs(values, history),
          read_on_change(values, history, environment),
          values["publish"].as<bool>() ? std::optional(required_hub(values)) : std::nullopt};
}

/// The measures that confine the workers of this scan.
std::vector<std::string> confinement_words() {
  const sweep::Confinement confinement = sweep::try_confinement();
  std::vector<std::string> words;
  for (const sweep::Measure measure : sweep::all_measures()) {
    if (confinement.has(measure)) words.emplace_back(word_of(measure));
  }
  return words;
}

/// The options as they took effect, for the record.
history::ScanSettings settings_of(const ScanOptions& options) {
  const auto& [connection, sweep, history, format, verbosity, selection, fail_on, outputs, on_change, publish_to] =
      options;
  return {.domain = connection.directory.domain,
          .servers = connection.directory.servers,
          .start_tls = connection.directory.start_tls,
          .ca_cert = connection.directory.ca_cert,
          .user = connection.user,
          .password_file = connection.password_file,
          .keytab = connection.keytab,
          .ntlm = connection.ntlm,
          .jobs = sweep.jobs,
          .deadline = sweep.deadline,
          .cas = sweep.cas,
          .worker_confinement = confinement_words(),
          .history_file = history.string()};
}

/// Called before a person is asked for a password: without the library there is no scan.
void require_client_library() {
  try {
    winreg::load_client_library();
  } catch (const winreg::ClientLibraryMissing& error) {
    throw CommandError(ExitCode::unavailable, error.what());
  }
}

/// The forest, asked as the options say.
class Forest : public scan::Sources {
 public:
  Forest(const ConnectionOptions& options, std::chrono::milliseconds deadline, const Environment& environment)
      : options_(options), deadline_(deadline), environment_(environment) {}

  base::Secret password() override {
    require_client_library();
    return password_for(options_, environment_);
  }

  logon::Account log_on(base::Secret password) override {
    Session session = value_of(cli::log_on(options_, std::move(password), life_for_scan(deadline_), environment_));
    kerberos_ = std::move(session.kerberos);
    ticket_ = std::move(session.ticket);
    return std::move(session.account);
  }

  discovery::Listing list(const logon::Account& account, std::span<const discovery::EnrollmentService> known,
                          const discovery::ListingCheck& check) override {
    discovery::DirectoryOptions directory = options_.directory;
    name_directory(directory, account.principal, environment_);
    return value_of(discovery::list_enrollment_services(directory, account, known, check));
  }

  sweep::ReadOne reader(const logon::Account& account) override {
    auto reader = std::make_shared<const assess::InterfaceFlagsReader>(account);
    return [reader](const discovery::EnrollmentService& ca, auto deadline, const auto& stage) {
      return (*reader)(ca, deadline, stage);
    };
  }

 private:
  const ConnectionOptions& options_;
  std::chrono::milliseconds deadline_;  ///< of a CA
  const Environment& environment_;
  logon::KerberosConfig kerberos_;               ///< needed until the last CA is read
  std::optional<logon::KerberosTicket> ticket_;  ///< the same
};

void write_document(const history::ScanRecord& scan, const history::ForestStatus& forest, const ScanOptions& options,
                    const Environment& environment) {
  // Without a history, what was decided is not known.
  const auto backgrounds =
      forest.cas.empty() ? std::vector<report::CaBackground>() : report::backgrounds_in(forest, scan);
  switch (options.format) {
    case OutputFormat::table:
      if (options.verbosity == Verbosity::quiet) {
        return report::write_scan_summary(environment.out, scan, forest, table_style(environment));
      }
      return report::write_scan_table(environment.out, scan, forest, options.selection, table_style(environment));
    case OutputFormat::json:
      return report::write_scan_json(environment.out, scan, backgrounds);
    case OutputFormat::csv:
      return report::write_scan_csv(environment.out, scan, backgrounds);
  }
}

/// Reports to the person at the terminal.
class Terminal : public scan::Watcher {
 public:
  Terminal(const ScanOptions& options, const Environment& environment) : options_(options), environment_(environment) {}

  void waits_for_scan(int pid) override { note_waiting(pid, environment_); }

  void clock_is_behind(base::Instant newest) override { warn_of_clock(newest, environment_); }

  void forest_was_renamed(const std::string& before, const discovery::Listing& listing) override {
    note(
        environment_,
        fmt::format("the forest {} is now called {}; its root domain is the same ({}), so the history continues.",
                    base::terminal_safe(before), base::terminal_safe(listing.forest), to_string(*listing.root_domain)));
  }

  void chose_by_part(const std::string& choice) override { note(environment_, base::terminal_safe(choice)); }

  std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> services) override {
    return std::make_unique<Progress>(services, environment_, options_.verbosity);
  }

  void was_not_recorded(const history::ScanRecord& scan) override {
    const auto say_so = [&] { note(environment_, "this result is not recorded in the history."); };
    say_so();  // a long table would hide it at either end
    write_document(scan, {.now = environment_.now()}, options_, environment_);
    say_so();
  }

 private:
  const ScanOptions& options_;
  const Environment& environment_;
};

/// The scan, and the forest after it.
struct FinishedScan {
  history::ScanRecord scan;
  std::vector<discovery::EnrollmentService> gone;
  history::ForestStatus forest{};
  std::exception_ptr unreadable{};  ///< why there is no `forest`; the verdicts are reported all the same
};

/// Scans. Releases the history's lock before it returns.
FinishedScan scan_forest(const ScanOptions& options, const Environment& environment) {
  const Interruption interruption;
  auto history = store::History::open(options.history, Interruption::flag());
  Forest forest(options.connection, options.sweep.deadline, environment);
  Terminal terminal(options, environment);
  scan::RecordedScan recorded(history,
                              {.settings = settings_of(options),
                               .account = account_name(options.connection),
                               .tool_version = std::string(version())},
                              forest, terminal, Interruption::flag(), environment.now);
  FinishedScan finished{.scan = Interruption::or_interrupted([&] { return recorded.run(); }), .gone = recorded.gone()};
  const history::ScanRecord& scan = finished.scan;
  if (scan.state == history::ScanState::interrupted) {
    const auto read = std::ranges::count_if(scan.cas, [](const history::Observation& ca) {
      return ca.judgement.reason != assess::Reason::hidden_from_account;
    });
    Interruption::throw_if_signalled(fmt::format(
        "Interrupted; {} of {} CAs were read and are in the history as scan {}.", read, scan.discovered, scan.id));
  }
  try {
    finished.forest = history.forest_status(after_newest_scan(history, environment));
  } catch (const store::StoreError&) {
    finished.unreadable = std::current_exception();
  }
  return finished;
}

OptionGroup publish_option() {
  OptionGroup group = hub_options("the hub to publish to, as 'casweep publish' takes it");
  group.options.add_options()("publish", po::bool_switch(),
                              "send the history to the hub after the scan; if that fails, the next time sends it");
  return group;
}

/// A hub that cannot be reached changes nothing about the scan.
void publish_if_asked(const ScanOptions& options, const Environment& environment) {
  if (!options.publish_to) return;
  try {
    const hub::Publication sent = publish_history(options.history, *options.publish_to, environment);
    if (options.verbosity != Verbosity::quiet) {
      note(environment, base::terminal_safe(report::publication_text(sent, options.publish_to->shown())));
    }
  } catch (const Interrupted&) {
    note(environment, "the scan is in the history; publishing it was interrupted, and the next time sends it.");
    throw;
  } catch (const std::exception& error) {
    note(environment, fmt::format("the scan is in the history, but not on the hub; the next time sends it. {}",
                                  base::terminal_safe(error.what())));
  }
}

/// Metrics and the hub also tell of a scan that failed.
FinishedScan scan_or_tell_of_failure(const ScanOptions& options, const Environment& environment) {
  try {
    return scan_forest(options, environment);
  } catch (const Interrupted&) {
    write_outputs_of_failed_scan(options.outputs, environment);
    throw;
  } catch (...) {
    write_outputs_of_failed_scan(options.outputs, environment);
    publish_if_asked(options, environment);
    throw;
  }
}

/// The files come first, so that the command can send them; without them, it tells of the changes all the same.
void write_outputs_and_tell(const ScanOptions& options, const history::ScanRecord& scan,
                            const history::ForestStatus& forest, const Environment& environment) {
  try {
    write_scan_outputs(options.outputs, scan.id, scan.start.started_at, environment);
  } catch (const ErrorAfterDocument&) {
    run_on_change(options.on_change, scan, forest, environment);
    throw;
  }
  run_on_change(options.on_change, scan, forest, environment);
}

int run_scan(const po::variables_map& values, const Environment& environment) {
  const ScanOptions options = read_scan_options(values, environment);
  log_started_scan(options.history, environment);
  warn_of_root(environment);
  const auto [scan, gone, forest, unreadable] = scan_or_tell_of_failure(options, environment);
  // Before the document, so that a terminal ends with the totals.
  note_missing_cas(scan, forest, gone, environment);
  warn_of_unproven_hosts(scan, environment);
  note_failures(scan, forest, options.fail_on, environment);
  write_document(scan, forest, options, environment);
  if (unreadable) std::rethrow_exception(unreadable);
  environment.out << std::flush;
  const ExitCode code = exit_code_of(scan, forest, gone, options.fail_on);
  log_finished_scan(scan, forest, options.fail_on, code, environment);
  write_outputs_and_tell(options, scan, forest, environment);
  // Last, because a hub that hangs delays what follows.
  publish_if_asked(options, environment);
  return static_cast<int>(code);
}

}  // namespace

void require_scannable(const po::variables_map& values, const Environment& environment) {
  (void)read_scan_options(values, environment);
}

Command scan_command() {
  constexpr std::array scan_events{LogEvent::scan_started, LogEvent::scan_finished, LogEvent::scan_failed,
                                   LogEvent::ca_regressed, LogEvent::ca_changed,    LogEvent::ca_not_enforced,
                                   LogEvent::ca_unknown};
  return {
      .line = {.command = "scan",
               .options = {directory_options(), account_options(Asks::directory_and_cas), sweep_options(),
                           fail_on_options(FailOn{}, Source::anywhere), ca_selection_options(),
                           format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                           scan_output_options(), publish_option(), on_change_options(), log_options(),
                           verbosity_options("print only the totals",
                                             "also report each CA on stderr as soon as it was asked"),
                           history_options(), all_forests_option()},
               .prints_document = true},
      .run = run_scan,
      .failure = LogEvent::scan_failed,
      .asks_directory = true,
      .summary = "find, read, judge and record every CA of the forest",
      .usage = {"[OPTION]..."},
      .description =
          {"Finds every enterprise CA of the forest, reads the InterfaceFlags of each from its own registry, "
           "judges and records them, and prints the results with the fix for each CA that does not enforce "
           "encryption."},
      .sections =
          {fail_on_words(),
           on_change_help(),
           log_help(scan_events),
           {.heading = "Notes",
            .paragraphs = {"With --ca, the exit code covers the chosen CAs, and the CAs that are hidden or removed.",
                           "casweep looks up a CA that the directory no longer lists by its objectGUID. If the "
                           "directory no longer has the "
                           "object, the CA is removed: the first scan that misses it ends with the exit code of "
                           "its last verdict, and so does each scan with --ca before the next complete scan, "
                           "which records the removal.",
                           "Otherwise the CA is hidden: its verdict is unknown (hidden-from-account), and its "
                           "last known verdict still counts for not-enforced. A removed CA that was the only "
                           "object in its container stays hidden until the container is deleted or shows "
                           "another object.",
                           "Every wait for DNS, for the KDCs or for the domain controllers ends after 10 s. If there "
                           "are several of them and the first does not answer, all are asked at once, and casweep "
                           "names those that it passed over.",
                           "The Kerberos ticket must be valid for 6 minutes and the --deadline. A ticket that ends "
                           "earlier is renewed if possible; otherwise the scan does not begin. This covers the "
                           "directory and the first --jobs CAs: if the ticket ends during a longer scan, the "
                           "remaining CAs are unknown."}}},
      .examples = {{"Scan the domain of the current Kerberos ticket", "casweep scan"},
                   {"Scan as another account", "casweep scan --domain corp.example --user auditor@CORP.EXAMPLE"},
                   {"Name two domain controllers and use TLS",
                    "casweep scan --server ldaps://dc01.corp.example \\\n--server ldaps://dc02.corp.example --ca-cert "
                    "/etc/ssl/corp.pem"},
                   {"Scan daily, with a page of each day and metrics",
                    "casweep scan -q --report '/srv/esc11/%Y-%m-%d.html' \\\n--export "
                    "prometheus=/var/lib/prometheus/node-exporter/casweep.prom"},
                   {"Send a mail if something changed",
                    "casweep scan -q --on-change \\\n'/etc/casweep/on-change-mail pki@corp.example'"},
                   {"Scan, and publish to a hub", "casweep scan --publish --hub service=casweep"},
                   {"Read one CA again, after its fix", "casweep scan --ca 'Contoso Issuing CA 03'"}},
      .exit_codes = with_fail_on_codes({{"69", "the directory cannot be reached or proven, or no CA was found"},
                                        {"77", "the account, its password or its key was refused"}})};
}

}  // namespace casweep::cli
