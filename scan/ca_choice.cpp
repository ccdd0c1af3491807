// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/ca_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/object_guid.h"
#include "base/terminal_text.h"
#include "history/ca_name.h"
#include "scan/scan_error.h"

namespace casweep::scan {
namespace {

ScanError no_ca_named(const std::string& name, std::span<const history::CaNames> names,
                      std::span<const discovery::EnrollmentService> listed) {
  std::string message =
      fmt::format("No CA named '{}' in this forest.{} CAs found:", name, history::did_you_mean_ca(names, name));
  for (const auto& ca : listed) {
    message += "\n  " + base::terminal_safe(base::name_or_guid(name_of(ca), ca.object_guid));
    if (!ca.dns_host_name.empty()) message += " on " + base::terminal_safe(ca.dns_host_name);
  }
  return {ScanError::Kind::no_such_ca, message};
}

}  // namespace

std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                     std::span<const std::string> names) {
  if (names.empty()) return {listed.begin(), listed.end()};

  std::vector<history::CaNames> names_of_cas;
  std::ranges::transform(listed, std::back_inserter(names_of_cas), history::names_of);
  std::set<std::size_t> chosen;
  for (const std::string& name : names) {
    const auto found = history::cas_named(names_of_cas, name);
    if (found.empty()) throw no_ca_named(name, names_of_cas, listed);
    if (found.size() > 1) {
      throw ScanError(ScanError::Kind::no_such_ca, history::sentence_of_ambiguity(names_of_cas, found, name));
    }
    chosen.insert(found.front());
  }
  std::vector<discovery::EnrollmentService> selected;
  std::ranges::transform(chosen, std::back_inserter(selected), [&](std::size_t i) { return listed[i]; });
  return selected;
}

}  // namespace casweep::scan
