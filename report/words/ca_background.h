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

/// What the history knew about a CA when a scan began. Later records and expiries do not change it: an export of a scan
/// is always the same.
struct CaBackground {
  base::Instant first_seen_at{};         ///< start of the first scan that listed the CA
  bool is_new = false;                   ///< this scan was the first to list it
  bool is_remediated = false;            ///< this scan found it compliant, the scan before did not
  std::optional<base::Instant> since{};  ///< since when it has the verdict of this scan; nullopt: it was not read
  bool regressed = false;                ///< compliant before, and not enforced when last known
  history::Status status = history::Status::to_address;
  std::optional<history::Decision> decision{};  ///< that the status comes from; nullopt: none is in force
};

/// `known` is what the history knows about the CA now.
[[nodiscard]] CaBackground background_of(const history::ScanRecord& scan, const history::Observation& ca,
                                         const history::CaSummary& known);

/// The backgrounds of `scan.listed()`, in its order, from the forest after the scan.
[[nodiscard]] std::vector<CaBackground> backgrounds_in(const history::ForestStatus& forest,
                                                       const history::ScanRecord& scan);

/// The backgrounds of the CAs of scans. Asks the history once per CA; the history must outlive this object.
class CaBackgrounds {
 public:
  explicit CaBackgrounds(const store::History& history) : history_(history) {}

  /// One for each of `scan.listed()`, in its order.
  [[nodiscard]] std::vector<CaBackground> of(const history::ScanRecord& scan);

 private:
  const store::History& history_;
  std::map<base::ObjectGuid, history::CaSummary> known_;
};

/// Why a CA that does not enforce encryption does not count as open: "Risk accepted until 2027-01-31 by J. Doe
/// (CHG-4711): …", with the approver's text unchanged; empty without a decision.
[[nodiscard]] std::string justification_of(const CaBackground& background);

}  // namespace casweep::report
