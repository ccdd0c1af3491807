// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "assess/reason.h"

namespace casweep::assess {

/// What to do about a verdict. This program never runs any of it. The commands contain no text from the directory but
/// valid host names, and work in cmd.exe and in PowerShell.
struct Remediation {
  std::string advice{};                 ///< one or two sentences; empty if no action is needed
  std::vector<std::string> commands{};  ///< to run in this order on the CA's host, as its administrator
  std::string remote{};                 ///< the same from another computer, in PowerShell; empty: no valid host name
  std::vector<std::string> revert{};    ///< to undo them, on the CA's host
};

/// The steps for a CA: for `not-enforced` those of the Defender for Identity assessment
/// "Enforce encryption for RPC certificate enrollment interface (ESC11)"; for `unknown` what to check.
[[nodiscard]] Remediation remediation_for(Verdict verdict, Reason reason, const std::string& host_name);

/// One command that fixes the CAs on all these hosts from another computer, in PowerShell; invalid names are omitted.
/// Empty if none is valid.
[[nodiscard]] std::string remote_fix_of(std::span<const std::string> host_names);

}  // namespace casweep::assess
