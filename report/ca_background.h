// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/ca_status.h"
#include "store/history.h"
#include "store/scan_record.h"

namespace casweep::report {

/// What the history knew of a CA when a scan began. Nothing that is recorded or expires later changes it, so that a
/// scan is exported the same at any time.
struct CaBackground {
  store::Instant first_seen_at{};  ///< when the scan began that listed the CA first
  bool is_new = false;             ///< that is this scan
  bool is_remediated = false;      ///< this scan found it compliant, which it was not
  store::Status status = store::Status::to_address;
  std::optional<store::Disposition> decision{};  ///< behind the status; nullopt: none is in force
};

/// `known` is all that is known of the CA by now.
[[nodiscard]] CaBackground background_of(const store::ScanRecord& scan, const store::CaRecord& ca,
                                         const store::CaStatus& known);

/// The backgrounds of scans' CAs. The history, which lives longer, is asked once for each CA.
class CaBackgrounds {
 public:
  explicit CaBackgrounds(const store::History& history) : history_(history) {}

  /// Those of `scan.listed()`.
  [[nodiscard]] std::vector<CaBackground> of(const store::ScanRecord& scan);

 private:
  const store::History& history_;
  std::map<discovery::ObjectGuid, store::CaStatus> known_;
};

/// Why a CA that is not enforced does not count as open: "Risk accepted until 2027-01-31 by J. Doe (CHG-4711): …", as
/// it was typed; empty without a decision.
[[nodiscard]] std::string justification_of(const CaBackground& background);

}  // namespace casweep::report
