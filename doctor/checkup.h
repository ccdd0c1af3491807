// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/instant.h"
#include "base/secret.h"
#include "discovery/directory.h"
#include "discovery/enrollment_service.h"
#include "doctor/step.h"
#include "logon/account.h"
#include "logon/logon_error.h"
#include "scan/ca_choice.h"
#include "sweep/sweep.h"

namespace casweep::doctor {

/// Where the account's ticket comes from.
enum class Credentials { cache, keytab, password_file, typed_password };

/// What a scan with the same options would use.
struct Request {
  discovery::DirectoryOptions directory;  ///< with neither domain nor server: there is no account to take them from
  logon::Logon logon = logon::Logon::kerberos;
  Credentials credentials = Credentials::cache;
  std::string principal;            ///< user@REALM; empty: there is no ticket
  std::string file;                 ///< the keytab or the password file
  std::vector<std::string> realms;  ///< that may be the account's, the likeliest first
  std::filesystem::path history;
  std::vector<std::string> cas;  ///< names of the CAs to read; empty: all
  sweep::SweepOptions sweep;
};

/// The parts of a scan that need the program around them, and who is told about each step.
class Sources {
 public:
  virtual ~Sources() = default;

  /// The password of the account, if it needs one.
  [[nodiscard]] virtual tl::expected<base::Secret, logon::LogonError> password() = 0;
  [[nodiscard]] virtual tl::expected<logon::Account, logon::LogonError> log_on(base::Secret password) = 0;
  [[nodiscard]] virtual sweep::ReadOne reader(const logon::Account& account) = 0;
  [[nodiscard]] virtual std::unique_ptr<sweep::SweepListener> watch(
      std::span<const discovery::EnrollmentService> services) = 0;

  virtual void finished(const Step& step) = 0;
};

/// A finished checkup.
struct Checkup {
  base::Instant started_at{};
  std::string principal{};
  std::string directory{};  ///< the domain, or the servers, as asked
  std::vector<Step> steps{};
};

/// The CAs of `listed` that `names` name, as a scan into `history` chooses them (scan::select_cas()): also by names
/// that they had earlier. Throws scan::ScanError as that does.
[[nodiscard]] scan::CaChoice choose_cas(std::span<const discovery::EnrollmentService> listed,
                                        std::span<const std::string> names, const std::filesystem::path& history);

/// Makes the steps of a scan one after the other, without recording anything: this machine, DNS, ports and clocks, the
/// ticket, the directory and the registry of each CA's host. Logs on once, like a scan. After a signal (the directory's
/// patience has it), the remaining steps are missing.
[[nodiscard]] Checkup check_up(const Request& request, Sources& sources);

}  // namespace casweep::doctor
