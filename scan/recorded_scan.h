// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/secret.h"
#include "discovery/directory.h"
#include "history/scan_record.h"
#include "logon/account.h"
#include "store/history.h"
#include "sweep/sweep.h"

namespace casweep::scan {

/// Whom a scan asks. Every member throws what ends the scan; one that a signal interrupts throws too.
class Sources {
 public:
  virtual ~Sources() = default;

  /// The account's password; empty if it needs none. May block while a person types it.
  virtual base::Secret password() = 0;

  /// The account, ready to be used: with its ticket, if that is how it logs on.
  virtual logon::Account log_on(base::Secret password) = 0;

  /// As discovery::list_enrollment_services().
  virtual discovery::Listing list(const logon::Account& account, std::span<const discovery::EnrollmentService> known,
                                  const discovery::ListingCheck& check) = 0;

  /// What reads one CA, inside a worker process.
  virtual sweep::ReadOne reader(const logon::Account& account) = 0;
};

/// Told what a person who waits for a scan wants to know.
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// The scan waits for another one into the same history, which process `pid` runs (0: not known).
  virtual void waits_for_scan(int pid) = 0;

  /// The forest has another name than in the history, and the same root domain.
  virtual void forest_was_renamed(const std::string& before, const discovery::Listing& listing) = 0;

  /// Shows the progress of the sweep over `services`; what it returns is destroyed when the sweep has ended.
  virtual std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> services) = 0;

  /// What the scan found out could not be recorded in the history.
  virtual void was_not_recorded(const history::ScanRecord& scan) = 0;
};

/// What is asked for.
struct Request {
  history::ScanSettings settings{};
  std::string account{};  ///< user@REALM, as far as it is known before the logon
  std::string tool_version{};
};

/// One scan, from the password to its record in the history.
class RecordedScan {
 public:
  /// Everything must outlive the scan. Once `*interrupted` is not 0, the scan ends.
  RecordedScan(store::History& history, Request request, Sources& sources, Watcher& watcher,
               const volatile std::sig_atomic_t& interrupted, std::function<base::Instant()> now = base::now);

  /// Asks the forest and records the answer. If a signal interrupts the sweep, the record is `interrupted`, with what
  /// was read until then. Throws what ends the scan: ScanError, StoreError, or what a source throws; the scan is then
  /// in the history as failed or, after a signal, as interrupted. A StoreError of the kind `busy` may be the signal's.
  history::ScanRecord run();

  /// CAs that the directory had no longer.
  [[nodiscard]] const std::vector<discovery::EnrollmentService>& gone() const { return gone_; }

 private:
  base::Secret prepare();
  void begin();
  history::ScanRecord sweep_forest(base::Secret password);
  void require_forest_of_history(const discovery::Listing& listing) const;
  void tell_if_renamed(const discovery::Listing& listing) const;
  [[nodiscard]] std::vector<history::Observation> hidden_observations(const discovery::Listing& listing,
                                                                      const std::string& account) const;
  history::ScanRecord record(history::ScanState state, const discovery::Listing& listing,
                             std::vector<history::Observation> observations);
  void tell_not_recorded(history::ScanState state, const discovery::Listing& listing,
                         std::vector<history::Observation> observations) const;
  void record_refusal(const store::StoreError& error);
  [[nodiscard]] history::RunContext this_run() const;
  [[nodiscard]] bool interrupted() const { return interrupted_ != 0; }

  template <typename Record, typename Step>
  auto recorded_if_it_ends(const Record& record, const char* interruption, const Step& step) const;

  store::History& history_;
  Request request_;
  Sources& sources_;
  Watcher& watcher_;
  const volatile std::sig_atomic_t& interrupted_;
  std::function<base::Instant()> now_;
  std::optional<store::History::ScanLock> lock_;
  history::RunContext start_{};
  std::int64_t scan_ = 0;
  std::vector<discovery::EnrollmentService> gone_;
  bool recorded_ = false;  ///< with CAs, before an exception that ends the scan
};

}  // namespace casweep::scan
