// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_failure.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/printable.h"
#include "logon/kerberos_codes_internal.h"

namespace casweep::logon {

namespace {

using With = KerberosRequest::With;

/// Empty if `known` applies only to keytabs and the request uses none.
std::string_view sentence_for(const KerberosCode& known, const KerberosRequest& request) {
  if (!request.service.empty() && !known.for_service.empty()) return known.for_service;
  if (request.with == With::keytab && !known.with_keytab.empty()) return known.with_keytab;
  return known.sentence;
}

}  // namespace

LogonError kdc_is_silent(std::string_view principal) {
  LogonError error =
      kerberos_failure(KRB5_KDC_UNREACH, {}, {.principal = std::string(principal), .source = {}, .service = {}});
  error.krb5_code = 0;
  return error;
}

LogonError kerberos_failure(krb5_error_code code, std::string_view library_text, const KerberosRequest& request) {
  const std::string library = base::printable(library_text);
  const auto known = std::ranges::find(kerberos_codes(), code, &KerberosCode::code);
  const std::string_view sentence = known == kerberos_codes().end() ? "" : sentence_for(*known, request);
  if (!sentence.empty()) {
    return {known->kind,
            fmt::format(fmt::runtime(sentence), fmt::arg("principal", request.principal),
                        fmt::arg("source", request.source), fmt::arg("service", request.service),
                        fmt::arg("library", library)),
            code};
  }
  return {LogonErrorKind::kerberos_failed,
          fmt::format("Kerberos failed for {}: {}; try kinit with the same account.",
                      request.principal.empty() ? request.source : request.principal, library),
          code};
}

}  // namespace casweep::logon
