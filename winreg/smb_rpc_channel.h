// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <tl/expected.hpp>

#include "logon/account.h"
#include "winreg/registry_failure.h"
#include "winreg/rpc_channel.h"

namespace casweep::winreg {

/// Samba's client library is not installed, or is not the version casweep was built for; `what()` says what to do.
class ClientLibraryMissing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Loads Samba's client library unless it is loaded. Only reading a host needs it. Throws ClientLibraryMissing.
void load_client_library();

/// The installed client library.
struct ClientLibrary {
  std::string file;       ///< /usr/lib/x86_64-linux-gnu/libdcerpc.so.0
  std::string version{};  ///< "4.17.12-Debian"; empty: not known
};

/// Loads the library like load_client_library(), and says which it is. Throws ClientLibraryMissing.
[[nodiscard]] ClientLibrary client_library();

/// The service of the host whose ticket authenticates the RPC bind; SMB's logon always uses "cifs". Both belong to the
/// same account, unless only one of them is registered for a name.
enum class RpcService {
  host,  ///< as [MS-RRP] 2.1 wants it
  cifs,
};

/// Samba's client library, configured with the account: SMB signing required, RPC sealed, Kerberos or NTLM without
/// fallback, no smb.conf. Created once; forked workers inherit it. Throws ClientLibraryMissing, or std::runtime_error
/// if the library does not take the account.
class SmbClient {
 public:
  explicit SmbClient(const logon::Account& account);
  ~SmbClient();
  SmbClient(const SmbClient&) = delete;
  SmbClient& operator=(const SmbClient&) = delete;

  /// Binds to winreg on `address`, as `host_name` ([MS-RRP] 2.1). STATUS_PIPE_NOT_AVAILABLE and STATUS_PIPE_BUSY, which
  /// a host answers while it starts its Remote Registry service, are tried again until `deadline`; nothing else is. The
  /// failure's kind is final except where only the network can tell: then it is `unclassified`.
  [[nodiscard]] tl::expected<std::unique_ptr<RpcChannel>, RegistryFailure> connect_winreg(
      const std::string& address, const std::string& host_name, std::chrono::steady_clock::time_point deadline,
      RpcService service = RpcService::host);

  /// The protection required of every channel, for evidence. Samba has no public call that returns the negotiated
  /// dialect.
  [[nodiscard]] std::string protection() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace casweep::winreg
