// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/secret.h"

namespace casweep::logon {

/// How the scan authenticates. Kerberos unless the operator chose NTLM; there is no fallback.
enum class Logon { kerberos, ntlm };

/// The account a scan runs as.
struct Account {
  Logon logon = Logon::kerberos;
  std::string principal;  ///< user@REALM, as shown in evidence
  std::string ccache;     ///< kerberos: "FILE:/…", readable by MIT's and Heimdal's libraries alike
  base::Secret password;  ///< ntlm: the only place a password is kept after start
};

}  // namespace casweep::logon
