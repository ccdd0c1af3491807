// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "assess/reading.h"
#include "assess/report_stage.h"
#include "discovery/enrollment_service.h"
#include "logon/account.h"
#include "winreg/remote_registry.h"

namespace casweep::assess {

/// Told the facts as soon as they decide the verdict.
using TellFacts = std::function<void(const RegistryFacts& so_far)>;

/// What the registry of `ca`'s host says about it: its key, found by evidence, the value InterfaceFlags in it, and last
/// when the key was written.
[[nodiscard]] tl::expected<RegistryFacts, ReadFailure> read_registry_facts(
    winreg::RemoteRegistry& registry, const discovery::EnrollmentService& ca,
    const TellFacts& tell = [](const auto&) {});

/// Reads the configured InterfaceFlags of one CA: the value CertSvc loads at its next start, which may differ from what
/// the running service enforces ([MS-CSRA] 3.1.1.10, OnNextRestart_Config_CA_Interface_Flags). SMB signing is required,
/// RPC is sealed; Kerberos, or NTLM if the account says so, never one after the other. Nothing is written anywhere.
///
/// Make it once, in the parent: that loads Samba's library and its configuration, so that forked workers start warm.
/// Not for threads.
class InterfaceFlagsReader {
 public:
  explicit InterfaceFlagsReader(logon::Account account);
  ~InterfaceFlagsReader();
  InterfaceFlagsReader(const InterfaceFlagsReader&) = delete;
  InterfaceFlagsReader& operator=(const InterfaceFlagsReader&) = delete;

  /// Wire: SMB2 on TCP 445, \PIPE\winreg, [MS-RRP] 3.1.5.3 OpenLocalMachine, 3.1.5.15 BaseRegOpenKey,
  /// 3.1.5.17 BaseRegQueryValue and, if need be, 3.1.5.10 BaseRegEnumKey. Blocks until `deadline` and a little more at
  /// worst; the sweep's parent makes sure of it.
  [[nodiscard]] Reading operator()(const discovery::EnrollmentService& ca,
                                   std::chrono::steady_clock::time_point deadline, const ReportStage& stage) const;

 private:
  struct Warm;

  [[nodiscard]] ReadFailure diagnosed(const ReadFailure& failure, const std::string& address,
                                      const std::string& host_name,
                                      std::chrono::steady_clock::time_point deadline) const;

  logon::Account account_;
  std::unique_ptr<Warm> warm_;
};

}  // namespace casweep::assess
