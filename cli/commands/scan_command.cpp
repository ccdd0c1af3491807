// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assess/ca_host.h"
#include "assess/judgement.h"
#include "assess/key_claims.h"
#include "assess/read_interface_flags.h"
#include "base/ascii_case.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/directory_step.h"
#include "cli/host_name.h"
#include "cli/options/command_line.h"
#include "cli/options/connection_options.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "cli/options/sweep_settings.h"
#include "cli/os_user.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/progress.h"
#include "cli/version.h"
#include "discovery/duplicate_objects.h"
#include "evidence/clock_state.h"
#include "evidence/program_digest.h"
#include "report/words/presence_text.h"
#include "store/history.h"
#include "sweep/confinement.h"
#include "sweep/sweep.h"
#include "winreg/smb_rpc_channel.h"

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
  line.configurable.add(connection_options()).add(sweep_options()).add(history_options()).add(format_options());
  line.configurable.add(fail_on_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json, OutputFormat::csv};
  return {read_connection_options(values), read_sweep_settings(values), history_file(values, environment),
          output_format(values, formats), read_fail_on(values, FailOn{})};
}

/// What confines the workers of this scan.
std::vector<std::string_view> confinement_words() {
  const sweep::Confinement confinement = sweep::try_confinement();
  std::vector<std::string_view> words;
  for (const sweep::Measure measure : sweep::all_measures()) {
    if (confinement.has(measure)) words.push_back(word_of(measure));
  }
  return words;
}

/// The options as they took effect, for the record, and which program on what clock they were given to. Names of files
/// with secrets, never what is in them.
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
      {"program_sha256", evidence::program_sha256()},
      {"clock", evidence::clock_json(evidence::clock_state())},
  };
  return settings.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Before anybody is asked for a password: without the library there is no scan.
void require_client_library() {
  try {
    winreg::load_client_library();
  } catch (const winreg::ClientLibraryMissing& error) {
    throw CommandError(ExitCode::unavailable, error.what());
  }
}

history::ScanListing recorded(const discovery::Listing& listing) {
  return {listing.forest,      listing.directory_server,    listing.protection,       listing.base,
          listing.filter,      listing.attributes,          listing.entries_returned, listing.server,
          listing.root_domain, listing.nt_auth_certificates};
}

/// The CAs that the scan counts: those it can read, and those that are hidden from its account.
std::vector<discovery::EnrollmentService> all_listed(const discovery::Listing& listing) {
  std::vector<discovery::EnrollmentService> all = listing.services;
  for (const auto& hidden : listing.hidden) all.push_back(hidden.service);
  return all;
}

bool is_hidden(const discovery::Listing& listing, const discovery::EnrollmentService& ca) {
  return std::ranges::any_of(listing.hidden, [&](const discovery::HiddenService& hidden) {
    return hidden.service.object_guid == ca.object_guid;
  });
}

/// Keeps what was read, for the case that the sweep does not come to its end, and shows how far it is.
class KeepReadings : public sweep::SweepListener {
 public:
  /// `known` needs no reading.
  KeepReadings(std::span<const discovery::EnrollmentService> services, std::vector<history::Observation> known,
               const Environment& environment)
      : services_(services), known_(std::move(known)), progress_(std::in_place, services, environment) {}

  void started(std::size_t index) override { progress_->started(index); }
  void waiting() override { progress_->waiting(); }

  void finished(std::size_t index, assess::Reading&& reading) override {
    readings_.emplace(services_[index].object_guid, std::move(reading));
    progress_->finished(index);
  }

  /// Ends the showing and judges, now that all is known that will be: `listed` is every CA of the directory, the hidden
  /// ones as well.
  [[nodiscard]] std::vector<history::Observation> take(std::span<const discovery::EnrollmentService> listed) {
    progress_.reset();
    assess::settle_key_claims(listed, readings_);
    std::vector<history::Observation> observations = std::move(known_);
    for (const discovery::EnrollmentService& ca : services_) {
      const auto found = readings_.find(ca.object_guid);
      if (found == readings_.end()) continue;
      assess::Judgement judgement = assess::judge(found->second, ca.dns_host_name);
      observations.push_back({ca, std::move(found->second), std::move(judgement)});
    }
    return observations;
  }

 private:
  std::span<const discovery::EnrollmentService> services_;
  std::vector<history::Observation> known_;
  std::optional<Progress> progress_;
  std::map<base::ObjectGuid, assess::Reading> readings_;
};

/// One scan, from the password to its record in the history.
class RecordedScan {
 public:
  RecordedScan(const ScanOptions& options, const Environment& environment)
      : options_(options),
        environment_(environment),
        history_(store::History::open(options.history, Interruption::flag())) {}

  /// Asks the forest and records the answer, an interrupted one as well. Throws what ends the command; the scan is then
  /// in the history as failed, or as interrupted without a CA.
  history::ScanRecord run();

  /// CAs that the directory had no longer.
  [[nodiscard]] const std::vector<discovery::EnrollmentService>& gone() const { return gone_; }

  [[nodiscard]] history::ForestStatus forest() const { return history_.forest_status(environment_.now()); }

 private:
  base::Secret prepare();
  store::History::ScanLock lock();
  [[nodiscard]] history::RunContext start() const;
  void begin();
  history::ScanRecord sweep_forest(base::Secret password);
  void require_forest_of_history(const discovery::Listing& listing) const;
  void say_if_renamed(const discovery::Listing& listing) const;
  [[nodiscard]] std::vector<history::Observation> hidden_observations(const discovery::Listing& listing,
                                                                      const std::string& account) const;
  history::ScanRecord record(history::ScanState state, const discovery::Listing& listing,
                             std::vector<history::Observation> observations);
  void show_unrecorded(history::ScanState state, const discovery::Listing& listing,
                       std::vector<history::Observation> observations);
  void record_refusal(const store::StoreError& error);

  const ScanOptions& options_;
  const Environment& environment_;
  store::History history_;
  std::optional<store::History::ScanLock> lock_;
  history::RunContext start_;
  std::int64_t scan_ = 0;
  std::vector<discovery::EnrollmentService> gone_;
  bool recorded_ = false;  ///< with CAs, before an exception that ends the command
};

/// What `step` gives; if it ends the command instead, `record` is told first how and in which words.
template <typename Record, typename Step>
auto recorded_if_it_ends(const Record& record, std::string_view interrupted, const Step& step) {
  try {
    return step();
  } catch (const store::StoreError&) {
    throw;  // there is no recording that the history does not record
  } catch (const Interrupted&) {
    record(history::ScanState::interrupted, interrupted);
    throw;
  } catch (const std::exception& error) {
    record(history::ScanState::failed, error.what());
    throw;
  }
}

/// Everything before the scan begins, that is, all that may wait for a person or for another scan. The password comes
/// first, so that nobody else waits while somebody types; a ticket only after the lock, so that it does not grow old.
base::Secret RecordedScan::prepare() {
  const base::Instant since = environment_.now();
  const auto record_unbegun = [&](history::ScanState state, std::string_view failure) {
    history::RunContext unbegun = start();
    unbegun.started_at = since;
    history_.record_unbegun_scan(unbegun, state, environment_.now(), failure);
  };
  return recorded_if_it_ends(record_unbegun, "Interrupted before the scan began.", [&] {
    require_client_library();
    base::Secret password = password_for(options_.connection, environment_);
    lock_ = lock();
    return password;
  });
}

store::History::ScanLock RecordedScan::lock() {
  const auto told_to_wait = [&](int pid) {
    environment_.err << "casweep: waiting for another scan into the same history (process " << pid << ").\n"
                     << std::flush;
  };
  return Interruption::or_interrupted([&] { return history_.lock_for_scan(told_to_wait, Interruption::flag()); });
}

history::RunContext RecordedScan::start() const {
  return {environment_.now(), std::string(version()), account_name(options_.connection), host_name(),
          os_user(),          settings_json(options_)};
}

void RecordedScan::begin() {
  start_ = start();
  scan_ = history_.begin_scan(*lock_, start_);
}

history::ScanRecord RecordedScan::run() {
  base::Secret password = prepare();
  begin();
  const auto record_end = [&](history::ScanState state, std::string_view failure) {
    if (!recorded_) history_.fail_scan(scan_, state, environment_.now(), failure);
  };
  try {
    return recorded_if_it_ends(record_end, "Interrupted before any CA was asked.",
                               [&] { return sweep_forest(std::move(password)); });
  } catch (const store::StoreError& error) {
    record_refusal(error);
    throw;
  }
}

history::ScanRecord RecordedScan::sweep_forest(base::Secret password) {
  const Session session = value_of(log_on(options_.connection, std::move(password)));
  discovery::DirectoryOptions directory = options_.connection.directory;
  name_directory(directory, session.account.principal, environment_);
  const auto known = history_.known_cas();
  auto listing = value_of(discovery::list_enrollment_services(
      directory, session.account, known, [&](const auto& begun) { require_forest_of_history(begun); }));
  say_if_renamed(listing);
  listing.services = discovery::without_duplicates(listing.services, known);
  gone_ = listing.removed;
  auto hidden = hidden_observations(listing, session.account.principal);
  auto chosen = select_cas(all_listed(listing), options_.sweep.chosen);
  std::erase_if(chosen, [&](const discovery::EnrollmentService& ca) { return is_hidden(listing, ca); });

  const assess::InterfaceFlagsReader reader(session.account);
  const auto read_one = [&](const discovery::EnrollmentService& ca, auto deadline, const auto& stage) {
    return reader(ca, deadline, stage);
  };
  const auto answer_at_once = [&](const discovery::EnrollmentService& ca) {
    return assess::reading_without_host(ca, session.account.principal);
  };
  KeepReadings kept(chosen, std::move(hidden), environment_);
  try {
    sweep::sweep(chosen, read_one, options_.sweep.options, kept, Interruption::flag(), answer_at_once);
  } catch (const sweep::SweepInterrupted&) {
    return record(history::ScanState::interrupted, listing, kept.take(all_listed(listing)));
  } catch (const std::exception&) {
    // The machine had no room for another worker: what was read until then is kept all the same.
    static_cast<void>(record(history::ScanState::interrupted, listing, kept.take(all_listed(listing))));
    recorded_ = true;
    throw;
  }
  const bool all = chosen.size() == listing.services.size();
  return record(all ? history::ScanState::complete : history::ScanState::partial, listing,
                kept.take(all_listed(listing)));
}

/// A complete scan of one forest says of every CA of another that it is gone. What makes a forest the same is its root
/// domain's identity: another one may have its name, and it may get another name.
void RecordedScan::require_forest_of_history(const discovery::Listing& listing) const {
  const auto known = history_.forest();
  const std::string history = options_.history.string();
  if (!listing.root_domain) {
    throw CommandError(
        ExitCode::data,
        fmt::format("{} does not say which domain is the root of its forest {} (objectGUID and SID in "
                    "CN=Partitions), so casweep cannot verify that the history '{}' belongs to this forest; let the "
                    "account read that container, or ask another domain controller.",
                    listing.directory_server, base::terminal_safe(listing.forest), history));
  }
  const bool same_name = base::same_but_for_case(known.name, listing.forest);
  if (!known.root_domain) {
    if (known.name.empty() || same_name) return;
    throw CommandError(ExitCode::data,
                       fmt::format("The history '{}' is of the forest {}, and {} listed CAs of {}: give each forest a "
                                   "history of its own with --db.",
                                   history, known.name, listing.directory_server, listing.forest));
  }
  if (*known.root_domain != *listing.root_domain) {
    throw CommandError(
        ExitCode::data,
        fmt::format("The history '{}' is of the forest {} ({}), and {} listed CAs of {} {} ({}): give each forest a "
                    "history of its own with --db.",
                    history, base::terminal_safe(known.name), to_string(*known.root_domain), listing.directory_server,
                    same_name ? "another forest of that name," : "the forest", base::terminal_safe(listing.forest),
                    to_string(*listing.root_domain)));
  }
}

/// A forest with another name than in the history, for one that require_forest_of_history() accepts.
void RecordedScan::say_if_renamed(const discovery::Listing& listing) const {
  const auto known = history_.forest();
  if (!known.root_domain || base::same_but_for_case(known.name, listing.forest)) return;
  environment_.out << std::flush;
  environment_.err << fmt::format(
      "casweep: the forest {} is now called {}; its root domain is the same ({}), so the history continues.\n",
      base::terminal_safe(known.name), base::terminal_safe(listing.forest), to_string(*listing.root_domain));
}

/// CAs that no host was asked about, because the directory does not show them.
std::vector<history::Observation> RecordedScan::hidden_observations(const discovery::Listing& listing,
                                                                    const std::string& account) const {
  std::vector<history::Observation> records;
  for (const discovery::HiddenService& hidden : listing.hidden) {
    assess::Reading reading;
    assess::ReadFailure failure{assess::Reason::hidden_from_account, hidden.detail, {}};
    if (hidden.ldap_result != 0) failure.error = {"ldap", hidden.ldap_result, {}};
    reading.result = tl::unexpected(std::move(failure));
    reading.account = account;
    reading.started_at = reading.finished_at = environment_.now();
    assess::Judgement judgement = assess::judge(reading);
    records.push_back({hidden.service, std::move(reading), std::move(judgement)});
  }
  return records;
}

history::ScanRecord RecordedScan::record(history::ScanState state, const discovery::Listing& listing,
                                         std::vector<history::Observation> observations) {
  try {
    return history_.finish_scan(scan_, state, environment_.now(), recorded(listing), all_listed(listing), observations);
  } catch (const store::StoreError&) {
    show_unrecorded(state, listing, std::move(observations));
    throw;
  }
}

/// A history that gives back something else than was recorded keeps no result of this scan; that it failed, if it can.
void RecordedScan::record_refusal(const store::StoreError& error) {
  if (error.kind() != store::StoreError::Kind::altered) return;
  try {
    history_.fail_scan(scan_, history::ScanState::failed, environment_.now(), error.what());
  } catch (const store::StoreError&) {
    // The first error says enough.
  }
}

/// What a sweep found out is worth seeing even if it could not be kept.
void RecordedScan::show_unrecorded(history::ScanState state, const discovery::Listing& listing,
                                   std::vector<history::Observation> observations) {
  history::ScanRecord scan;
  scan.id = scan_;
  scan.state = state;
  scan.start = start_;
  scan.finished_at = environment_.now();
  scan.listing = recorded(listing);
  scan.discovered = all_listed(listing).size();
  scan.cas = std::move(observations);
  std::set<base::ObjectGuid> read;
  for (const history::Observation& ca : scan.cas) read.insert(ca.service.object_guid);
  for (discovery::EnrollmentService& ca : all_listed(listing)) {
    if (!read.contains(ca.object_guid)) scan.not_read.push_back(std::move(ca));
  }
  std::ranges::sort(scan.cas, {}, [](const history::Observation& ca) { return ca.service.common_name; });
  std::ranges::sort(scan.not_read, {}, &discovery::EnrollmentService::common_name);
  write_scan(environment_.out, scan, options_.format, table_style(environment_));
  environment_.out << std::flush;
  environment_.err << "casweep: this result is not recorded in the history.\n" << std::flush;
}

/// A CA that is not enforced and does not count is not passed over in silence.
void say_what_is_excepted(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                          const Environment& environment) {
  const auto excepted = std::ranges::count_if(scan.cas, [&](const history::Observation& ca) {
    const auto found = std::ranges::find(forest.cas, ca.service.object_guid, &history::CaSummary::object_guid);
    return found != forest.cas.end() && is_excepted(ca.judgement.verdict, *found, fail_on);
  });
  if (excepted == 0) return;
  environment.out << std::flush;
  environment.err << fmt::format(
      "casweep: exceptions cover {} of the CAs that are not enforced ('casweep accept --list' shows them, --strict "
      "counts them).\n",
      excepted);
}

std::string name_for_terminal(const history::CaSummary& ca) {
  return base::terminal_safe(base::name_or_guid(name_of(ca.identity), ca.object_guid));
}

/// "A, B, C and 4 more".
std::string some_names(std::span<const history::CaSummary* const> cas) {
  constexpr std::size_t most = 5;
  std::string names;
  for (const history::CaSummary* ca : cas.first(std::min(cas.size(), most))) {
    names += (names.empty() ? "" : ", ") + name_for_terminal(*ca);
  }
  if (cas.size() > most) names += fmt::format(" and {} more", cas.size() - most);
  return names;
}

/// What `forest` has of a CA that it lists or that was removed last; null: nothing.
const history::CaSummary* status_of(const history::ForestStatus& forest, const base::ObjectGuid& object_guid) {
  for (const auto* cas : {&forest.cas, &forest.removed}) {
    const auto found = std::ranges::find(*cas, object_guid, &history::CaSummary::object_guid);
    if (found != cas->end()) return &*found;
  }
  return nullptr;
}

using NamedCas = std::map<base::ObjectGuid, std::string>;

/// "A (last known: not enforced), B (never known), C": every one of them; C is one that `forest` does not have.
std::string names_and_verdicts(const NamedCas& cas, const history::ForestStatus& forest) {
  std::string names;
  for (const auto& [object_guid, name] : cas) {
    names += names.empty() ? "" : ", ";
    names += base::terminal_safe(base::name_or_guid(name, object_guid));
    if (const history::CaSummary* status = status_of(forest, object_guid)) {
      const auto last_known = status->known ? std::optional{status->known->judged.verdict} : std::nullopt;
      names += fmt::format(" ({})", report::last_known_words(last_known));
    }
  }
  return names;
}

/// A CA that is gone, or may be, is named whatever the format of the output and whatever makes the scan fail; without
/// its last verdict if `forest` could not be read and is empty.
void say_what_vanished(const history::ScanRecord& scan, const history::ForestStatus& forest,
                       std::span<const discovery::EnrollmentService> gone, const Environment& environment) {
  NamedCas hidden;
  NamedCas removed;
  for (const history::Observation& ca : scan.cas) {
    if (ca.judgement.reason == assess::Reason::hidden_from_account) {
      hidden.emplace(ca.service.object_guid, name_of(ca.service));
    }
  }
  for (const discovery::EnrollmentService& ca : gone) removed.emplace(ca.object_guid, name_of(ca));
  for (const history::CaSummary& ca : forest.removed) {
    if (ca.removed->scan == scan.id) removed.emplace(ca.object_guid, name_of(ca.identity));
  }
  environment.out << std::flush;
  if (!removed.empty()) {
    const bool recorded = scan.state == history::ScanState::complete;
    environment.err << fmt::format("casweep: no longer in the directory{}: {}{}.\n",
                                   recorded ? ", and recorded as removed" : "", names_and_verdicts(removed, forest),
                                   recorded ? "" : "; the next complete scan records the removal");
  }
  if (!hidden.empty()) {
    environment.err << fmt::format(
        "casweep: hidden from this account in the directory, and counted as unknown: {} (details: 'casweep show "
        "CA').\n",
        names_and_verdicts(hidden, forest));
  }
}

/// What --fail-on regression and expired ask for stands in no table of a scan.
void say_what_fails(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                    const Environment& environment) {
  std::vector<const history::CaSummary*> regressed;
  std::vector<const history::CaSummary*> expired;
  for (const history::Observation& ca : scan.cas) {
    const auto found = std::ranges::find(forest.cas, ca.service.object_guid, &history::CaSummary::object_guid);
    if (found == forest.cas.end()) continue;
    if (fail_on.regression && has_regressed(*found, fail_on)) regressed.push_back(&*found);
    if (fail_on.expired && has_expired_exception(*found)) expired.push_back(&*found);
  }
  environment.out << std::flush;
  if (!regressed.empty()) {
    environment.err << fmt::format(
        "casweep: not enforced when last known, and compliant before: {} ('casweep trend' shows more).\n",
        some_names(regressed));
  }
  if (!expired.empty()) {
    environment.err << fmt::format("casweep: an exception has expired for: {} ('casweep accept --list' shows more).\n",
                                   some_names(expired));
  }
}

/// A verdict by NTLM may be another host's, and nothing in the exit code says so.
void warn_of_unproven_hosts(const history::ScanRecord& scan, const Environment& environment) {
  const auto unproven = std::ranges::count_if(scan.cas, [](const history::Observation& ca) {
    return ca.judgement.verdict != assess::Verdict::unknown && assess::host_authenticated(ca.reading) == false;
  });
  if (unproven == 0) return;
  environment.out << std::flush;
  environment.err << fmt::format(
      "casweep: --ntlm does not prove which host answered: any member of the domain can answer for a CA. {} of {} "
      "verdicts rest on it; scan with Kerberos to be sure.\n",
      unproven, scan.cas.size());
}

}  // namespace

int run_scan(std::span<const std::string> arguments, const Environment& environment) {
  const ScanOptions options = read_scan_options(arguments, environment);
  std::optional<Interruption> interruption(std::in_place);
  std::optional<RecordedScan> recorded(std::in_place, options, environment);
  const history::ScanRecord scan = recorded->run();
  if (scan.state == history::ScanState::interrupted) {
    const auto read = std::ranges::count_if(scan.cas, [](const history::Observation& ca) {
      return ca.judgement.reason != assess::Reason::hidden_from_account;
    });
    Interruption::throw_if_signalled(fmt::format(
        "Interrupted; {} of {} CAs were read and are in the history as scan {}.", read, scan.discovered, scan.id));
  }
  history::ForestStatus forest;
  std::exception_ptr unreadable;  // decisions that are not to be trusted hide no verdict
  try {
    forest = recorded->forest();
  } catch (const store::StoreError&) {
    unreadable = std::current_exception();
  }
  const std::vector<discovery::EnrollmentService> gone = recorded->gone();
  recorded.reset();  // no other scan waits for whoever reads the output of this one
  interruption.reset();
  write_scan(environment.out, scan, options.format, table_style(environment));
  say_what_vanished(scan, forest, gone, environment);
  warn_of_unproven_hosts(scan, environment);
  if (unreadable) std::rethrow_exception(unreadable);
  say_what_is_excepted(scan, forest, options.fail_on, environment);
  say_what_fails(scan, forest, options.fail_on, environment);
  return static_cast<int>(exit_code_of(scan, forest, gone, options.fail_on));
}

}  // namespace casweep::cli
