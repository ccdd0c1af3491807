// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/logon_trust.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "base/iso_time.h"
#include "base/sha256.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

/// A certificate of a CA of the scan, as listed in the directory.
struct ListedCertificate {
  std::string ca;
  std::optional<base::Certificate> certificate;
};

struct ListedCertificates {
  std::set<base::Octets> der;
  std::vector<ListedCertificate> parsed;

  explicit ListedCertificates(const history::ScanRecord& scan) {
    for (const history::Observation& ca : scan.cas) add(ca.service);
    for (const discovery::EnrollmentService& ca : scan.not_read) add(ca);
  }

  void add(const discovery::EnrollmentService& ca) {
    for (const base::Octets& octets : ca.ca_certificates) {
      der.insert(octets);
      if (auto certificate = base::parse_certificate(octets)) {
        parsed.push_back({base::name_or_guid(name_of(ca), ca.object_guid), std::move(certificate)});
      }
    }
  }
};

}  // namespace

std::optional<std::vector<UnlistedCertificate>> unlisted_logon_certificates(const history::ScanRecord& scan) {
  if (!scan.listing || !scan.listing->nt_auth_certificates) return std::nullopt;
  const ListedCertificates listed(scan);
  std::vector<UnlistedCertificate> unlisted;
  for (const base::Octets& der : *scan.listing->nt_auth_certificates) {
    if (listed.der.contains(der)) continue;
    UnlistedCertificate found{.certificate = base::parse_certificate(der), .sha256 = base::to_hex(base::sha256(der))};
    bool same_key = false;
    for (const auto& [ca, certificate] : listed.parsed) {
      if (!found.certificate) break;
      same_key =
          same_key || (!certificate->public_key.empty() && certificate->public_key == found.certificate->public_key);
      const bool same_subject = !certificate->subject.empty() && certificate->subject == found.certificate->subject;
      if (same_subject && std::ranges::find(found.same_subject, ca) == found.same_subject.end()) {
        found.same_subject.push_back(ca);
      }
    }
    if (!same_key) unlisted.push_back(std::move(found));
  }
  return unlisted;
}

std::string text_of(const UnlistedCertificate& unlisted, base::Instant then) {
  if (!unlisted.certificate)
    return fmt::format("a value that is not an X.509 certificate, SHA-256 {}", unlisted.sha256);
  const base::Certificate& certificate = *unlisted.certificate;
  std::string text =
      fmt::format("{}, serial {}, thumbprint {}, valid {} to {}",
                  certificate.subject.empty() ? "no subject" : certificate.subject, certificate.serial,
                  certificate.thumbprint, short_date(certificate.not_before), short_date(certificate.not_after));
  if (certificate.not_after < then) text += " (expired)";
  if (!unlisted.same_subject.empty()) {
    text += fmt::format(
        "; {} has a certificate with this subject and another key: this is an earlier certificate of that CA, or "
        "belongs to another CA of the same name",
        fmt::join(unlisted.same_subject, ", "));
  }
  return text;
}

void write_unlisted_certificates(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style) {
  if (!scan.listing) return;
  const auto unlisted = unlisted_logon_certificates(scan);
  if (!unlisted) {
    write_wrapped(out,
                  "NTAuthCertificates could not be read or does not exist: CAs that are trusted for logon but have no "
                  "visible enrollment object cannot be detected.",
                  0, 0, style.columns);
    return;
  }
  if (unlisted->empty()) return;
  write_wrapped(out, fmt::format("{}: {}.", unlisted_certificates_title, plural(unlisted->size(), "certificate")), 0, 0,
                style.columns);
  for (const UnlistedCertificate& certificate : *unlisted) {
    out << "  - ";
    write_wrapped(out, base::terminal_safe(text_of(certificate, scan.start.started_at), charset_of(style)), 4, 4,
                  style.columns);
  }
}

nlohmann::ordered_json logon_trust_json(const history::ScanRecord& scan) {
  using nlohmann::ordered_json;
  const auto unlisted = unlisted_logon_certificates(scan);
  if (!unlisted) return nullptr;
  ordered_json all = ordered_json::array();
  for (const UnlistedCertificate& one : *unlisted) {
    const auto& certificate = one.certificate;
    ordered_json names = ordered_json::array();
    for (const std::string& name : one.same_subject) names.push_back(text_or_null(name));
    const auto text = [&](std::string base::Certificate::*member) {
      return certificate ? text_or_null(*certificate.*member) : ordered_json(nullptr);
    };
    const auto instant = [&](std::chrono::sys_seconds base::Certificate::*member) {
      return certificate ? text_or_null(base::iso_time(*certificate.*member)) : ordered_json(nullptr);
    };
    all.push_back({{"subject", text(&base::Certificate::subject)},
                   {"serial", text(&base::Certificate::serial)},
                   {"thumbprint", text(&base::Certificate::thumbprint)},
                   {"sha256", one.sha256},
                   {"not_before", instant(&base::Certificate::not_before)},
                   {"not_after", instant(&base::Certificate::not_after)},
                   {"same_subject_as", std::move(names)}});
  }
  return {{"certificates", scan.listing->nt_auth_certificates->size()}, {"unlisted", std::move(all)}};
}

}  // namespace casweep::report
