// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/counts.h"

#include <fmt/format.h>

namespace casweep::report {
namespace {

template <typename Counted>
std::string counts_of(const Counted& counted) {
  using assess::Verdict;
  return fmt::format("{} enforced, {} not enforced, {} not exposed, {} unknown", counted.count(Verdict::enforced),
                     counted.count(Verdict::not_enforced), counted.count(Verdict::not_exposed),
                     counted.count(Verdict::unknown));
}

}  // namespace

std::string verdict_counts(const history::ScanRecord& scan) { return counts_of(scan); }

std::string verdict_counts(const history::ForestStatus& forest) { return counts_of(forest); }

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string needing_action(std::size_t count) {
  if (count == 0) return "No CA needs action";
  return fmt::format("{} {} action", plural(count, "CA"), count == 1 ? "needs" : "need");
}

std::string percent_text(const history::ScanHeadline& scan, std::size_t count) {
  return scan.speaks_of_forest() ? fmt::format("{} %", count * 100 / scan.discovered) : "-";
}

std::string count_text(const history::ScanHeadline& scan, std::size_t count) {
  return scan.listed ? std::to_string(count) : "-";
}

}  // namespace casweep::report
