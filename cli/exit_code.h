// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "base/instant.h"
#include "discovery/directory_error.h"
#include "doctor/checkup.h"
#include "evidence/evidence_error.h"
#include "history/ca_summary.h"
#include "history/fleet.h"
#include "history/scan_record.h"
#include "hub/hub_error.h"
#include "logon/logon_error.h"
#include "scan/scan_error.h"
#include "store/store_error.h"

namespace casweep::cli {

/// The exit codes of the program, which are part of its interface; those from 64 on are from sysexits(3).
enum class ExitCode : int {
  ok = 0,  ///< success; for a scan: every requested CA is enforced, not exposed or excepted
  not_enforced = 1,
  unknown = 2,
  not_enforced_and_unknown = 3,
  usage = 64,
  data = 65,         ///< bad configuration or data
  unavailable = 69,  ///< directory or hub unreachable or not proven, no CA found, or Samba's client library missing
  internal = 70,
  file = 74,  ///< database or file
  credentials = 77,
};

/// What makes a scan or a report on the forest end with a code other than 0.
struct FailOn {
  bool not_enforced = true;
  bool unknown = true;
  bool regression = false;        ///< a CA was compliant once, is not when last known, and no exception covers it
  bool expired = false;           ///< the exception for a CA that is not compliant has expired
  bool removed_ca = false;        ///< a CA was removed since the previous complete scan, and no exception covers it
  bool new_ca = false;            ///< a CA was not in the previous complete scan
  bool hidden_ca = true;          ///< the directory no longer shows a known CA to the account
  bool new_not_enforced = false;  ///< a CA does not enforce encryption, which the previous complete scan did not know
  bool became_unknown = false;    ///< a CA was known until the previous complete scan and is unknown now
  bool strict = false;            ///< exceptions do not count

  [[nodiscard]] static FailOn nothing() { return {.not_enforced = false, .unknown = false, .hidden_ca = false}; }
};

/// The exit code of a scan. It follows from the verdicts of `scan` alone and from the decisions about the CAs, which
/// `forest` holds as of the end of the scan:
/// - A CA that a `complete` scan listed and did not read counts as unknown. A `partial` scan counts only the CAs it was
///   asked to read. A scan without any CA is `unavailable`, never ok.
/// - A CA that is not enforced or unknown and has an exception does not count. A decision is about what was known when
///   it was made (history::ended_by()).
/// - A CA hidden from the account is unknown, and also counts with its last known verdict. An exception made before the
///   CA was hidden does not cover that it is hidden.
/// - A CA that this scan is the first to find removed counts once more, with its last verdict. In a scan that is not
///   complete the same holds for the CAs in `gone`, whose removal the next complete scan records.
[[nodiscard]] ExitCode exit_code_of(const history::ScanRecord& scan, const history::ForestStatus& forest,
                                    std::span<const discovery::EnrollmentService> gone, const FailOn& fail_on);

/// The exit code of a report on the forest, by the last verdict on each CA.
[[nodiscard]] ExitCode exit_code_of(const history::ForestStatus& forest, const FailOn& fail_on);

/// Whether an exception for the CA is in force at `now` and exceptions count.
[[nodiscard]] bool is_excepted(const history::CaSummary& ca, base::Instant now, const FailOn& fail_on);

/// The exit code of a report on several forests: each CA counts once, as FleetCa::counts has it, and a site that is not
/// current is unknown.
[[nodiscard]] ExitCode exit_code_of(const history::FleetStatus& fleet, const FailOn& fail_on);

[[nodiscard]] ExitCode exit_code_of(const discovery::DirectoryError& error);

[[nodiscard]] ExitCode exit_code_of(const logon::LogonError& error);

[[nodiscard]] ExitCode exit_code_of(const scan::ScanError& error);

[[nodiscard]] ExitCode exit_code_of(const store::StoreError& error);

[[nodiscard]] ExitCode exit_code_of(const hub::HubError& error);

/// The code that a scan would end with because of the first failure; ok if nothing failed.
[[nodiscard]] ExitCode exit_code_of(const doctor::Checkup& checkup);

[[nodiscard]] ExitCode exit_code_of(const evidence::EvidenceError& error);

}  // namespace casweep::cli
