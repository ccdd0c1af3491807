// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_failure.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/printable.h"
#include "logon/kerberos_codes_internal.h"

namespace casweep::logon {

namespace {

using With = KerberosRequest::With;

const KerberosCode* find_code(std::span<const KerberosCode> known, krb5_error_code code) {
  const auto found = std::ranges::find(known, code, &KerberosCode::code);
  return found == known.end() ? nullptr : &*found;
}

/// nullptr: the code has no sentence.
const KerberosCode* meaning_of(krb5_error_code code, const KerberosRequest& request) {
  const KerberosCode* known = request.service.empty() ? nullptr : find_code(kerberos_service_codes(), code);
  return known != nullptr ? known : find_code(kerberos_codes(), code);
}

/// Empty if `known` applies only to keytabs and the request uses none.
std::string_view sentence_for(const KerberosCode& known, const KerberosRequest& request) {
  return request.with == With::keytab && !known.with_keytab.empty() ? known.with_keytab : known.sentence;
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
  const KerberosCode* known = meaning_of(code, request);
  const std::string_view sentence = known == nullptr ? "" : sentence_for(*known, request);
  if (!sentence.empty()) {
    return {known->kind,
            fmt::format(fmt::runtime(sentence), fmt::arg("principal", request.principal),
                        fmt::arg("source", request.source), fmt::arg("service", request.service),
                        fmt::arg("spn", request.service.substr(0, request.service.rfind('@'))),
                        fmt::arg("library", library)),
            code, request.service};
  }
  return {LogonErrorKind::kerberos_failed,
          request.service.empty()
              ? fmt::format("Kerberos failed for {}: {}; try kinit with the same account.",
                            request.principal.empty() ? request.source : request.principal, library)
              : fmt::format("Kerberos failed for {}: {}; try kvno {}.", request.service, library, request.service),
          code, request.service};
}

}  // namespace casweep::logon
