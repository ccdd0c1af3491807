// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_entry.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/decimal.h"
#include "base/filetime.h"
#include "base/host_name.h"
#include "base/printable.h"

namespace casweep::discovery {

namespace {

std::string text_of_octets(const base::Octets& octets) { return {octets.begin(), octets.end()}; }

std::vector<std::string> text_values(const DirectoryEntry& entry, std::string_view attribute) {
  std::vector<std::string> texts;
  std::ranges::transform(values_of(entry, attribute), std::back_inserter(texts), text_of_octets);
  return texts;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// GeneralizedTime in the format of Microsoft's and Samba's directories: "20261123024354.0Z", in UTC
/// ([MS-ADTS] 3.1.1.3.1.1.1, RFC 4517 3.3.13). The fraction is dropped.
std::optional<std::chrono::sys_seconds> parse_generalized_time(std::string_view text) {
  if (text.size() < 15 || text.back() != 'Z' || !all_digits(text.substr(0, 14))) return std::nullopt;
  const auto fraction = text.substr(14, text.size() - 15);
  if (!fraction.empty() && (fraction.front() != '.' || !all_digits(fraction.substr(1)))) return std::nullopt;

  const auto field = [text](std::size_t first, std::size_t digits) {
    return *base::parse_decimal<unsigned>(text.substr(first, digits));
  };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(field(0, 4))),
                                         std::chrono::month(field(4, 2)), std::chrono::day(field(6, 2))};
  const unsigned hour = field(8, 2);
  const unsigned minute = field(10, 2);
  const unsigned second = field(12, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

bool DirectoryEntry::CaseInsensitive::operator()(std::string_view left, std::string_view right) const {
  // Attribute descriptions are keystrings: ASCII only (RFC 4512 1.4).
  return std::ranges::lexicographical_compare(left, right, {}, base::ascii_lower, base::ascii_lower);
}

const std::vector<base::Octets>& values_of(const DirectoryEntry& entry, std::string_view attribute) {
  static const std::vector<base::Octets> none;
  const auto found = entry.attributes.find(attribute);
  return found == entry.attributes.end() ? none : found->second;
}

std::string text_value(const DirectoryEntry& entry, std::string_view attribute) {
  const auto& values = values_of(entry, attribute);
  return values.empty() ? std::string() : text_of_octets(values.front());
}

tl::expected<EnrollmentService, DirectoryError> parse_enrollment_service(const DirectoryEntry& entry) {
  const auto& guids = values_of(entry, "objectGUID");
  const auto object_guid = guids.empty()       ? entry.object_guid
                           : guids.size() == 1 ? base::ObjectGuid::from_octets(guids.front())
                                               : std::nullopt;
  if (!object_guid) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::malformed_answer,
        fmt::format("The directory gave {} without a valid objectGUID, so the CA has no identity; check that the "
                    "account may read the object.",
                    base::printable(entry.distinguished_name))});
  }
  return EnrollmentService{
      .object_guid = *object_guid,
      .distinguished_name = entry.distinguished_name,
      .common_name = text_value(entry, "cn"),
      .display_name = text_value(entry, "displayName"),
      .dns_host_name = std::string(base::without_root_dot(text_value(entry, "dNSHostName"))),
      .ca_certificates = values_of(entry, "cACertificate"),
      .ca_certificate_dn = text_value(entry, "cACertificateDN"),
      .certificate_templates = text_values(entry, "certificateTemplates"),
      .flags = base::parse_decimal<std::int32_t>(text_value(entry, "flags")),
      .when_created = parse_generalized_time(text_value(entry, "whenCreated")),
      .when_changed = parse_generalized_time(text_value(entry, "whenChanged")),
      .enrollment_servers = text_values(entry, "msPKI-Enrollment-Servers"),
  };
}

Computer parse_computer(const DirectoryEntry& entry) {
  const auto last_logon = base::parse_decimal<std::uint64_t>(text_value(entry, "lastLogonTimestamp"));
  return {.name = text_value(entry, "cn"),
          .dns_host_name = std::string(base::without_root_dot(text_value(entry, "dNSHostName"))),
          .operating_system = text_value(entry, "operatingSystem"),
          .operating_system_version = text_value(entry, "operatingSystemVersion"),
          .last_logon = last_logon ? base::from_filetime(*last_logon) : std::nullopt};
}

ForestDomain parse_forest_domain(const DirectoryEntry& entry) {
  return {.naming_context = text_value(entry, "nCName"), .dns_name = text_value(entry, "dnsRoot")};
}

CertificateTemplate parse_certificate_template(const DirectoryEntry& entry) {
  return {.common_name = text_value(entry, "cn"), .display_name = text_value(entry, "displayName")};
}

std::optional<std::chrono::days> parse_logon_time_sync_interval(const DirectoryEntry& entry) {
  const auto interval = base::parse_decimal<std::int32_t>(text_value(entry, "msDS-LogonTimeSyncInterval"));
  if (!interval || *interval < 0) return std::nullopt;
  return std::chrono::days(*interval);
}

}  // namespace casweep::discovery
