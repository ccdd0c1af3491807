// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/ca_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/ascii_case.h"
#include "base/object_guid.h"
#include "base/terminal_text.h"
#include "discovery/duplicate_objects.h"
#include "scan/scan_error.h"

namespace casweep::scan {
namespace {

bool same_name(const std::string& left, const std::string& right) {
  return !left.empty() && base::same_but_for_case(left, right);
}

bool is_named(const discovery::EnrollmentService& ca, const std::string& name) {
  return same_name(ca.common_name, name) || same_name(ca.display_name, name) ||
         same_name(ca.dns_host_name + "\\" + ca.common_name, name) ||
         same_name(ca.dns_host_name + "\\" + ca.display_name, name);
}

/// Selects the CAs of `listed` called `name`. An objectGUID takes precedence, because an attacker can choose a name
/// that looks like the objectGUID of another CA, but not an objectGUID.
std::function<bool(const discovery::EnrollmentService&)> naming(std::span<const discovery::EnrollmentService> listed,
                                                                const std::string& name) {
  if (const auto guid = base::ObjectGuid::from_string(name)) {
    const auto has_guid = [guid = *guid](const auto& ca) { return discovery::has_object(ca, guid); };
    if (std::ranges::any_of(listed, has_guid)) return has_guid;
  }
  return [&name](const auto& ca) { return is_named(ca, name); };
}

}  // namespace

std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                     std::span<const std::string> names) {
  if (names.empty()) return {listed.begin(), listed.end()};

  std::vector<std::function<bool(const discovery::EnrollmentService&)>> named;
  for (const std::string& name : names) {
    named.push_back(naming(listed, name));
    if (std::ranges::any_of(listed, named.back())) continue;
    std::string message = fmt::format("No CA named '{}' in this forest. CAs found:", name);
    for (const auto& ca : listed) message += "\n  " + base::terminal_safe(name_of(ca));
    throw ScanError(ScanError::Kind::no_such_ca, message);
  }
  std::vector<discovery::EnrollmentService> selected;
  std::ranges::copy_if(listed, std::back_inserter(selected), [&](const auto& ca) {
    return std::ranges::any_of(named, [&](const auto& is_this) { return is_this(ca); });
  });
  return selected;
}

}  // namespace casweep::scan
