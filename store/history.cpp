// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include "store/ca_summary_reader_internal.h"
#include "store/database_file_internal.h"
#include "store/disposition_table_internal.h"
#include "store/evidence_bundle_table_internal.h"
#include "store/horizon_internal.h"
#include "store/ledger_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/scan_choice_internal.h"
#include "store/scan_comparison_internal.h"
#include "store/scan_difference_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_lock_internal.h"
#include "store/scan_reader_internal.h"
#include "store/scan_writer_internal.h"
#include "store/trend_reader_internal.h"

namespace casweep::store {
namespace {

/// Identifies a file independently of its name.
using FileIdentity = std::pair<dev_t, ino_t>;

std::optional<FileIdentity> identity_of(const std::filesystem::path& file) {
  struct ::stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

template <typename Scans>
bool any_is_running(const Scans& scans) {
  return std::ranges::any_of(scans, [](const auto& scan) { return scan.state == history::ScanState::running; });
}

template <typename Scans>
void interrupt_all_running(Scans& scans) {
  for (auto& scan : scans) {
    if (scan.state == history::ScanState::running) scan.state = history::ScanState::interrupted;
  }
}

}  // namespace

struct History::Impl {
  Impl(std::filesystem::path of, Connection opened) : file(std::move(of)), database(std::move(opened)) {}

  std::filesystem::path file;
  Connection database;
  RecordedScans recorded{database};
  std::optional<FileIdentity> identity = identity_of(file);
  /// The start of the newest scan of this object, as the history returned it.
  struct Begun {
    std::int64_t scan = 0;
    history::RunContext start{};
    history::ScanSettings settings{};
  } begun{};

  /// Turns the exceptions of `work` into StoreError.
  template <typename Work>
  auto with_errors(Work&& work) {
    try {
      return std::forward<Work>(work)();
    } catch (const SQLite::Exception& error) {
      throw store_error(file, database, error);
    } catch (const nlohmann::json::exception& error) {
      throw damaged(file, error.what());
    } catch (const Inconsistent& error) {
      throw damaged(file, error.what());
    } catch (const Altered& error) {
      throw altered(file, error.what());
    }
  }

  /// In one transaction: all of `work` or nothing.
  template <typename Work>
  void write(Work&& work) {
    // What is written into a deleted file is lost with it.
    if (!identity || identity_of(file) != identity) {
      throw StoreError(StoreError::Kind::cannot_open,
                       fmt::format("The history {} was moved, removed or replaced while it was in use: restore it and "
                                   "try again.",
                                   file.string()));
    }
    with_errors([&] {
      SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
      require_schema(database, file);  // it may have changed since the file was opened
      work();
      transaction.commit();
    });
  }

  std::int64_t insert_begun_scan(const history::RunContext& start, const history::ScanSettings& settings) {
    const auto scan = insert_scan(database, start, settings);
    append_scan_started(database, scan, start.started_at);
    auto given_back = select_scan_in_transaction(database, scan);
    const auto text = [](const auto& of, const auto& run) { return history::recorded_settings(of, run); };
    if (given_back && given_back->start == start && given_back->state == history::ScanState::running &&
        text(given_back->settings, given_back->start) == text(settings, start)) {
      begun = {scan, start, std::move(given_back->settings)};
      return scan;
    }
    throw Altered("it does not return the start of the scan as it was recorded");
  }

  void end_without_cas(std::int64_t scan, history::ScanState state, base::Instant finished_at,
                       std::string_view failure) {
    const auto before = last_rows(database);
    end_scan(database, scan, state, finished_at, failure);
    append_scan_finished(database, scan, finished_at, before);
    history::ScanRecord record{
        .state = state, .start = {}, .finished_at = finished_at, .listing = {}, .failure = std::string(failure)};
    require_recorded(scan, record);
  }

  /// Compares what the history returns of an ended scan with `record`, and completes `record` with what only the
  /// history has: numbers, the ledger, the changes since the scan before, and the start of a scan that another object
  /// began.
  void require_recorded(std::int64_t scan, history::ScanRecord& record) {
    auto given_back = select_scan_in_transaction(database, scan);
    if (!given_back) throw Altered(fmt::format("it does not hold scan {}, which was recorded", scan));
    record.id = scan;
    record.uuid = given_back->uuid;
    record.start = begun.scan == scan ? begun.start : given_back->start;
    record.settings = begun.scan == scan ? begun.settings : given_back->settings;
    record.ledger_before = given_back->ledger_before;
    record.ledger_after = given_back->ledger_after;
    record.since = std::move(given_back->since);
    require_same_scan(record, *given_back);
    // Equal to those in `record`, in the order of the history.
    record.cas = std::move(given_back->cas);
    record.not_read = std::move(given_back->not_read);
  }

  void require_running(std::int64_t scan) {
    if (is_running(database, scan)) return;
    throw StoreError(
        StoreError::Kind::failed,
        fmt::format("Scan {} in the history {} has already ended (not changed): scan again.", scan, file.string()));
  }

  StoreError no_such_scan(std::int64_t scan) {
    const auto newest =
        with_errors([&] { return database.execAndGet("SELECT ifnull(max(id), 0) FROM scan").getInt64(); });
    return {StoreError::Kind::no_such_scan,
            newest == 0
                ? fmt::format("The history {} holds no scan yet: run 'casweep scan' first.", file.string())
                : fmt::format("The history {} holds no scan {}: the newest is scan {}.", file.string(), scan, newest)};
  }

  Horizon horizon_of_scan(std::int64_t scan) {
    if (const auto horizon = with_errors([&] { return store::horizon_of_scan(database, scan); })) return *horizon;
    throw no_such_scan(scan);
  }

  /// What `select` reads, with `running` scans of dead processes shown as interrupted; as running if this account
  /// cannot see whether the process lives. The lock is checked after `running` was read, and the rows are read again
  /// after that: if no process held the lock in between, they are final.
  template <typename Select, typename HasRunning, typename Interrupt>
  auto read_states(Select&& select, HasRunning&& has_running, Interrupt&& interrupt) {
    auto found = with_errors(select);
    if (!has_running(found) || scan_lock_state(file) != LockState::free) return found;
    found = with_errors(select);
    interrupt(found);
    return found;
  }

  history::Trend trend(std::optional<base::Instant> since, const Horizon& horizon) {
    return read_states([&] { return select_trend(database, since, horizon, recorded); },
                       [](const auto& found) { return any_is_running(found.scans); },
                       [](auto& found) { interrupt_all_running(found.scans); });
  }
};

History::History(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;
History::~History() = default;

History History::open(const std::filesystem::path& file, base::StopSignal stop) {
  return History(std::make_unique<Impl>(file, open_for_writing(file, embedded_migrations(), stop)));
}

History History::open_existing(const std::filesystem::path& file, base::StopSignal stop) {
  return History(std::make_unique<Impl>(file, open_for_reading(file, embedded_migrations(), stop)));
}

bool History::require_usable(const std::filesystem::path& file) { return require_openable(file); }

History::ScanLock History::lock_for_scan(const std::function<void(int pid)>& waits_for, base::StopSignal stop) {
  ScanLock lock(take_scan_lock(impl_->file, waits_for, stop));
  impl_->write([&] { interrupt_running_scans(impl_->database, base::now()); });
  return lock;
}

std::int64_t History::begin_scan([[maybe_unused]] const ScanLock& lock, const history::RunContext& start,
                                 const history::ScanSettings& settings) {
  assert(lock.file_);
  std::int64_t scan = 0;
  impl_->write([&] { scan = impl_->insert_begun_scan(start, settings); });
  return scan;
}

history::ScanRecord History::finish_scan(std::int64_t scan, history::ScanState state, base::Instant finished_at,
                                         const history::ScanListing& listing,
                                         std::span<const discovery::EnrollmentService> listed,
                                         std::span<const history::Observation> cas) {
  assert(state == history::ScanState::complete || state == history::ScanState::partial ||
         state == history::ScanState::interrupted);
  history::ScanRecord record{
      .state = state, .start = {}, .finished_at = finished_at, .listing = listing, .failure = {}};
  record.discovered = listed.size();
  std::ranges::transform(cas, std::back_inserter(record.cas), as_kept);
  std::set<base::ObjectGuid> read;
  for (const history::Observation& ca : cas) read.insert(ca.service.object_guid);
  std::ranges::copy_if(
      listed, std::back_inserter(record.not_read),
      [&](const base::ObjectGuid& object_guid) { return !read.contains(object_guid); },
      &discovery::EnrollmentService::object_guid);
  impl_->write([&] {
    impl_->require_running(scan);
    const auto before = last_rows(impl_->database);
    insert_listing(impl_->database, scan, listing, listed.size());
    insert_observations(impl_->database, scan, listed, cas);
    end_scan(impl_->database, scan, state, finished_at, {});
    append_scan_finished(impl_->database, scan, finished_at, before);
    impl_->require_recorded(scan, record);
  });
  return record;
}

std::int64_t History::record_unbegun_scan(const history::RunContext& start, const history::ScanSettings& settings,
                                          history::ScanState state, base::Instant finished_at,
                                          std::string_view failure) {
  assert(state == history::ScanState::failed || state == history::ScanState::interrupted);
  std::int64_t scan = 0;
  impl_->write([&] {
    scan = impl_->insert_begun_scan(start, settings);
    impl_->end_without_cas(scan, state, finished_at, failure);
  });
  return scan;
}

void History::fail_scan(std::int64_t scan, history::ScanState state, base::Instant finished_at,
                        std::string_view failure) {
  assert(state == history::ScanState::failed || state == history::ScanState::interrupted);
  impl_->write([&] {
    impl_->require_running(scan);
    impl_->end_without_cas(scan, state, finished_at, failure);
  });
}

history::ScanRecord History::scan(std::int64_t id) const {
  auto record =
      impl_->read_states([&] { return select_scan(impl_->database, id, impl_->recorded); },
                         [](const auto& found) { return found && found->state == history::ScanState::running; },
                         [](auto& found) {
                           if (found->state == history::ScanState::running)
                             found->state = history::ScanState::interrupted;
                         });
  if (record) return *std::move(record);
  throw impl_->no_such_scan(id);
}

History::Forest History::forest() const {
  return impl_->with_errors([&] { return select_forest(impl_->database); });
}

std::vector<discovery::EnrollmentService> History::known_cas() const {
  return impl_->with_errors([&] { return select_known_cas(impl_->database, impl_->recorded); });
}

std::optional<std::int64_t> History::last_scan() const {
  return impl_->with_errors([&] { return select_last_scan(impl_->database, impl_->recorded); });
}

std::optional<base::Instant> History::last_end() const {
  return impl_->with_errors([&] { return select_last_end(impl_->database); });
}

std::optional<base::Instant> History::newest_moment() const {
  return impl_->with_errors([&] { return select_newest_moment(impl_->database); });
}

std::optional<base::Instant> History::newest_scan_moment() const {
  return impl_->with_errors([&] { return select_newest_scan_moment(impl_->database); });
}

std::vector<history::CaNames> History::ca_names() const {
  return impl_->with_errors([&] { return select_ca_names(impl_->database); });
}

std::vector<History::PastObservation> History::find_ca(std::string_view name) const {
  return impl_->with_errors([&] { return select_cas_named(impl_->database, name); });
}

history::ForestStatus History::forest_status(base::Instant now) const {
  return impl_->with_errors([&] { return select_forest_status(impl_->database, {.now = now}, impl_->recorded); });
}

history::ForestStatus History::forest_status_of_scan(std::int64_t scan) const {
  const Horizon horizon = impl_->horizon_of_scan(scan);
  return impl_->with_errors([&] { return select_forest_status(impl_->database, horizon, impl_->recorded); });
}

history::CaSummary History::ca_summary(const base::ObjectGuid& object_guid, base::Instant now) const {
  auto status = impl_->with_errors([&] { return select_ca_status(impl_->database, object_guid, now); });
  if (!status) {
    throw StoreError(StoreError::Kind::no_such_ca,
                     fmt::format("The history {} holds no CA with the objectGUID {}: 'casweep status' lists the known "
                                 "CAs.",
                                 file().string(), object_guid.to_string()));
  }
  return *std::move(status);
}

std::vector<History::PastObservation> History::observations_at_changes(const base::ObjectGuid& object_guid) const {
  return impl_->with_errors([&] { return select_observations_at_changes(impl_->database, object_guid); });
}

std::vector<history::ScanHeadline> History::headlines(std::optional<std::size_t> newest) const {
  return impl_->read_states([&] { return select_headlines(impl_->database, {}, newest); },
                            [](const auto& found) { return any_is_running(found); },
                            [](auto& found) { interrupt_all_running(found); });
}

history::Trend History::trend(std::optional<base::Instant> since, base::Instant now) const {
  return impl_->trend(since, {.now = now});
}

history::Trend History::trend_until(std::optional<base::Instant> since, base::Instant until) const {
  return impl_->trend(since, impl_->with_errors([&] { return horizon_at(impl_->database, until); }));
}

history::Trend History::trend_until_scan(std::int64_t scan) const {
  return impl_->trend({}, impl_->horizon_of_scan(scan));
}

std::vector<history::CaTimeline> History::difference(std::int64_t before, std::int64_t after) const {
  return impl_->with_errors([&] { return select_difference(impl_->database, before, after); });
}

std::optional<std::int64_t> History::complete_scan_before(std::int64_t scan) const {
  return impl_->with_errors([&] { return select_complete_scan_before(impl_->database, scan); });
}

std::optional<std::int64_t> History::complete_scan_at(base::Instant instant) const {
  return impl_->with_errors([&] { return select_complete_scan_at(impl_->database, instant); });
}

std::optional<std::int64_t> History::comparable_scan_before(std::int64_t scan) const {
  return impl_->with_errors([&] { return select_comparable_scan_before(impl_->database, scan); });
}

std::vector<history::Decision> History::decisions() const {
  return impl_->with_errors([&] { return select_decisions(impl_->database); });
}

void History::decide(const history::Decision& decision) {
  impl_->write([&] {
    const auto before = last_rows(impl_->database);
    insert_decision(impl_->database, decision);
    append_ledger(impl_->database, decision.set_at, LedgerKind::decision,
                  {{"rows", rows_since(impl_->database, before)}});
    const auto given_back = select_decisions(impl_->database);
    if (given_back.empty() || given_back.back() != decision) {
      throw Altered("it does not return the decision as it was recorded");
    }
  });
}

History::Contents History::contents() const {
  return impl_->with_errors([&] { return select_contents(impl_->database); });
}

history::LedgerHead History::ledger_head() const {
  return impl_->with_errors([&] { return store::ledger_head(impl_->database); });
}

std::optional<std::string> History::site_id() const {
  return impl_->with_errors([&] { return select_site_id(impl_->database); });
}

std::vector<history::LedgerEntry> History::ledger() const {
  return impl_->with_errors([&] {
    std::vector<history::LedgerEntry> entries;
    visit_ledger(impl_->database, [&](const history::LedgerEntry& entry) { entries.push_back(entry); });
    return entries;
  });
}

std::optional<history::EvidenceBundle> History::last_evidence_bundle() const {
  return impl_->with_errors([&] { return select_last_evidence_bundle(impl_->database); });
}

void History::record_evidence_bundle(const history::EvidenceBundle& bundle, const std::function<void()>& publish) {
  impl_->write([&] {
    const auto last = select_last_evidence_bundle(impl_->database);
    if (bundle.number != (last ? last->number : 0) + 1) {
      throw StoreError(StoreError::Kind::busy,
                       fmt::format("Another bundle of evidence was made from the history {} in the meantime: make this "
                                   "one again, so that it names the other.",
                                   file().string()));
    }
    const auto before = last_rows(impl_->database);
    insert_evidence_bundle(impl_->database, bundle);
    append_ledger(impl_->database, bundle.made_at, LedgerKind::evidence_bundle,
                  {{"rows", rows_since(impl_->database, before)}});
    if (select_last_evidence_bundle(impl_->database) != bundle) {
      throw Altered("it does not return the bundle of evidence as it was recorded");
    }
    publish();
  });
}

const std::filesystem::path& History::file() const { return impl_->file; }

}  // namespace casweep::store
