// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "logon/account.h"
#include "logon/logon_error.h"

namespace casweep::assess {

/// The KDC's answers about the services of a host to which a logon by Kerberos failed.
struct KdcAnswers {
  std::optional<logon::LogonError> no_smb_ticket{};  ///< why there is no ticket for cifs/HOST; nullopt: there is one
  std::optional<logon::LogonError> no_rpc_ticket{};  ///< the same for host/HOST

  /// Whether SMB's service is registered for the name and the one for RPC is not. A ticket for the former then also
  /// serves for RPC.
  [[nodiscard]] bool know_only_smb() const;
};

/// Asks the KDC for exactly these two services. Blocks as long as libkrb5 looks for a KDC.
[[nodiscard]] KdcAnswers ask_kdc_about(const std::string& host, const logon::Account& account);

/// Everything known about a failed logon by Kerberos.
struct KerberosFindings {
  std::string host;          ///< whose services were used
  std::string address;       ///< that answered
  bool host_refused = true;  ///< false: the host was sent no ticket for the service that failed
  KdcAnswers kdc{};
  std::optional<std::chrono::seconds> ticket_left{};  ///< until the ticket-granting ticket ends; nullopt: not known
  std::optional<std::chrono::seconds> clock_lead{};   ///< as winreg::clock_lead_of_host()
  std::string alias_of{};                             ///< another name, if `host` is an alias of it in DNS
  std::string name_of_address{};                      ///< of `address` in DNS, if it is not `host`
};

/// Called before each lookup that may block, with what comes next. The findings so far are then already valid.
using NextLookup = std::function<void(std::string_view stage)>;

/// Completes `findings`, of which the host, the address and the KDC's answers are known, from the ticket cache, the
/// host and the resolver, each of which may be hostile. A source is asked only if the cause is not known without it.
/// Blocks until `deadline` at most, except for the resolver.
void look_into_kerberos(KerberosFindings& findings, const logon::Account& account,
                        std::chrono::steady_clock::time_point deadline, const NextLookup& next);

/// Which side refused what, with the literal name of the service, and what to do next. Pure.
[[nodiscard]] std::string kerberos_diagnosis(const KerberosFindings& findings);

/// The same if no KDC answered.
[[nodiscard]] std::string silent_kdc_diagnosis(const std::string& host, const std::string& account);

}  // namespace casweep::assess
