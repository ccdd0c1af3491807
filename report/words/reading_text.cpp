// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/reading_text.h"

#include <fmt/format.h>

#include "base/iso_time.h"
#include "base/octets.h"
#include "winreg/registry_type.h"

namespace casweep::report {

ReadingText text_of_reading(const std::optional<assess::Reading>& answer) {
  ReadingText evidence;
  if (!answer) return evidence;
  const assess::Reading& reading = *answer;
  evidence.key_path = reading.key_path;
  evidence.address = reading.address;
  evidence.protocol = reading.protocol;
  evidence.account = reading.account;
  evidence.started_at = base::iso_time(reading.started_at);
  evidence.finished_at = base::iso_time(reading.finished_at);
  if (!reading.result) {
    evidence.error = reading.result.error().error;
    return evidence;
  }
  const assess::RegistryFacts& facts = *reading.result;
  evidence.key_path = facts.key_path;
  if (facts.interface_flags) {
    evidence.value_type = winreg::registry_type_name(facts.interface_flags->type);
    evidence.value_hex = base::to_hex(facts.interface_flags->data);
  }
  if (facts.key_last_write) evidence.key_last_write = base::iso_time(*facts.key_last_write);
  return evidence;
}

std::string flags_text(const assess::InterfaceFlags& flags) {
  std::string text = flags.to_string();
  for (const std::string& name : flags.names()) text += " " + name;
  return text;
}

std::string error_text(const base::ForeignError& error) {
  if (error.domain.empty()) return {};
  // Windows codes are customarily written in hexadecimal, the others in decimal.
  std::string text = error.domain == "ntstatus"
                         ? fmt::format("{} {:#010x}", error.domain, static_cast<std::uint32_t>(error.number))
                         : fmt::format("{} {}", error.domain, error.number);
  if (!error.symbol.empty()) text += " " + error.symbol;
  return text;
}

std::string sentence_of(const history::Observation& ca) {
  return base::name_or_guid(name_of(ca.service), ca.service.object_guid) + ": " + ca.judgement.detail;
}

assess::Remediation remediation_of(const history::Observation& ca) {
  return assess::remediation_for(ca.judgement.verdict, ca.judgement.reason, ca.service.dns_host_name);
}

}  // namespace casweep::report
