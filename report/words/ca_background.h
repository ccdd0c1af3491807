// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "store/history.h"

namespace casweep::report {

/// What the history knew of a CA when a scan began. Nothing that is recorded or expires later changes it, so that a
/// scan is exported the same at any time.
struct CaBackground {
  base::Instant first_seen_at{};  ///< when the scan began that listed the CA first
  bool is_new = false;            ///< that is this scan
  bool is_remediated = false;     ///< this scan found it compliant, which it was not
  history::Status status = history::Status::to_address;
  std::optional<history::Decision> decision{};  ///< behind the status; nullopt: none is in force
};

/// `known` is all that is known of the CA by now.
[[nodiscard]] CaBackground background_of(const history::ScanRecord& scan, const history::Observation& ca,
                                         const history::CaSummary& known);

/// The backgrounds of scans' CAs. The history, which lives longer, is asked once for each CA.
class CaBackgrounds {
 public:
  explicit CaBackgrounds(const store::History& history) : history_(history) {}

  /// Those of `scan.listed()`.
  [[nodiscard]] std::vector<CaBackground> of(const history::ScanRecord& scan);

 private:
  const store::History& history_;
  std::map<base::ObjectGuid, history::CaSummary> known_;
};

/// Why a CA that is not enforced does not count as open: "Risk accepted until 2027-01-31 by J. Doe (CHG-4711): …", as
/// it was typed; empty without a decision.
[[nodiscard]] std::string justification_of(const CaBackground& background);

}  // namespace casweep::report
