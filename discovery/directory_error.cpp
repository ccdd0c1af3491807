// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

namespace casweep::discovery {

std::string_view word_of(DirectoryErrorKind kind) {
  switch (kind) {
    case DirectoryErrorKind::options_unusable:
      return "options-unusable";
    case DirectoryErrorKind::unreachable:
      return "unreachable";
    case DirectoryErrorKind::kdc_unreachable:
      return "kdc-unreachable";
    case DirectoryErrorKind::name_not_resolved:
      return "name-not-resolved";
    case DirectoryErrorKind::timed_out:
      return "timed-out";
    case DirectoryErrorKind::certificate_untrusted:
      return "certificate-untrusted";
    case DirectoryErrorKind::credentials_refused:
      return "credentials-refused";
    case DirectoryErrorKind::kerberos_failed:
      return "kerberos-failed";
    case DirectoryErrorKind::protection_refused:
      return "protection-refused";
    case DirectoryErrorKind::container_missing:
      return "container-missing";
    case DirectoryErrorKind::listing_truncated:
      return "listing-truncated";
    case DirectoryErrorKind::referral:
      return "referral";
    case DirectoryErrorKind::no_enrollment_services:
      return "no-enrollment-services";
    case DirectoryErrorKind::interrupted:
      return "interrupted";
    case DirectoryErrorKind::malformed_answer:
      return "malformed-answer";
  }
  return "unknown";
}

}  // namespace casweep::discovery
