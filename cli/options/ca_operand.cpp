// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/ca_operand.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "scan/ca_choice.h"

namespace casweep::cli {
namespace {

CommandError ambiguous(const std::string& name, std::span<const discovery::EnrollmentService> candidates,
                       const std::function<bool(const base::ObjectGuid&)>& is_removed) {
  std::string message = fmt::format("'{}' is the name of {} CAs; use an objectGUID instead:", name, candidates.size());
  for (const auto& ca : candidates) {
    message += fmt::format("\n  {}  {} on {}{}", ca.object_guid.to_string(), base::terminal_safe(name_of(ca)),
                           ca.dns_host_name.empty() ? "no host" : base::terminal_safe(ca.dns_host_name),
                           is_removed(ca.object_guid) ? ", removed from the directory" : "");
  }
  return {ExitCode::usage, message};
}

}  // namespace

Operand ca_operand(OperandCount count) {
  return {.name = "CA",
          .text = "the CA's common name, display name, HOST\\CA or objectGUID; case does not matter",
          .count = count};
}

store::History::PastObservation only_ca_named(const store::History& history, const std::string& name) {
  auto found = history.find_ca(name);
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    throw CommandError(ExitCode::usage,
                       fmt::format("The history '{}' has no CA named '{}'; 'casweep status' shows the CAs it has.",
                                   history.file().string(), name));
  }
  std::vector<discovery::EnrollmentService> candidates;
  std::ranges::transform(found, std::back_inserter(candidates), [](const auto& past) { return past.ca.service; });
  throw ambiguous(name, candidates,
                  [&](const base::ObjectGuid& ca) { return history.ca_summary(ca, base::now()).removed.has_value(); });
}

discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                           const std::string& name) {
  auto found = scan::select_cas(listed, std::span(&name, 1));
  if (found.size() == 1) return std::move(found.front());
  throw ambiguous(name, found, [](const auto&) { return false; });
}

}  // namespace casweep::cli
