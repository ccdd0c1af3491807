// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "discovery/directory_error.h"
#include "store/scan_record.h"
#include "store/store_error.h"

namespace casweep::cli {

/// What the program tells its caller; the numbers are part of its interface (from 64 on those of sysexits(3)).
enum class ExitCode : int {
  compliant = 0,  ///< every CA that was asked for is enforced or not exposed
  not_enforced = 1,
  unknown = 2,
  not_enforced_and_unknown = 3,
  usage = 64,
  data = 65,         ///< bad configuration or data
  unavailable = 69,  ///< directory unreachable, or no CA found
  internal = 70,
  file = 74,  ///< database or file
  credentials = 77,
};

/// What a scan that read CAs amounts to. A CA that a `complete` scan listed and did not read counts as unknown; a
/// `partial` scan speaks of the CAs it was asked to read. A scan without any CA is `unavailable`, never compliant.
[[nodiscard]] ExitCode exit_code_of(const store::ScanRecord& scan);

[[nodiscard]] ExitCode exit_code_of(const discovery::DirectoryError& error);

[[nodiscard]] ExitCode exit_code_of(const store::StoreError& error);

}  // namespace casweep::cli
