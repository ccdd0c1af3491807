// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/raw_observation.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/iso_time.h"
#include "base/octets.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "evidence/openssl_internal.h"
#include "report/json/json_text.h"
#include "winreg/registry_type.h"

namespace casweep::evidence {
namespace {

using nlohmann::ordered_json;

ordered_json exact(std::string_view foreign) {
  if (foreign.empty()) return nullptr;
  if (base::is_utf8(foreign)) return foreign;
  return {{"hex", base::to_hex({reinterpret_cast<const std::uint8_t*>(foreign.data()), foreign.size()})}};
}

ordered_json exact(const std::vector<std::string>& texts) {
  auto all = ordered_json::array();
  for (const auto& text : texts) all.push_back(text.empty() ? ordered_json("") : exact(text));
  return all;
}

ordered_json instant(const std::optional<std::chrono::sys_seconds>& time) {
  return time ? report::text_or_null(base::iso_time(*time)) : nullptr;
}

/// RFC 7468, even if `der` is not a certificate.
std::string pem_of(const base::Octets& der) {
  const BioHandle pem(BIO_new(BIO_s_mem()));
  PEM_write_bio(pem.get(), PEM_STRING_X509, "", der.data(), static_cast<long>(der.size()));
  char* text = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

ordered_json duplicates_json(const std::vector<discovery::DuplicateObject>& duplicates) {
  auto array = ordered_json::array();
  for (const auto& [object_guid, distinguished_name] : duplicates) {
    array.push_back({{"objectGUID", object_guid.to_string()}, {"distinguishedName", exact(distinguished_name)}});
  }
  return array;
}

ordered_json directory_json(const discovery::EnrollmentService& ca) {
  auto certificates = ordered_json::array();
  for (const auto& der : ca.ca_certificates) {
    certificates.push_back({{"sha256", base::to_hex(base::sha256(der))}, {"pem", pem_of(der)}});
  }
  return {{"objectGUID", ca.object_guid.to_string()},
          {"distinguishedName", exact(ca.distinguished_name)},
          {"cn", exact(ca.common_name)},
          {"displayName", exact(ca.display_name)},
          {"dNSHostName", exact(ca.dns_host_name)},
          {"cACertificateDN", exact(ca.ca_certificate_dn)},
          {"certificateTemplates", exact(ca.certificate_templates)},
          {"flags", ca.flags ? ordered_json(*ca.flags) : nullptr},
          {"whenCreated", instant(ca.when_created)},
          {"whenChanged", instant(ca.when_changed)},
          {"msPKI-Enrollment-Servers", exact(ca.enrollment_servers)},
          {"cACertificate", std::move(certificates)},
          {"duplicate_objects", duplicates_json(ca.duplicates)}};
}

ordered_json value_json(const std::optional<winreg::RegistryValue>& value) {
  if (!value) return nullptr;
  return {{"name", "InterfaceFlags"},
          {"type", value->type},
          {"type_name", winreg::registry_type_name(value->type)},
          {"data_hex", base::to_hex(value->data)}};
}

ordered_json registry_json(const history::Observation& ca) {
  if (!ca.reading) return nullptr;
  const assess::Reading& reading = *ca.reading;
  const auto host = assess::host_authenticated(reading);
  ordered_json registry{{"started_at", report::text_or_null(base::iso_time(reading.started_at))},
                        {"finished_at", report::text_or_null(base::iso_time(reading.finished_at))},
                        {"address", exact(reading.address)},
                        {"protocol", exact(reading.protocol)},
                        {"host_authenticated", host ? ordered_json(*host) : nullptr},
                        {"account", exact(reading.account)}};
  if (reading.result) {
    const auto& facts = *reading.result;
    registry.update({{"key_path", exact(facts.key_path)},
                     {"found_by", word_of(facts.found_by)},
                     {"matched_by", word_of(facts.matched_by)},
                     {"server_name", facts.server_name ? exact(*facts.server_name) : nullptr},
                     {"key_last_write", instant(facts.key_last_write)},
                     {"value", value_json(facts.interface_flags)},
                     {"failure", nullptr}});
    return registry;
  }
  const auto& failure = reading.result.error();
  const bool numbered = !failure.error.domain.empty();
  registry.update({{"key_path", exact(reading.key_path)},
                   {"found_by", nullptr},
                   {"matched_by", nullptr},
                   {"server_name", nullptr},
                   {"key_last_write", nullptr},
                   {"value", nullptr},
                   {"failure",
                    {{"detail", exact(failure.detail)},
                     {"error_domain", exact(failure.error.domain)},
                     {"error_number", numbered ? ordered_json(failure.error.number) : nullptr},
                     {"error_symbol", exact(failure.error.symbol)}}}});
  return registry;
}

}  // namespace

std::string raw_observation(const history::ScanRecord& scan, const history::Observation& ca) {
  const auto& flags = ca.judgement.interface_flags;
  std::ostringstream out;
  report::write_json(out, {{"schema_version", report::schema_version},
                           {"scan", {{"id", scan.id}, {"uuid", report::text_or_null(scan.uuid)}}},
                           {"directory", directory_json(ca.service)},
                           {"registry", registry_json(ca)},
                           {"judgement",
                            {{"verdict", assess::word_of(ca.judgement.verdict)},
                             {"reason", assess::word_of(ca.judgement.reason)},
                             {"detail", exact(ca.judgement.detail)},
                             {"interface_flags", flags ? ordered_json(flags->bits()) : nullptr},
                             {"rules_version", ca.rules_version}}}});
  return std::move(out).str();
}

}  // namespace casweep::evidence
