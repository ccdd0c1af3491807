// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/stop_signal.h"
#include "history/ca_name.h"
#include "history/ca_summary.h"
#include "history/decision.h"
#include "history/events.h"
#include "history/evidence_bundle.h"
#include "history/ledger.h"
#include "history/scan_record.h"
#include "history/trend.h"
#include "store/store_error.h"

namespace casweep::store {

/// The history of scans in one SQLite file. Every member throws StoreError, which leaves everything recorded before.
class History {
 public:
  /// Opens or creates the history for writing: folder 0700, file 0600, migrations applied. A file whose schema is not
  /// the one that casweep makes is refused (altered). Once `stop` is raised, a query ends within seconds.
  [[nodiscard]] static History open(const std::filesystem::path& file, base::StopSignal stop = {});

  /// Opens an existing history for reading only; a missing file is an error that says how to create one. Once `stop` is
  /// raised, a query ends at once.
  [[nodiscard]] static History open_existing(const std::filesystem::path& file, base::StopSignal stop = {});

  /// Throws StoreError if open() would fail because of `file` or the rights of this user. Creates and changes nothing:
  /// returns false if there is no file yet.
  static bool require_usable(const std::filesystem::path& file);

  History(History&&) noexcept;
  History& operator=(History&&) noexcept;
  ~History();

  /// Allows one scan at a time: holds a lock beside the file for its lifetime. A scan that is still `running` in the
  /// history when the lock is taken was killed, and becomes `interrupted`.
  class ScanLock {
   private:
    friend class History;
    explicit ScanLock(base::FileDescriptor file) : file_(std::move(file)) {}
    base::FileDescriptor file_;
  };

  /// Waits until no other scan runs. If it has to wait, it calls `waits_for` once, with the process id of the other
  /// scan (0: not known). Soon after `stop` is raised, the wait ends with `busy`.
  [[nodiscard]] ScanLock lock_for_scan(const std::function<void(int pid)>& waits_for, base::StopSignal stop = {});

  /// Records that a scan began, durably, and returns its id.
  [[nodiscard]] std::int64_t begin_scan(const ScanLock& lock, const history::RunContext& start,
                                        const history::ScanSettings& settings = {});

  /// Records a scan that read CAs, in one transaction: `complete`, `partial`, or `interrupted` with what was read until
  /// then. `listed` is every CA the directory named; `cas` those that were read. Before the transaction ends, what the
  /// history gives back is compared with all of this: a difference is `altered`, names the first CA that differs, and
  /// nothing is recorded. Returns the scan as scan() does, with what was given to it.
  history::ScanRecord finish_scan(std::int64_t scan, history::ScanState state, base::Instant finished_at,
                                  const history::ScanListing& listing,
                                  std::span<const discovery::EnrollmentService> listed,
                                  std::span<const history::Observation> cas);

  /// Records a scan that ended before it could begin: it got no password, or its wait for another scan was ended. It
  /// was never `running`, so it needs no lock. Returns its id.
  std::int64_t record_unbegun_scan(const history::RunContext& start, const history::ScanSettings& settings,
                                   history::ScanState state, base::Instant finished_at, std::string_view failure);

  /// Records a scan that learned nothing about any CA.
  void fail_scan(std::int64_t scan, history::ScanState state, base::Instant finished_at, std::string_view failure);

  [[nodiscard]] history::ScanRecord scan(std::int64_t id) const;

  /// The forest whose scans it holds, as the newest listings have it.
  struct Forest {
    std::string name{};                                  ///< empty: no listing names one
    std::optional<discovery::RootDomain> root_domain{};  ///< nullopt: no listing has one
  };
  [[nodiscard]] Forest forest() const;

  /// Every known CA that is not known to be removed: listed by the last complete scan or by any scan after it. Each as
  /// it was last listed.
  [[nodiscard]] std::vector<discovery::EnrollmentService> known_cas() const;

  /// The newest scan that is complete; nullopt if there is none.
  [[nodiscard]] std::optional<std::int64_t> last_scan() const;

  /// The end of the newest scan that has ended, regardless of outcome; nullopt if none has.
  [[nodiscard]] std::optional<base::Instant> last_end() const;

  /// The newest time of anything recorded; nullopt: nothing is. If it is in the future, a clock was wrong, then or now.
  [[nodiscard]] std::optional<base::Instant> newest_moment() const;

  /// The same of the scans only. A decision that a wrong clock dated ahead does not move the time.
  [[nodiscard]] std::optional<base::Instant> newest_scan_moment() const;

  /// The names of every CA known to the history.
  [[nodiscard]] std::vector<history::CaNames> ca_names() const;

  /// The CAs that `name` names (history::cas_named()), each with its newest reading and the scan that made it, or as it
  /// was last listed if none read it.
  struct PastObservation {
    std::int64_t scan;
    history::Observation ca;
  };
  [[nodiscard]] std::vector<PastObservation> find_ca(std::string_view name) const;

  /// The forest as it was last seen, with the decisions in force at `now`.
  [[nodiscard]] history::ForestStatus forest_status(base::Instant now) const;

  /// The forest as `scan` found it. What was decided, found or expired after the scan began does not count, except the
  /// scan's own findings, so that the answer is the same at any time.
  [[nodiscard]] history::ForestStatus forest_status_of_scan(std::int64_t scan) const;

  /// One CA, which may have been removed from the forest.
  [[nodiscard]] history::CaSummary ca_summary(const base::ObjectGuid& object_guid, base::Instant now) const;

  /// The observations of the CA at which something about it changed, oldest first.
  [[nodiscard]] std::vector<PastObservation> observations_at_changes(const base::ObjectGuid& object_guid) const;

  /// The `newest` scans (nullopt: all), oldest first.
  [[nodiscard]] std::vector<history::ScanHeadline> headlines(std::optional<std::size_t> newest) const;

  /// Scans and events from `since` (nullopt: the beginning) to `now`.
  [[nodiscard]] history::Trend trend(std::optional<base::Instant> since, base::Instant now) const;

  /// Scans and events from `since` to `until`, a moment in the past: what was recorded after that does not count.
  [[nodiscard]] history::Trend trend_until(std::optional<base::Instant> since, base::Instant until) const;

  /// Everything up to `scan`, as forest_status_of_scan.
  [[nodiscard]] history::Trend trend_until_scan(std::int64_t scan) const;

  /// Every CA that one of two scans listed, as a timeline of these two scans only.
  [[nodiscard]] std::vector<history::CaTimeline> difference(std::int64_t before, std::int64_t after) const;

  /// The last complete scan before another one, or the last that began at an instant or before; nullopt if there is
  /// none.
  [[nodiscard]] std::optional<std::int64_t> complete_scan_before(std::int64_t scan) const;
  [[nodiscard]] std::optional<std::int64_t> complete_scan_at(base::Instant instant) const;

  /// The last complete scan of the same forest before another one, which has a listing to compare with it.
  [[nodiscard]] std::optional<std::int64_t> comparable_scan_before(std::int64_t scan) const;

  /// Every decision about a CA, oldest first.
  [[nodiscard]] std::vector<history::Decision> decisions() const;

  /// Records a decision, durably, with its entry in the ledger.
  void decide(const history::Decision& decision);

  /// What it holds, in numbers.
  struct Contents {
    std::size_t scans = 0;
    std::size_t complete_scans = 0;
    std::optional<base::Instant> first_began{};  ///< nullopt: there is no scan
    std::optional<base::Instant> last_began{};
    std::size_t cas = 0;  ///< that were ever listed
    std::size_t observations = 0;
    std::size_t decisions = 0;
    std::size_t evidence_bundles = 0;
  };
  [[nodiscard]] Contents contents() const;

  [[nodiscard]] history::LedgerHead ledger_head() const;

  /// history::site_id_of() its first entry; nullopt: nothing is recorded. Throws StoreError (altered) if that entry was
  /// changed.
  [[nodiscard]] std::optional<std::string> site_id() const;

  /// All of the ledger, oldest first.
  [[nodiscard]] std::vector<history::LedgerEntry> ledger() const;

  /// The newest bundle of evidence; nullopt: none was made.
  [[nodiscard]] std::optional<history::EvidenceBundle> last_evidence_bundle() const;

  /// Records that a bundle was made, durably, with its entry in the ledger. `publish`, which gives the bundle its name,
  /// is called just before the commit; if it throws, nothing is recorded. The number has to follow that of the newest
  /// bundle. Otherwise another bundle was made in the meantime, which this one does not name, and that is `busy`.
  void record_evidence_bundle(const history::EvidenceBundle& bundle, const std::function<void()>& publish);

  [[nodiscard]] const std::filesystem::path& file() const;

 private:
  struct Impl;
  explicit History(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace casweep::store
