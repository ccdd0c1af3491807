// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "discovery/directory_error.h"
#include "evidence/evidence_error.h"
#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "logon/logon_error.h"
#include "scan/scan_error.h"
#include "store/store_error.h"

namespace casweep::cli {

/// What the program tells its caller; the numbers are part of its interface (from 64 on those of sysexits(3)).
enum class ExitCode : int {
  ok = 0,  ///< success; of a scan: every CA that was asked for is enforced, not exposed or excepted
  not_enforced = 1,
  unknown = 2,
  not_enforced_and_unknown = 3,
  usage = 64,
  data = 65,         ///< bad configuration or data
  unavailable = 69,  ///< directory unreachable or not proven, no CA found, or Samba's client library missing
  internal = 70,
  file = 74,  ///< database or file
  credentials = 77,
};

/// What makes a scan or a look at the forest end with a code other than 0.
struct FailOn {
  bool not_enforced = true;
  bool unknown = true;
  bool regression = false;  ///< has_regressed()
  bool expired = false;     ///< has_expired_exception()
  bool removed_ca = false;  ///< a CA was removed since the complete scan before, and no exception covers it
  bool new_ca = false;      ///< a CA was not in the complete scan before
  bool hidden_ca = true;    ///< the directory does not show a known CA to the account any more
  bool strict = false;      ///< exceptions do not count

  [[nodiscard]] static FailOn nothing() { return {.not_enforced = false, .unknown = false, .hidden_ca = false}; }
};

/// What a scan that read CAs amounts to. A CA that a `complete` scan listed and did not read counts as unknown; a
/// `partial` scan speaks of the CAs it was asked to read. A scan without any CA is `unavailable`, never ok. What
/// was decided about the CAs, as `forest` has it after the scan, counts too; verdicts are those of `scan` alone. A CA
/// that is not enforced and for which there is an exception does not count. One that is unknown always does: an
/// exception is for what is known. A CA that is hidden from the account is unknown, and still counts with its last
/// known verdict. A CA that the scan is the first to find removed counts once more, with its last verdict; so do, in a
/// scan that is not complete, the CAs that it found to be `gone`, whose removal the next complete scan records.
[[nodiscard]] ExitCode exit_code_of(const history::ScanRecord& scan, const history::ForestStatus& forest,
                                    std::span<const discovery::EnrollmentService> gone, const FailOn& fail_on);

/// What the forest amounts to, by the last verdict on each CA.
[[nodiscard]] ExitCode exit_code_of(const history::ForestStatus& forest, const FailOn& fail_on);

/// Not compliant, and an exception for it came to its end.
[[nodiscard]] bool has_expired_exception(const history::CaSummary& ca);

/// Not enforced when last known, which may be before it became unknown, not excepted, and compliant once.
[[nodiscard]] bool has_regressed(const history::CaSummary& ca, const FailOn& fail_on);

/// Whether an exception keeps the CA, which is `outcome`, from counting as not enforced.
[[nodiscard]] bool is_excepted(assess::Verdict verdict, const history::CaSummary& ca, const FailOn& fail_on);

[[nodiscard]] ExitCode exit_code_of(const discovery::DirectoryError& error);

[[nodiscard]] ExitCode exit_code_of(const logon::LogonError& error);

[[nodiscard]] ExitCode exit_code_of(const scan::ScanError& error);

[[nodiscard]] ExitCode exit_code_of(const store::StoreError& error);

[[nodiscard]] ExitCode exit_code_of(const evidence::EvidenceError& error);

}  // namespace casweep::cli
