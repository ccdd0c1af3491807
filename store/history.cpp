// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include "store/database_file_internal.h"
#include "store/scan_lock_internal.h"
#include "store/scan_reader_internal.h"
#include "store/scan_writer_internal.h"

namespace casweep::store {
struct History::Impl {
  std::filesystem::path file;
  SQLite::Database database;

  /// Lets nothing out of `work` but StoreError.
  template <typename Work>
  auto with_errors(Work&& work) {
    try {
      return std::forward<Work>(work)();
    } catch (const SQLite::Exception& error) {
      throw store_error(file, error, system_errno_of(database));
    } catch (const nlohmann::json::exception& error) {
      throw damaged(file, error.what());
    } catch (const Inconsistent& error) {
      throw damaged(file, error.what());
    }
  }

  /// In one transaction: all of `work` or nothing.
  template <typename Work>
  void write(Work&& work) {
    with_errors([&] {
      SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
      work();
      transaction.commit();
    });
  }

  void require_running(std::int64_t scan) {
    if (is_running(database, scan)) return;
    throw StoreError(StoreError::Kind::failed,
                     fmt::format("Scan {} in the history {} has ended already and was left as it is: scan again.", scan,
                                 file.string()));
  }

  /// What `select` reads, with the running scans of dead processes shown as what they are. The lock is looked at after
  /// `running` was read, and the row once more after that: if nobody held the lock in between, it is final.
  template <typename Select, typename HasRunning, typename Interrupt>
  auto read_states(Select&& select, HasRunning&& has_running, Interrupt&& interrupt) {
    auto found = with_errors(select);
    if (!has_running(found) || scan_lock_is_held(file)) return found;
    found = with_errors(select);
    interrupt(found);
    return found;
  }
};

History::History(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;
History::~History() = default;

History History::open(const std::filesystem::path& file) {
  return History(std::make_unique<Impl>(file, open_for_writing(file)));
}

History History::open_existing(const std::filesystem::path& file) {
  return History(std::make_unique<Impl>(file, open_for_reading(file)));
}

History::ScanLock History::lock_for_scan(const std::function<void(int pid)>& told_to_wait) {
  ScanLock lock(take_scan_lock(impl_->file, told_to_wait));
  impl_->write([&] { interrupt_running_scans(impl_->database); });
  return lock;
}

std::int64_t History::begin_scan([[maybe_unused]] const ScanLock& lock, const ScanStart& start) {
  assert(lock.fd_ >= 0);
  std::int64_t scan = 0;
  impl_->write([&] { scan = insert_scan(impl_->database, start); });
  return scan;
}

void History::finish_scan(std::int64_t scan, ScanState state, Instant finished_at, const ScanListing& listing,
                          std::span<const discovery::EnrollmentService> listed, std::span<const CaRecord> cas) {
  assert(state == ScanState::complete || state == ScanState::partial || state == ScanState::interrupted);
  impl_->write([&] {
    impl_->require_running(scan);
    insert_listing(impl_->database, scan, listing, listed.size());
    insert_observations(impl_->database, scan, listed, cas);
    end_scan(impl_->database, scan, state, finished_at, {});
  });
}

void History::fail_scan(std::int64_t scan, ScanState state, Instant finished_at, std::string_view failure) {
  assert(state == ScanState::failed || state == ScanState::interrupted);
  impl_->write([&] {
    impl_->require_running(scan);
    end_scan(impl_->database, scan, state, finished_at, failure);
  });
}

ScanRecord History::scan(std::int64_t id) const {
  auto record = impl_->read_states([&] { return select_scan(impl_->database, id); },
                                   [](const auto& found) { return found && found->state == ScanState::running; },
                                   [](auto& found) {
                                     if (found->state == ScanState::running) found->state = ScanState::interrupted;
                                   });
  if (record) return *std::move(record);
  const auto newest = scans();
  throw StoreError(
      StoreError::Kind::no_such_scan,
      newest.empty()
          ? fmt::format("The history {} holds no scan yet: 'casweep scan' makes one.", file().string())
          : fmt::format("The history {} holds no scan {}: its newest is {}.", file().string(), id, newest.front().id));
}

std::optional<std::int64_t> History::last_scan(bool partial_too) const {
  return impl_->with_errors([&] { return select_last_scan(impl_->database, partial_too); });
}

std::vector<ScanSummary> History::scans() const {
  constexpr auto is_running = [](const ScanSummary& scan) { return scan.state == ScanState::running; };
  return impl_->read_states([&] { return select_scans(impl_->database); },
                            [&](const auto& found) { return std::ranges::any_of(found, is_running); },
                            [&](auto& found) {
                              for (auto& scan : found) {
                                if (is_running(scan)) scan.state = ScanState::interrupted;
                              }
                            });
}

std::vector<History::LastReading> History::find_ca(std::string_view name) const {
  return impl_->with_errors([&] { return select_cas_named(impl_->database, name); });
}

const std::filesystem::path& History::file() const { return impl_->file; }

}  // namespace casweep::store
