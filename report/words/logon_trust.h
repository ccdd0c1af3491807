// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/certificate.h"
#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// A certificate in CN=NTAuthCertificates, trusted for logon, that belongs to no CA of the scan: no CA has this
/// certificate or another one with its key.
struct UnlistedCertificate {
  std::optional<base::Certificate> certificate{};  ///< nullopt: not an X.509 certificate
  std::string sha256{};                            ///< of the value, in hexadecimal
  /// Names of CAs of the scan that have a certificate with the same subject but another key: this may be an earlier
  /// certificate of theirs, or that of another CA of the same name. Foreign text.
  std::vector<std::string> same_subject{};
};

/// In the order of the directory; nullopt: the scan has no listing, or could not read NTAuthCertificates.
[[nodiscard]] std::optional<std::vector<UnlistedCertificate>> unlisted_logon_certificates(
    const history::ScanRecord& scan);

/// "CN=Old CA, serial 01, thumbprint …, valid 2020-01-01 to 2030-01-01 (expired)": foreign text.
[[nodiscard]] std::string text_of(const UnlistedCertificate& certificate, base::Instant then);

inline constexpr std::string_view unlisted_certificates_title =
    "Trusted for logon (NTAuthCertificates) without a visible enrollment object";

/// Writes nothing if there are no such certificates.
void write_unlisted_certificates(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style);

/// `nt_auth` of `schema/json/casweep-scan.schema.json`.
[[nodiscard]] nlohmann::ordered_json logon_trust_json(const history::ScanRecord& scan);

}  // namespace casweep::report
