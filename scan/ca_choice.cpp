// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/ca_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/object_guid.h"
#include "base/terminal_text.h"
#include "history/ca_name.h"
#include "scan/scan_error.h"

namespace casweep::scan {
namespace {

ScanError no_ca_named(const std::string& name, std::span<const history::CaNames> names,
                      std::span<const discovery::EnrollmentService> listed) {
  base::ErrorText text =
      fmt::format("No CA named '{}' in this forest.{} CAs found:", name, history::did_you_mean_ca(names, name));
  for (const auto& ca : listed) {
    std::string& line = text.lines.emplace_back("  ");
    line += base::terminal_safe(base::name_or_guid(name_of(ca), ca.object_guid));
    if (!ca.dns_host_name.empty()) line += " on " + base::terminal_safe(ca.dns_host_name);
  }
  return {ScanError::Kind::no_such_ca, std::move(text)};
}

ScanError ca_not_listed(const std::string& name, const history::CaNames& ca) {
  const std::string what =
      fmt::format("'{}' names {} ({})", name, history::name_and_host_of(ca), ca.object_guid.to_string());
  if (ca.removed) {
    return {ScanError::Kind::no_such_ca,
            fmt::format("{}, which was removed from the directory with scan {}; choose a CA that the directory lists.",
                        what, *ca.removed)};
  }
  return {ScanError::Kind::no_such_ca,
          fmt::format("{}, which is in the history, but the directory does not list it now; run 'casweep scan' without "
                      "--ca, which finds out whether it was removed or is hidden.",
                      what)};
}

/// The names of `listed`, with the earlier names that `known` has of them.
std::vector<history::CaNames> names_with_history(std::span<const discovery::EnrollmentService> listed,
                                                 std::span<const history::CaNames> known) {
  std::vector<history::CaNames> all;
  for (const discovery::EnrollmentService& service : listed) {
    history::CaNames& ca = all.emplace_back(history::names_of(service));
    const auto recorded = std::ranges::find(known, ca.object_guid, &history::CaNames::object_guid);
    if (recorded == known.end()) continue;
    ca.earlier = recorded->earlier;
    ca.earlier.push_back(recorded->now);
  }
  return all;
}

/// Appends the CAs of `known` that `listed` lacks, also as duplicate objects.
void add_unlisted(std::vector<history::CaNames>& listed, std::span<const history::CaNames> known) {
  std::set<base::ObjectGuid> objects;
  for (const history::CaNames& ca : listed) {
    objects.insert(ca.object_guid);
    objects.insert(ca.duplicates.begin(), ca.duplicates.end());
  }
  std::ranges::copy_if(known, std::back_inserter(listed),
                       [&](const history::CaNames& ca) { return !objects.contains(ca.object_guid); });
}

}  // namespace

CaChoice select_cas(std::span<const discovery::EnrollmentService> listed, std::span<const std::string> names,
                    std::span<const history::CaNames> known) {
  if (names.empty()) return {.cas = {listed.begin(), listed.end()}};

  const std::vector<history::CaNames> names_of_listed = names_with_history(listed, known);
  std::vector<history::CaNames> all = names_of_listed;
  add_unlisted(all, known);
  CaChoice choice;
  std::set<std::size_t> chosen;
  for (const std::string& name : names) {
    auto found = history::cas_named(all, name);
    const auto unlisted = std::ranges::find_if(
        found, [&](std::size_t i) { return i >= listed.size() && history::has_whole_name(all[i], name); });
    const auto not_listed = unlisted == found.end() ? std::nullopt : std::optional(*unlisted);
    std::erase_if(found, [&](std::size_t i) { return i >= listed.size(); });
    if (found.empty() && not_listed) throw ca_not_listed(name, all[*not_listed]);
    if (found.empty()) throw no_ca_named(name, names_of_listed, listed);
    if (found.size() > 1) {
      throw ScanError(ScanError::Kind::no_such_ca, history::text_of_ambiguity(all, found, name));
    }
    const history::CaNames& ca = all[found.front()];
    if (!history::has_whole_name(ca, name)) {
      choice.notes.push_back(
          fmt::format("'{}' is only a part of a name; it names {}.", name, history::name_and_host_of(ca)));
    }
    chosen.insert(found.front());
  }
  std::ranges::transform(chosen, std::back_inserter(choice.cas), [&](std::size_t i) { return listed[i]; });
  return choice;
}

}  // namespace casweep::scan
