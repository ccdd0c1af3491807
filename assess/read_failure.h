// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "assess/reason.h"
#include "base/foreign_error.h"
#include "winreg/registry_failure.h"

namespace casweep::assess {

/// Why a CA's configuration could not be read. A sweep records it and continues with the next CA.
struct ReadFailure {
  Reason reason = Reason::unclassified;
  std::string detail;  ///< one line for the operator; never a credential
  base::ForeignError error;

  bool operator==(const ReadFailure&) const = default;
};

/// The failure of a reading whose registry did not answer.
[[nodiscard]] ReadFailure read_failure_of(const winreg::RegistryFailure& failure);

}  // namespace casweep::assess
