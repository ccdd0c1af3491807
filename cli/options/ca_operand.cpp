// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/ca_operand.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "cli/command_error.h"
#include "history/ca_name.h"
#include "scan/ca_choice.h"

namespace casweep::cli {

Operand ca_operand(OperandCount count) {
  return {.name = "CA",
          .text =
              "the CA's common name, display name, host, HOST\\CA or objectGUID, or a part of a name that only one CA "
              "has; case does not matter",
          .count = count};
}

store::History::PastObservation only_ca_named(const store::History& history, const std::string& name) {
  auto found = history.find_ca(name);
  if (found.size() == 1) return std::move(found.front());
  const std::vector<history::CaNames> names = history.ca_names();
  if (found.empty()) {
    throw CommandError(ExitCode::usage,
                       fmt::format("The history '{}' has no CA named '{}'.{} 'casweep status' shows the "
                                   "CAs it has.",
                                   history.file().string(), name, history::did_you_mean_ca(names, name)));
  }
  throw CommandError(ExitCode::usage, history::sentence_of_ambiguity(names, history::cas_named(names, name), name));
}

discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                           const std::string& name) {
  return scan::select_cas(listed, std::span(&name, 1)).front();
}

}  // namespace casweep::cli
