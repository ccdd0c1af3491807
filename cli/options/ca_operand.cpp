// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/ca_operand.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/terminal/note.h"
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

Operand whole_ca_operand(OperandCount count) {
  return {.name = "CA",
          .text = "the CA's whole common name, display name, host, HOST\\CA or objectGUID; case does not matter",
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
  throw CommandError(ExitCode::usage, history::text_of_ambiguity(names, history::cas_named(names, name), name));
}

store::History::PastObservation only_ca_with_name(const store::History& history, const std::string& name) {
  auto found = only_ca_named(history, name);
  const history::CaNames current = history::names_of(found.ca.service);
  const auto names = history.ca_names();
  const auto known = std::ranges::find(names, current.object_guid, &history::CaNames::object_guid);
  const history::CaNames& ca = known == names.end() ? current : *known;
  if (history::has_whole_name(ca, name)) return found;
  throw CommandError(ExitCode::usage,
                     fmt::format("'{}' is only a part of a name, and a decision needs the whole one. Did you mean {}?",
                                 name, history::name_and_host_of(ca)));
}

discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                           std::span<const history::CaNames> known, const std::string& name,
                                           const Environment& environment) {
  const auto [cas, notes] = scan::select_cas(listed, std::span(&name, 1), known);
  for (const std::string& note : notes) cli::note(environment, base::terminal_safe(note));
  return cas.front();
}

}  // namespace casweep::cli
