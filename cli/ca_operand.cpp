// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/ca_operand.h"

#include <fmt/format.h>

#include <utility>

#include "cli/command_error.h"
#include "report/evidence.h"
#include "report/terminal_text.h"

namespace casweep::cli {

store::History::LastReading only_ca_named(const store::History& history, const std::string& name) {
  auto found = history.find_ca(name);
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    throw CommandError(
        ExitCode::usage,
        fmt::format("The history '{}' knows no CA '{}'; 'casweep list' shows the names in the directory.",
                    history.file().string(), name));
  }
  std::string message = fmt::format("'{}' is the name of {} CAs; name one by its objectGUID:", name, found.size());
  for (const auto& reading : found) {
    const auto& ca = reading.ca.service;
    message += fmt::format("\n  {}  {} on {}", ca.object_guid.to_string(), report::terminal_safe(report::name_of(ca)),
                           ca.dns_host_name.empty() ? "no host" : report::terminal_safe(ca.dns_host_name));
  }
  throw CommandError(ExitCode::usage, message);
}

}  // namespace casweep::cli
