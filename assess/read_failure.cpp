// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/read_failure.h"

namespace casweep::assess {
namespace {

Reason reason_of(winreg::RegistryFailureKind kind) {
  using Kind = winreg::RegistryFailureKind;
  switch (kind) {
    case Kind::timed_out:
      return Reason::timed_out;
    case Kind::logon_refused:
      return Reason::logon_refused;
    case Kind::kerberos_failed:
      return Reason::kerberos_failed;
    case Kind::ntlm_blocked:
      return Reason::ntlm_blocked;
    case Kind::protection_refused:
      return Reason::protection_refused;
    case Kind::access_denied:
      return Reason::access_denied;
    case Kind::remote_registry_unavailable:
      return Reason::remote_registry_unavailable;
    case Kind::remote_registry_not_starting:
      return Reason::remote_registry_not_starting;
    case Kind::host_busy:
      return Reason::host_busy;
    case Kind::protocol_error:
      return Reason::protocol_error;
    case Kind::value_malformed:
      return Reason::value_malformed;
    case Kind::unclassified:
      break;
  }
  return Reason::unclassified;
}

}  // namespace

ReadFailure read_failure_of(const winreg::RegistryFailure& failure) {
  return {reason_of(failure.kind), failure.detail, failure.error};
}

}  // namespace casweep::assess
