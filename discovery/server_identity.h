// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// The server that answered: its proven identity and, separately, its own claim.
struct ServerIdentity {
  std::string name;          ///< host name that was authenticated
  std::string proof;         ///< "Kerberos ticket for ldap/dc1.corp.example/corp.example@CORP.EXAMPLE"
  std::string address;       ///< numeric
  std::string claimed_name;  ///< dnsHostName of its rootDSE

  bool operator==(const ServerIdentity&) const = default;
};

}  // namespace casweep::discovery
