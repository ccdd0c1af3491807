// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/reason.h"

namespace casweep::assess {

/// What to do about a verdict. This program never runs any of it.
struct Remediation {
  std::string advice;                 ///< one or two sentences; empty if no action is needed
  std::vector<std::string> commands;  ///< to run in this order on the CA's host, as its administrator
  std::vector<std::string> revert;    ///< to undo them
};

/// The steps for a CA: for `not-enforced` the commands of the Defender for Identity assessment
/// "Enforce encryption for RPC certificate enrollment interface (ESC11)"; for `unknown` what to check.
/// If a name is not safe in a command line (quotes, %, control characters), the commands omit it: on the CA itself,
/// `certutil -setreg` needs no -config.
[[nodiscard]] Remediation remediation_for(Verdict verdict, Reason reason, std::string_view ca_name,
                                          std::string_view host_name);

}  // namespace casweep::assess
