// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// Which server answered: how that is known, and apart from it what the server says.
struct ServerIdentity {
  std::string name;          ///< host name that was authenticated
  std::string proof;         ///< "Kerberos ticket for ldap/dc1.corp.example/corp.example@CORP.EXAMPLE"
  std::string address;       ///< numeric
  std::string claimed_name;  ///< dnsHostName of its rootDSE

  bool operator==(const ServerIdentity&) const = default;
};

}  // namespace casweep::discovery
