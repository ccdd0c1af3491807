// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assess/reason.h"
#include "assess/remediation.h"
#include "history/scan_record.h"

namespace casweep::report {

/// CAs with the same verdict and the same advice, in the order of the scan.
struct ToDo {
  assess::Verdict verdict;
  std::string advice;
  std::vector<assess::Reason> reasons;
  std::vector<std::pair<const history::Observation*, assess::Remediation>> cas;  ///< they point into the scan
};

/// What to do after `scan`: first the CAs that do not enforce encryption, then the unknown ones.
[[nodiscard]] std::vector<ToDo> to_dos(const history::ScanRecord& scan);

}  // namespace casweep::report
