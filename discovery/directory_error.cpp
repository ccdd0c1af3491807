// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

#include "base/words.h"

#include "base/bounded_call.h"

namespace casweep::discovery {
namespace {

using Kind = DirectoryErrorKind;

// Exported by 'casweep explain': add, never rename.
constexpr auto kind_words = base::words<DirectoryErrorKind>({
    {Kind::options_unusable, "options-unusable"},
    {Kind::unreachable, "unreachable"},
    {Kind::kdc_unreachable, "kdc-unreachable"},
    {Kind::name_not_resolved, "name-not-resolved"},
    {Kind::timed_out, "timed-out"},
    {Kind::certificate_untrusted, "certificate-untrusted"},
    {Kind::credentials_refused, "credentials-refused"},
    {Kind::server_unproven, "server-unproven"},
    {Kind::kerberos_failed, "kerberos-failed"},
    {Kind::protection_refused, "protection-refused"},
    {Kind::container_missing, "container-missing"},
    {Kind::listing_truncated, "listing-truncated"},
    {Kind::referral, "referral"},
    {Kind::no_enrollment_services, "no-enrollment-services"},
    {Kind::interrupted, "interrupted"},
    {Kind::malformed_answer, "malformed-answer"},
});

Kind kind_of(logon::LogonErrorKind kind) {
  switch (kind) {
    case logon::LogonErrorKind::options_unusable:
      return Kind::options_unusable;
    case logon::LogonErrorKind::kdc_unreachable:
      return Kind::kdc_unreachable;
    case logon::LogonErrorKind::name_not_resolved:
      return Kind::name_not_resolved;
    case logon::LogonErrorKind::credentials_refused:
      return Kind::credentials_refused;
    case logon::LogonErrorKind::server_unproven:
      return Kind::server_unproven;
    case logon::LogonErrorKind::service_unknown:
    case logon::LogonErrorKind::kerberos_failed:
      return Kind::kerberos_failed;
    case logon::LogonErrorKind::interrupted:
      return Kind::interrupted;
    case logon::LogonErrorKind::crashed:
      break;
  }
  return Kind::malformed_answer;
}

}  // namespace

std::span<const DirectoryErrorKind> all_directory_error_kinds() { return kind_words.keys(); }
std::string_view word_of(DirectoryErrorKind kind) { return kind_words.word_of(kind); }

DirectoryError directory_error_of(const logon::LogonError& error) { return {kind_of(error.kind), error.message}; }

DirectoryError interrupted_error() { return {Kind::interrupted, std::string(base::interrupted_sentence)}; }

DirectoryError crashed_error() { return {Kind::malformed_answer, std::string(base::crashed_sentence)}; }

}  // namespace casweep::discovery
