// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/recorded_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <set>
#include <utility>

#include "assess/ca_host.h"
#include "assess/judgement.h"
#include "base/ascii_case.h"
#include "base/terminal_text.h"
#include "discovery/duplicate_objects.h"
#include "scan/ca_choice.h"
#include "scan/kept_readings.h"
#include "scan/scan_error.h"

namespace casweep::scan {
namespace {

history::ScanListing recorded(const discovery::Listing& listing) {
  return {listing.forest,      listing.directory_server,    listing.protection,       listing.base,
          listing.filter,      listing.attributes,          listing.entries_returned, listing.server,
          listing.root_domain, listing.nt_auth_certificates};
}

/// The CAs that the scan counts: those it can read, and those hidden from its account.
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

ScanError another_forest(const std::string& message) { return {ScanError::Kind::another_forest, message}; }

}  // namespace

RecordedScan::RecordedScan(store::History& history, Request request, Sources& sources, Watcher& watcher,
                           base::StopSignal stop, std::function<base::Instant()> now)
    : history_(history),
      request_(std::move(request)),
      sources_(sources),
      watcher_(watcher),
      stop_(stop),
      now_(std::move(now)) {}

/// The result of `step`. If it throws, first calls `record` with the final state of the scan and a sentence.
template <typename Record, typename Step>
auto RecordedScan::run_and_record_failure(const Record& record, const char* interruption, const Step& step) const {
  try {
    return step();
  } catch (const store::StoreError& error) {
    // A failing history cannot record its failure, unless a signal only interrupted the wait for it.
    if (error.kind() == store::StoreError::Kind::busy && stop_.is_raised()) {
      record(history::ScanState::interrupted, interruption);
    }
    throw;
  } catch (const std::exception& error) {
    if (stop_.is_raised()) {
      record(history::ScanState::interrupted, interruption);
    } else {
      record(history::ScanState::failed, error.what());
    }
    throw;
  } catch (...) {  // sources may throw anything after a signal
    record(history::ScanState::interrupted, interruption);
    throw;
  }
}

history::RunContext RecordedScan::this_run() const {
  return history::this_run(now_(), request_.tool_version, request_.account);
}

/// All steps before the scan begins, which may wait for a person or for another scan. The password comes before the
/// lock, so that no other scan waits for a person; the ticket comes after it, so that it is fresh.
base::Secret RecordedScan::prepare() {
  const base::Instant since = now_();
  const auto record_unbegun = [&](history::ScanState state, std::string_view failure) {
    history::RunContext unbegun = this_run();
    unbegun.started_at = since;
    history_.record_unbegun_scan(unbegun, request_.settings, state, now_(), failure);
  };
  return run_and_record_failure(record_unbegun, "Interrupted before the scan began.", [&] {
    base::Secret password = sources_.password();
    lock_ = history_.lock_for_scan([&](int pid) { watcher_.waits_for_scan(pid); }, stop_);
    return password;
  });
}

void RecordedScan::begin() {
  start_ = this_run();
  const auto newest = history_.newest_moment();
  if (newest && start_.started_at < *newest) {
    start_.clock_behind_history = *newest - start_.started_at;
    watcher_.clock_is_behind(*newest);
  }
  scan_ = history_.begin_scan(*lock_, start_, request_.settings);
}

history::ScanRecord RecordedScan::run() {
  base::Secret password = prepare();
  begin();
  const auto record_end = [&](history::ScanState state, std::string_view failure) {
    if (!recorded_) history_.fail_scan(scan_, state, now_(), failure);
  };
  try {
    return run_and_record_failure(record_end, "Interrupted before any CA was contacted.",
                                  [&] { return sweep_forest(std::move(password)); });
  } catch (const store::StoreError& error) {
    record_refusal(error);
    throw;
  }
}

history::ScanRecord RecordedScan::sweep_forest(base::Secret password) {
  const logon::Account account = sources_.log_on(std::move(password));
  const auto known = history_.known_cas();
  auto listing = sources_.list(account, known, [&](const auto& begun) { require_forest_of_history(begun); });
  report_if_renamed(listing);
  listing.services = discovery::without_duplicates(std::move(listing.services), known);
  gone_ = listing.removed;
  auto observations = hidden_observations(listing, account.principal);
  auto [chosen, notes] = select_cas(all_listed(listing), request_.settings.cas, history_.ca_names());
  for (const std::string& note : notes) watcher_.chose_by_part(note);
  std::erase_if(chosen, [&](const discovery::EnrollmentService& ca) { return is_hidden(listing, ca); });

  const sweep::ReadOne read_one = sources_.reader(account);
  const auto answer_at_once = [&](const discovery::EnrollmentService& ca) {
    return assess::reading_without_host(ca, account.principal);
  };
  const sweep::SweepOptions options{.jobs = request_.settings.jobs,
                                    .deadline = request_.settings.deadline,
                                    .account = account.principal,
                                    .logon_may_be_repeated = account.logon == logon::Logon::kerberos};
  auto progress = watcher_.watch(chosen);
  KeptReadings kept(chosen, *progress);
  const auto all_observations = [&] {
    progress.reset();
    std::ranges::move(kept.take(all_listed(listing)), std::back_inserter(observations));
    return std::move(observations);
  };
  try {
    sweep::sweep(chosen, read_one, options, kept, stop_, answer_at_once);
  } catch (const sweep::SweepInterrupted&) {
    return record(history::ScanState::interrupted, listing, all_observations());
  } catch (const std::exception&) {
    // The machine had no resources for another worker. The readings so far are kept.
    static_cast<void>(record(history::ScanState::interrupted, listing, all_observations()));
    recorded_ = true;
    throw;
  }
  const bool all = chosen.size() == listing.services.size();
  return record(all ? history::ScanState::complete : history::ScanState::partial, listing, all_observations());
}

/// A complete scan of another forest would report every known CA as removed. The identity of a forest is that of its
/// root domain: another forest can have the same name, and a forest can be renamed.
void RecordedScan::require_forest_of_history(const discovery::Listing& listing) const {
  const auto known = history_.forest();
  const std::string history = history_.file().string();
  if (!listing.root_domain) {
    throw another_forest(
        fmt::format("{} does not say which domain is the root of its forest {} (objectGUID and SID in "
                    "CN=Partitions), so casweep cannot verify that the history '{}' belongs to this forest; let the "
                    "account read that container, or ask another domain controller.",
                    listing.directory_server, base::terminal_safe(listing.forest), history));
  }
  const bool same_name = base::same_but_for_case(known.name, listing.forest);
  if (!known.root_domain) {
    if (known.name.empty() || same_name) return;
    throw another_forest(fmt::format(
        "The history '{}' belongs to the forest {}, but {} listed CAs of {}; use a separate history for "
        "each forest with --db.",
        history, base::terminal_safe(known.name), listing.directory_server, base::terminal_safe(listing.forest)));
  }
  if (*known.root_domain != *listing.root_domain) {
    throw another_forest(
        fmt::format("The history '{}' belongs to the forest {} ({}), but {} listed CAs of {} {} ({}); use a separate "
                    "history for each forest with --db.",
                    history, base::terminal_safe(known.name), to_string(*known.root_domain), listing.directory_server,
                    same_name ? "another forest of that name," : "the forest", base::terminal_safe(listing.forest),
                    to_string(*listing.root_domain)));
  }
}

/// For a forest that require_forest_of_history() accepts.
void RecordedScan::report_if_renamed(const discovery::Listing& listing) const {
  const auto known = history_.forest();
  if (!known.root_domain || base::same_but_for_case(known.name, listing.forest)) return;
  watcher_.forest_was_renamed(known.name, listing);
}

/// CAs whose hosts are not contacted, because the directory does not show them.
std::vector<history::Observation> RecordedScan::hidden_observations(const discovery::Listing& listing,
                                                                    const std::string& account) const {
  std::vector<history::Observation> observations;
  for (const discovery::HiddenService& hidden : listing.hidden) {
    assess::Reading reading;
    assess::ReadFailure failure{assess::Reason::hidden_from_account, hidden.detail, {}};
    if (hidden.ldap_result != 0) failure.error = {"ldap", hidden.ldap_result, {}};
    reading.result = tl::unexpected(std::move(failure));
    reading.account = account;
    reading.started_at = reading.finished_at = now_();
    assess::Judgement judgement = assess::judge(reading);
    observations.push_back({hidden.service, std::move(reading), std::move(judgement)});
  }
  return observations;
}

history::ScanRecord RecordedScan::record(history::ScanState state, const discovery::Listing& listing,
                                         std::vector<history::Observation> observations) {
  try {
    return history_.finish_scan(scan_, state, now_(), recorded(listing), all_listed(listing), observations);
  } catch (const store::StoreError&) {
    report_not_recorded(state, listing, std::move(observations));
    throw;
  }
}

/// If the history returns other data than was recorded, it keeps no results of this scan, only the failure if possible.
void RecordedScan::record_refusal(const store::StoreError& error) {
  if (error.kind() != store::StoreError::Kind::altered) return;
  try {
    history_.fail_scan(scan_, history::ScanState::failed, now_(), error.what());
  } catch (const store::StoreError&) {
    // The first error is reported.
  }
}

/// Shows the results even if they could not be recorded.
void RecordedScan::report_not_recorded(history::ScanState state, const discovery::Listing& listing,
                                       std::vector<history::Observation> observations) const {
  history::ScanRecord scan;
  scan.id = scan_;
  scan.state = state;
  scan.start = start_;
  scan.settings = request_.settings;
  scan.finished_at = now_();
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
  watcher_.was_not_recorded(scan);
}

}  // namespace casweep::scan
