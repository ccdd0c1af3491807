// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/certificate.h"
#include "history/scan_record.h"
#include "report/table/text_columns.h"
#include "report/words/verdict_cell.h"

namespace casweep::report {

/// A certificate in CN=NTAuthCertificates, trusted for logon, that belongs to no CA of the scan: none has it, and none
/// has one with the same key.
struct UnlistedCertificate {
  std::optional<base::Certificate> certificate{};  ///< nullopt: it is no X.509 certificate
  std::string sha256{};                            ///< of the value, in hexadecimal
  /// Names of CAs of the scan that have a certificate of the same subject with another key: it may be an earlier one of
  /// theirs, or another CA's of the same name. Foreign text.
  std::vector<std::string> same_subject{};
};

/// In the order of the directory; nullopt: the scan has no listing, or could not see NTAuthCertificates.
[[nodiscard]] std::optional<std::vector<UnlistedCertificate>> unlisted_logon_certificates(
    const history::ScanRecord& scan);

/// "CN=Old CA, serial 01, thumbprint …, valid 2020-01-01 to 2030-01-01 (expired)": foreign text.
[[nodiscard]] std::string text_of(const UnlistedCertificate& certificate, base::Instant then);

inline constexpr std::string_view unlisted_certificates_title =
    "Trusted for logon (NTAuthCertificates), but no enrollment object is visible";

/// Nothing if there is nothing to say.
void write_unlisted_certificates(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style);

/// `nt_auth` of `schema/json/casweep-scan.schema.json`.
[[nodiscard]] nlohmann::ordered_json logon_trust_json(const history::ScanRecord& scan);

}  // namespace casweep::report
