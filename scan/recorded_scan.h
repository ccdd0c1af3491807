// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/secret.h"
#include "base/stop_signal.h"
#include "discovery/directory.h"
#include "history/scan_record.h"
#include "logon/account.h"
#include "store/history.h"
#include "sweep/sweep.h"

namespace casweep::scan {

/// The sources of a scan. A member throws to end the scan, also if a signal interrupts it.
class Sources {
 public:
  virtual ~Sources() = default;

  /// The account's password; empty if it needs none. May block while a person types it.
  virtual base::Secret password() = 0;

  /// The account, ready for use: with its ticket, if it uses Kerberos.
  virtual logon::Account log_on(base::Secret password) = 0;

  /// As discovery::list_enrollment_services().
  virtual discovery::Listing list(const logon::Account& account, std::span<const discovery::EnrollmentService> known,
                                  const discovery::ListingCheck& check) = 0;

  /// The function that reads one CA, inside a worker process.
  virtual sweep::ReadOne reader(const logon::Account& account) = 0;
};

/// Receives the events that a person who waits for a scan wants to see.
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// The scan waits for another scan with the same history, run by process `pid` (0: not known).
  virtual void waits_for_scan(int pid) = 0;

  /// The clock is behind `newest`, the newest moment in the history: it was set back, or was ahead then.
  virtual void clock_is_behind(base::Instant newest) = 0;

  /// The forest has another name than in the history, but the same root domain.
  virtual void forest_was_renamed(const std::string& before, const discovery::Listing& listing) = 0;

  /// A sentence: which CA was chosen by a part of its name.
  virtual void chose_by_part(const std::string& note) = 0;

  /// Shows the progress of the sweep over `services`; the result is destroyed when the sweep has ended.
  virtual std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> services) = 0;

  /// The results of the scan could not be recorded in the history.
  virtual void was_not_recorded(const history::ScanRecord& scan) = 0;
};

/// The parameters of a scan.
struct Request {
  history::ScanSettings settings{};
  std::string account{};  ///< user@REALM, as far as it is known before the logon
  std::string tool_version{};
};

/// One scan, from the password to its record in the history.
class RecordedScan {
 public:
  /// Everything must outlive the scan. Once `stop` is raised, the scan ends.
  RecordedScan(store::History& history, Request request, Sources& sources, Watcher& watcher, base::StopSignal stop,
               std::function<base::Instant()> now = base::now);

  /// Scans the forest and records the results. If a signal interrupts the sweep, the record is `interrupted`, with the
  /// readings so far. If the scan ends with an exception (ScanError, StoreError, or an exception of a source), it is
  /// recorded as failed or, after a signal, as interrupted. A StoreError of the kind `busy` may be caused by the
  /// signal.
  history::ScanRecord run();

  /// CAs that the directory no longer has.
  [[nodiscard]] const std::vector<discovery::EnrollmentService>& gone() const { return gone_; }

 private:
  base::Secret prepare();
  void begin();
  history::ScanRecord sweep_forest(base::Secret password);
  void require_forest_of_history(const discovery::Listing& listing) const;
  void report_if_renamed(const discovery::Listing& listing) const;
  [[nodiscard]] std::vector<history::Observation> hidden_observations(const discovery::Listing& listing,
                                                                      const std::string& account) const;
  history::ScanRecord record(history::ScanState state, const discovery::Listing& listing,
                             std::vector<history::Observation> observations);
  void report_not_recorded(history::ScanState state, const discovery::Listing& listing,
                           std::vector<history::Observation> observations) const;
  void record_refusal(const store::StoreError& error);
  [[nodiscard]] history::RunContext this_run() const;

  template <typename Record, typename Step>
  auto run_and_record_failure(const Record& record, const char* interruption, const Step& step) const;

  store::History& history_;
  Request request_;
  Sources& sources_;
  Watcher& watcher_;
  base::StopSignal stop_;
  std::function<base::Instant()> now_;
  std::optional<store::History::ScanLock> lock_;
  history::RunContext start_{};
  std::int64_t scan_ = 0;
  std::vector<discovery::EnrollmentService> gone_;
  bool recorded_ = false;  ///< results were recorded before an exception ended the scan
};

}  // namespace casweep::scan
