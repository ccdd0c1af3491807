// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reading.h"

namespace casweep::assess {

std::string_view word_of(KeyFoundBy found_by) {
  switch (found_by) {
    case KeyFoundBy::sanitized_name:
      return "sanitized-name";
    case KeyFoundBy::active:
      return "active";
    case KeyFoundBy::enumeration:
      return "enumeration";
  }
  return "";
}

std::string_view word_of(KeyMatchedBy matched_by) {
  switch (matched_by) {
    case KeyMatchedBy::certificate_hash:
      return "certificate-hash";
    case KeyMatchedBy::common_name:
      return "common-name";
    case KeyMatchedBy::key_name:
      return "key-name";
  }
  return "";
}

std::optional<bool> host_authenticated(const Reading& reading) {
  const std::string_view protocol = reading.protocol;
  if (protocol.ends_with("NTLM")) return false;
  if (protocol.ends_with("Kerberos")) return true;
  return std::nullopt;
}

}  // namespace casweep::assess
