// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/foreign_error.h"

namespace casweep::winreg {

/// Why a host's registry did not answer.
enum class RegistryFailureKind {
  unclassified,  ///< only a check of the network can tell
  timed_out,
  logon_refused,
  kerberos_failed,
  ntlm_blocked,
  protection_refused,  ///< SMB signing or RPC sealing could not be agreed
  access_denied,
  remote_registry_unavailable,
  remote_registry_not_starting,
  host_busy,  ///< shutting down, not ready, busy
  protocol_error,
  value_malformed,
};

struct RegistryFailure {
  RegistryFailureKind kind = RegistryFailureKind::unclassified;
  std::string detail;  ///< one line for the operator; never a credential
  base::ForeignError error;
};

}  // namespace casweep::winreg
