// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/judgement.h"

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "winreg/registry_type.h"
#include "winreg/remote_registry.h"

namespace casweep::assess {
namespace {

/// The flags in `value`, or nullopt if it is not a REG_DWORD.
std::optional<InterfaceFlags> flags_of(const winreg::RegistryValue& value) {
  const auto bits = winreg::dword_of(value);
  if (!bits) return std::nullopt;
  return InterfaceFlags(*bits);
}

/// Full names or first labels: CAServerName may be the short name.
bool same_server(std::string_view left, std::string_view right) {
  const auto first_label = [](std::string_view name) { return name.substr(0, name.find('.')); };
  return base::same_but_for_case(first_label(left), first_label(right));
}

}  // namespace

Judgement judge(const RegistryFacts& facts) {
  if (!facts.interface_flags && facts.matched_by == KeyMatchedBy::key_name) {
    // An uninstalled CA may leave an empty key behind, in which a missing value proves nothing.
    return {Verdict::unknown, Reason::ca_key_not_found,
            "The host has a key of the CA's name, but without InterfaceFlags, CommonName and CACertHash: nothing in it "
            "shows that it is the CA's.",
            std::nullopt};
  }
  if (!facts.interface_flags) {
    // [MS-CSRA] <15>, "No Value Semantics": no interface flags in effect, so encryption is not required.
    return {Verdict::not_enforced, Reason::value_absent,
            "The CA has no InterfaceFlags value, so no interface flags are in effect.", std::nullopt};
  }
  const auto flags = flags_of(*facts.interface_flags);
  if (!flags) {
    return {
        Verdict::unknown, Reason::value_malformed,
        fmt::format("InterfaceFlags is a {} of {} bytes, not a REG_DWORD; what CertSvc makes of it is not documented.",
                    winreg::registry_type_name(facts.interface_flags->type), facts.interface_flags->data.size()),
        std::nullopt};
  }
  // [MS-ICPR] 3.2.4.1.1 checks IF_NORPCICERTREQUEST before anything else, and ignores IF_NOREMOTEICERTREQUEST.
  if (flags->has(IF_NORPCICERTREQUEST)) {
    return {Verdict::not_exposed, Reason::rpc_enrollment_off,
            flags->has(IF_ENFORCEENCRYPTICERTREQUEST)
                ? "The CA is configured to take no certificate requests over RPC; encryption would be enforced as well."
                : "The CA is configured to take no certificate requests over RPC; encryption would not be enforced.",
            flags};
  }
  if (flags->has(IF_ENFORCEENCRYPTICERTREQUEST)) {
    return {Verdict::enforced, Reason::flag_set,
            "The CA is configured to refuse certificate requests over RPC that are "
            "not encrypted.",
            flags};
  }
  return {Verdict::not_enforced, Reason::flag_clear,
          "The CA is configured to take certificate requests over RPC that are not encrypted.", flags};
}

Judgement judge(const ReadFailure& failure) { return {Verdict::unknown, failure.reason, failure.detail, std::nullopt}; }

Judgement judge(const Reading& reading) {
  return reading.result ? judge(*reading.result) : judge(reading.result.error());
}

Judgement judge(const Reading& reading, std::string_view dns_host_name) {
  Judgement judgement = judge(reading);
  if (judgement.verdict == Verdict::unknown || !reading.result->server_name) return judgement;
  const std::string& server_name = *reading.result->server_name;
  if (same_server(server_name, dns_host_name)) return judgement;
  const std::string difference = fmt::format(
      "CAServerName in the host's registry is \"{}\", but dNSHostName is \"{}\".", server_name, dns_host_name);
  if (judgement.verdict != Verdict::not_enforced)
    return {Verdict::unknown, Reason::server_name_differs, difference, {}};
  judgement.detail += " " + difference;
  return judgement;
}

}  // namespace casweep::assess
