// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "assess/confinement.h"
#include "assess/read_interface_flags.h"
#include "assess/sweep.h"
#include "assess/verdict.h"
#include "cli/command_error.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/connection_options.h"
#include "cli/fail_on.h"
#include "cli/history_file.h"
#include "cli/interruption.h"
#include "cli/os_user.h"
#include "cli/output_format.h"
#include "cli/progress.h"
#include "cli/sweep_settings.h"
#include "cli/version.h"
#include "report/terminal_text.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

struct ScanOptions {
  ConnectionOptions connection;
  SweepSettings sweep;
  std::filesystem::path history;
  OutputFormat format;
  FailOn fail_on;
};

ScanOptions read_scan_options(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"scan", {}, {}, {}};
  line.configurable.add(config_file_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json, OutputFormat::csv};
  return {read_connection_options(values), read_sweep_settings(values), history_file(values, environment),
          output_format(values, formats), read_fail_on(values, FailOn{})};
}

store::Instant now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// What confines the workers of this scan.
std::vector<std::string_view> confinement_words() {
  const assess::Confinement confinement = assess::try_confinement();
  std::vector<std::string_view> words;
  for (const assess::Measure measure : assess::all_measures()) {
    if (confinement.has(measure)) words.push_back(word_of(measure));
  }
  return words;
}

/// The options as they took effect, for the record. Names of files with secrets, never what is in them.
std::string settings_json(const ScanOptions& options) {
  const auto& [connection, sweep, history, format, fail_on] = options;
  const nlohmann::ordered_json settings{
      {"domain", connection.directory.domain},
      {"servers", connection.directory.servers},
      {"start_tls", connection.directory.start_tls},
      {"ca_cert", connection.directory.ca_cert},
      {"user", connection.user},
      {"password_file", connection.password_file},
      {"keytab", connection.keytab},
      {"ntlm", connection.ntlm},
      {"jobs", sweep.options.jobs},
      {"deadline_ms", sweep.options.deadline.count()},
      {"cas", sweep.chosen},
      {"worker_confinement", confinement_words()},
      {"db", history.string()},
  };
  return settings.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

store::ScanListing recorded(const discovery::Listing& listing) {
  return {listing.forest, listing.directory_server, listing.protection,      listing.base,
          listing.filter, listing.attributes,       listing.entries_returned};
}

/// Keeps what was read, for the case that the sweep does not come to its end, and shows how far it is.
class KeepReadings : public assess::SweepListener {
 public:
  KeepReadings(std::span<const discovery::EnrollmentService> services, const Environment& environment)
      : services_(services), progress_(std::in_place, services, environment) {}

  void started(std::size_t index) override { progress_->started(index); }

  void finished(std::size_t index, const assess::Observation& observation) override {
    readings_.push_back({services_[index], observation, assess::judge(observation)});
    progress_->finished(index, observation);
  }

  /// Ends the showing.
  [[nodiscard]] std::vector<store::CaRecord> take() {
    progress_.reset();
    return std::move(readings_);
  }

 private:
  std::span<const discovery::EnrollmentService> services_;
  std::optional<Progress> progress_;
  std::vector<store::CaRecord> readings_;
};

/// One scan, from the lock to its record in the history.
class RecordedScan {
 public:
  RecordedScan(const ScanOptions& options, const Environment& environment)
      : options_(options), environment_(environment), history_(store::History::open(options.history)), lock_(lock()) {}

  /// Asks the forest and records the answer, an interrupted one as well. Throws what ends the command; the scan is then
  /// in the history as failed, or as interrupted without a CA.
  store::ScanRecord run();

  [[nodiscard]] store::ForestStatus forest() const { return history_.forest_status(environment_.now()); }

 private:
  store::History::ScanLock lock();
  void begin(const std::string& account);
  store::ScanRecord sweep_forest(const Session& session);
  store::ScanRecord record(store::ScanState state, const discovery::Listing& listing,
                           std::vector<store::CaRecord> readings);
  void show_unrecorded(store::ScanState state, const discovery::Listing& listing,
                       std::vector<store::CaRecord> readings);

  const ScanOptions& options_;
  const Environment& environment_;
  store::History history_;
  store::History::ScanLock lock_;
  store::ScanStart start_;
  std::int64_t scan_ = 0;
  bool recorded_ = false;  ///< with CAs, before an exception that ends the command
};

store::History::ScanLock RecordedScan::lock() {
  try {
    return history_.lock_for_scan([&](int pid) {
      environment_.err << "casweep: waiting for another scan into the same history (process " << pid << ").\n"
                       << std::flush;
    });
  } catch (const store::StoreError&) {
    Interruption::throw_if_signalled();
    throw;
  }
}

void RecordedScan::begin(const std::string& account) {
  start_ = {now(), std::string(version()), account, host_name(), os_user(), settings_json(options_)};
  scan_ = history_.begin_scan(lock_, start_);
}

/// The value, or the end of the scan. A step that failed while a signal came may well have failed because of it.
template <typename T>
T value_of(tl::expected<T, discovery::DirectoryError> result) {
  Interruption::throw_if_signalled();
  if (!result) throw CommandError(exit_code_of(result.error()), report::terminal_safe(result.error().message));
  return std::move(*result);
}

store::ScanRecord RecordedScan::run() {
  auto session = log_on(options_.connection, environment_);
  begin(session ? session->account.principal : options_.connection.user);
  try {
    return sweep_forest(value_of(std::move(session)));
  } catch (const store::StoreError&) {
    throw;  // there is no recording that the history does not record
  } catch (const Interrupted&) {
    history_.fail_scan(scan_, store::ScanState::interrupted, now(), "Interrupted before any CA was asked.");
    throw;
  } catch (const std::exception& error) {
    if (!recorded_) history_.fail_scan(scan_, store::ScanState::failed, now(), error.what());
    throw;
  }
}

store::ScanRecord RecordedScan::sweep_forest(const Session& session) {
  discovery::DirectoryOptions directory = options_.connection.directory;
  name_directory(directory, session.account.principal, environment_);
  const auto listing = value_of(discovery::list_enrollment_services(directory, session.account));
  const auto chosen = select_cas(listing.services, options_.sweep.chosen);

  const assess::InterfaceFlagsReader reader(session.account);
  const auto read_one = [&](const discovery::EnrollmentService& ca, auto deadline, const auto& stage) {
    return reader(ca, deadline, stage);
  };
  KeepReadings kept(chosen, environment_);
  try {
    (void)assess::sweep(chosen, read_one, options_.sweep.options, kept, Interruption::flag());
  } catch (const assess::SweepInterrupted&) {
    return record(store::ScanState::interrupted, listing, kept.take());
  } catch (const std::exception&) {
    // The machine had no room for another worker: what was read until then is kept all the same.
    static_cast<void>(record(store::ScanState::interrupted, listing, kept.take()));
    recorded_ = true;
    throw;
  }
  const bool all = chosen.size() == listing.services.size();
  return record(all ? store::ScanState::complete : store::ScanState::partial, listing, kept.take());
}

store::ScanRecord RecordedScan::record(store::ScanState state, const discovery::Listing& listing,
                                       std::vector<store::CaRecord> readings) {
  try {
    history_.finish_scan(scan_, state, now(), recorded(listing), listing.services, readings);
    return history_.scan(scan_);
  } catch (const store::StoreError&) {
    show_unrecorded(state, listing, std::move(readings));
    throw;
  }
}

/// What a sweep found out is worth seeing even if it could not be kept.
void RecordedScan::show_unrecorded(store::ScanState state, const discovery::Listing& listing,
                                   std::vector<store::CaRecord> readings) {
  store::ScanRecord scan;
  scan.id = scan_;
  scan.state = state;
  scan.start = start_;
  scan.finished_at = now();
  scan.listing = recorded(listing);
  scan.discovered = listing.services.size();
  scan.cas = std::move(readings);
  std::ranges::sort(scan.cas, {}, [](const store::CaRecord& ca) { return ca.service.common_name; });
  write_scan(environment_.out, scan, options_.format, table_style(environment_));
  environment_.out << std::flush;
}

/// A CA that is not enforced and does not count is not passed over in silence.
void say_what_is_excepted(const store::ScanRecord& scan, const store::ForestStatus& forest, const FailOn& fail_on,
                          const Environment& environment) {
  const auto excepted = std::ranges::count_if(scan.cas, [&](const store::CaRecord& ca) {
    const auto found = std::ranges::find(forest.cas, ca.service.object_guid, &store::CaStatus::object_guid);
    return found != forest.cas.end() && is_excepted(*found, fail_on);
  });
  if (excepted == 0) return;
  environment.out << std::flush;
  environment.err << fmt::format(
      "casweep: exceptions cover {} of the CAs that are not enforced ('casweep accept --list' shows them, --strict "
      "counts them).\n",
      excepted);
}

}  // namespace

int run_scan(std::span<const std::string> arguments, const Environment& environment) {
  const ScanOptions options = read_scan_options(arguments, environment);
  std::optional<Interruption> interruption(std::in_place);
  std::optional<RecordedScan> recorded(std::in_place, options, environment);
  const store::ScanRecord scan = recorded->run();
  if (scan.state == store::ScanState::interrupted) {
    Interruption::throw_if_signalled(
        fmt::format("Interrupted; {} of {} CAs were read and are in the history as scan {}.", scan.cas.size(),
                    scan.discovered, scan.id));
  }
  const store::ForestStatus forest = recorded->forest();
  recorded.reset();  // no other scan waits for whoever reads the output of this one
  interruption.reset();
  write_scan(environment.out, scan, options.format, table_style(environment));
  say_what_is_excepted(scan, forest, options.fail_on, environment);
  return static_cast<int>(exit_code_of(scan, forest, options.fail_on));
}

}  // namespace casweep::cli
