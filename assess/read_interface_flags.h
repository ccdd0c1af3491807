// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "assess/reading.h"
#include "assess/report_stage.h"
#include "discovery/enrollment_service.h"
#include "logon/account.h"
#include "winreg/remote_registry.h"
#include "winreg/rpc_channel.h"

namespace casweep::assess {

/// Receives the facts as soon as they decide the verdict.
using ReportFacts = std::function<void(const RegistryFacts& so_far)>;

/// Reads from the registry of `ca`'s host: the CA's key, found by evidence, its value InterfaceFlags, and finally its
/// last write time.
[[nodiscard]] tl::expected<RegistryFacts, ReadFailure> read_registry_facts(
    winreg::RemoteRegistry& registry, const discovery::EnrollmentService& ca,
    const ReportFacts& report = [](const auto&) {});

/// Reads the configured InterfaceFlags of one CA: the value CertSvc loads at its next start, which may differ from what
/// the running service enforces ([MS-CSRA] 3.1.1.10, OnNextRestart_Config_CA_Interface_Flags). SMB signing is required,
/// RPC is sealed; Kerberos, or NTLM if the account requires it, without fallback. Writes nothing.
///
/// Create it once, in the parent: this loads and configures Samba's library for all forked workers, and copies the
/// ticket-granting tickets for them, as they are then. Not thread-safe.
class InterfaceFlagsReader {
 public:
  explicit InterfaceFlagsReader(logon::Account account);
  ~InterfaceFlagsReader();
  InterfaceFlagsReader(const InterfaceFlagsReader&) = delete;
  InterfaceFlagsReader& operator=(const InterfaceFlagsReader&) = delete;

  /// Wire: SMB2 on TCP 445, \PIPE\winreg, [MS-RRP] 3.1.5.3 OpenLocalMachine, 3.1.5.15 BaseRegOpenKey,
  /// 3.1.5.17 BaseRegQueryValue and, if needed, 3.1.5.10 BaseRegEnumKey. Blocks until shortly after `deadline` at most;
  /// the sweep's parent enforces it.
  [[nodiscard]] Reading operator()(const discovery::EnrollmentService& ca,
                                   std::chrono::steady_clock::time_point deadline, const ReportStage& stage) const;

 private:
  struct Warm;

  [[nodiscard]] ReadFailure diagnose(const ReadFailure& failure, const std::string& address,
                                     std::chrono::steady_clock::time_point deadline) const;
  [[nodiscard]] tl::expected<std::unique_ptr<winreg::RpcChannel>, ReadFailure> connect(
      const std::string& host, const Reading& reading, std::chrono::steady_clock::time_point deadline,
      const ReportStage& stage) const;

  logon::Account account_;
  std::unique_ptr<Warm> warm_;
};

}  // namespace casweep::assess
