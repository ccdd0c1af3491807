// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a search result's entry as lines of "attribute: value", where "\hh" is a byte (RFC 4515 section 3) and
// the attribute "dn" the entry's name; readable, so that a seed is a text file.
#include "discovery/directory_entry.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/certificate.h"
#include "discovery/attribute_range_internal.h"
#include "discovery/distinguished_name.h"
#include "discovery/extended_name_internal.h"
#include "explain/enrollment_server.h"
#include "tests/fuzz/claim.h"

namespace casweep::fuzz {
namespace {

using namespace base;
using namespace discovery;
using namespace explain;

Octets unescaped(std::string_view text) {
  Octets octets;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = text[at] == '\\' && text.size() - at > 2 ? from_hex(text.substr(at + 1, 2)) : std::nullopt;
    octets.push_back(byte ? byte->front() : static_cast<std::uint8_t>(text[at]));
    if (byte) at += 2;
  }
  return octets;
}

DirectoryEntry entry_of(std::string_view lines) {
  DirectoryEntry entry;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view attribute = line.substr(0, colon);
    Octets value = unescaped(line.substr(colon + 2));
    if (attribute == "dn") {
      entry.distinguished_name.assign(value.begin(), value.end());
    } else {
      entry.attributes[std::string(attribute)].push_back(std::move(value));
    }
  }
  return entry;
}

/// RFC 4517 3.3.13 has four digits for a year.
void claim_is_time(const std::optional<std::chrono::sys_seconds>& time) {
  using namespace std::chrono;
  claim(!time || (*time >= sys_days(year(0) / January / 1) && *time <= sys_days(year(10'000) / January / 1)));
}

void claim_is_message(std::string_view text) {
  claim(!text.empty() && text.size() < 500);
  claim(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }));
}

void read_as_surroundings(const DirectoryEntry& entry) {
  static_cast<void>(parse_computer(entry));
  static_cast<void>(parse_forest_domain(entry));
  static_cast<void>(parse_certificate_template(entry));
  const auto interval = parse_logon_time_sync_interval(entry);
  claim(!interval || interval->count() >= 0);
}

void read_what_a_ca_holds(const EnrollmentService& service) {
  for (const auto& der : service.ca_certificates) {
    const auto certificate = parse_certificate(der);
    if (!certificate) continue;
    claim_is_time(certificate->not_before);
    claim_is_time(certificate->not_after);
    claim(from_hex(certificate->thumbprint).has_value() && certificate->thumbprint.size() == 40);
  }
  for (const auto& value : service.enrollment_servers) {
    const auto server = parse_enrollment_server(value);
    if (!server) continue;
    claim(!server->uri.empty() && server->uri.find('\n') == std::string::npos);
    claim(value.find(server->uri) != std::string::npos);
  }
}

void read_as_entry(const DirectoryEntry& entry) {
  const auto service = parse_enrollment_service(entry);
  const auto guids = entry.attributes.find("objectguid");
  const bool has_identity =
      guids != entry.attributes.end() && guids->second.size() == 1 && guids->second.front().size() == 16;
  claim(service.has_value() == has_identity);
  if (!service) {
    claim(service.error().kind == DirectoryErrorKind::malformed_answer);
    claim_is_message(service.error().message);
    return;
  }
  claim(std::ranges::equal(service->object_guid.octets(), guids->second.front()));
  claim(ObjectGuid::from_string(service->object_guid.to_string()) == service->object_guid);
  claim(service->distinguished_name == entry.distinguished_name);
  claim_is_time(service->when_created);
  claim_is_time(service->when_changed);
  read_what_a_ca_holds(*service);
}

void read_as_description(const std::string& description) {
  const auto range = parse_attribute_range(description);
  if (!range) return;
  claim(!range->type.empty() && description.starts_with(range->type + ";"));
  claim(!range->last || *range->last >= range->first);
}

void read_as_name(const std::string& text) {
  const auto name = parse_extended_name(text);
  claim(text.ends_with(name.distinguished_name));
  claim(name.sid.empty() || is_sid(name.sid));
  claim(parent_of(text).size() < std::max<std::size_t>(text.size(), 1));
  static_cast<void>(first_value_of(text));
}

}  // namespace
}  // namespace casweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace casweep::fuzz;
  const std::string input(data, data + size);
  const auto entry = entry_of(input);
  read_as_entry(entry);
  read_as_surroundings(entry);
  read_as_name(input);
  read_as_name(entry.distinguished_name);
  for (const auto& [description, values] : entry.attributes) read_as_description(description);
  return 0;
}
