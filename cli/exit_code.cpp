// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

namespace casweep::cli {

ExitCode exit_code_of(const store::ScanRecord& scan) {
  if (scan.cas.empty() || scan.state == store::ScanState::failed) return ExitCode::unavailable;

  const bool all_read = scan.state == store::ScanState::partial || scan.cas.size() >= scan.discovered;
  const bool unknown = scan.count(assess::Outcome::unknown) > 0 || !all_read;
  const bool not_enforced = scan.count(assess::Outcome::not_enforced) > 0;
  if (not_enforced) return unknown ? ExitCode::not_enforced_and_unknown : ExitCode::not_enforced;
  return unknown ? ExitCode::unknown : ExitCode::compliant;
}

ExitCode exit_code_of(const discovery::DirectoryError& error) {
  switch (error.kind) {
    case discovery::DirectoryErrorKind::options_unusable:
      return ExitCode::data;
    case discovery::DirectoryErrorKind::credentials_refused:
    case discovery::DirectoryErrorKind::kerberos_failed:
      return ExitCode::credentials;
    default:
      return ExitCode::unavailable;
  }
}

ExitCode exit_code_of(const store::StoreError& error) {
  using Kind = store::StoreError::Kind;
  const bool names_nothing = error.kind() == Kind::no_such_scan || error.kind() == Kind::no_such_ca;
  return names_nothing ? ExitCode::usage : ExitCode::file;
}

}  // namespace casweep::cli
