// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/remediation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/utf16.h"

namespace casweep::assess {
namespace {

/// Whether `c` means nothing but itself between double quotes, in cmd.exe and in PowerShell (which also takes
/// typographic quotes for quotes), and can be seen.
bool is_plain_in_quotes(char16_t c) {
  constexpr std::u16string_view special = u"\"%$`!\\";
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || special.find(c) != std::u16string_view::npos) return false;
  const bool invisible_or_quote = (c >= 0x2000 && c <= 0x206F) || c == 0x061C || c == 0xFEFF || c >= 0xFFF0;
  return !invisible_or_quote;
}

bool is_plain_in_quotes(std::string_view text) {
  const auto utf16 = base::to_utf16(text);
  return utf16 && !utf16->empty() && std::ranges::all_of(*utf16, [](char16_t c) { return is_plain_in_quotes(c); });
}

std::string setreg(std::string_view change, std::string_view ca_name, std::string_view host_name) {
  host_name = base::without_root_dot(host_name);
  const std::string config = is_plain_in_quotes(ca_name) && is_plain_in_quotes(host_name)
                                 ? fmt::format("-config \"{}\\{}\" ", host_name, ca_name)
                                 : std::string{};
  return fmt::format("certutil {}-setreg CA\\InterfaceFlags {}", config, change);
}

constexpr std::string_view restart = "net stop certsvc & net start certsvc";

std::string_view advice_for(Reason reason) {
  switch (reason) {
    case Reason::no_host_name:
      return "Find out where this CA runs and set dNSHostName on its object, or remove the object if the CA is gone.";
    case Reason::host_name_invalid:
      return "Correct dNSHostName on the CA's object: it must be the DNS name of the CA's host and nothing else.";
    case Reason::name_not_resolved:
      return "If the CA was decommissioned, remove its stale object from the directory; otherwise mend its DNS record.";
    case Reason::host_unreachable:
    case Reason::connection_refused:
    case Reason::timed_out:
      return "Check that the host runs and that firewalls let this machine reach its TCP port 445; then scan again "
             "with "
             "--ca, and a longer --deadline if the host is slow.";
    case Reason::logon_refused:
      return "Check the account on a domain controller, and that the CA's policy \"Access this computer from the "
             "network\" includes it. Nothing was tried twice.";
    case Reason::kerberos_failed:
      return "Check that the name in dNSHostName is the host's own and carries its service principal names (setspn "
             "-L), "
             "and that the clocks agree.";
    case Reason::ntlm_blocked:
      return "Scan with Kerberos: leave --ntlm out.";
    case Reason::protection_refused:
      return "Something between here and the host changes or strips SMB signing. Find it before trusting any answer "
             "from this host.";
    case Reason::access_denied:
      return "AD CS lets every domain user read this key; a policy took that away. Add "
             "System\\CurrentControlSet\\Services\\CertSvc to \"Network access: Remotely accessible registry paths and "
             "sub-paths\" for this host, or give the scan account read access to the key.";
    case Reason::remote_registry_unavailable:
      return "Set the host's Remote Registry service to its default start type, Automatic (Trigger Start).";
    case Reason::remote_registry_not_starting:
      return "Look why the host's Remote Registry service does not start (System event log), or scan again with a "
             "longer "
             "--deadline.";
    case Reason::ca_key_not_found:
    case Reason::not_a_ca:
      return "If the CA was decommissioned or moved, remove its stale object from the directory or correct its "
             "dNSHostName.";
    case Reason::different_ca_on_host:
      return "The directory's object is most likely of a former CA: remove it if that CA is gone, or correct its "
             "dNSHostName and cACertificate. The CA that runs on this host is judged by its own object.";
    case Reason::certificate_differs:
      return "Compare the certificates (casweep show, and certutil -ca.cert on the host): if the CA was rebuilt, "
             "update "
             "or remove the stale object in the directory; if it was moved, correct its dNSHostName.";
    case Reason::server_name_differs:
      return "Find out on which of the two hosts the CA runs: the other one may be the passive node of a cluster or a "
             "former "
             "host of the CA. Then correct dNSHostName on the CA's object, or CAServerName on the host.";
    case Reason::value_malformed:
      return "Look at the value on the CA, with certutil -getreg CA\\InterfaceFlags or regedit, and write it anew with "
             "its proper type; InterfaceFlags is a REG_DWORD.";
    case Reason::host_busy:
      return "Scan again with --ca when the host has finished starting or shutting down.";
    case Reason::protocol_error:
      return "Check that the host is a Windows server and that nothing between here and there changes SMB; scan again "
             "with --ca.";
    case Reason::not_read:
      return "Scan again: with --ca for this CA alone, or without it for all of them.";
    case Reason::hidden_from_account:
      return "Let the scan account read the CA's object in the directory again (Authenticated Users may by default), "
             "or "
             "find out who took that right away. If the CA was decommissioned, delete its object.";
    case Reason::worker_crashed:
    case Reason::unclassified:
      return "Scan again with --ca; if it stays, report it with the evidence that casweep show prints.";
    case Reason::flag_set:
    case Reason::flag_clear:
    case Reason::value_absent:
    case Reason::rpc_enrollment_off:
      return "";
  }
  return "";
}

}  // namespace

Remediation remediation_for(Verdict verdict, Reason reason, std::string_view ca_name, std::string_view host_name) {
  if (verdict != Verdict::not_enforced) return {std::string(advice_for(reason)), {}, {}};
  return {
      "Test in a controlled environment first: clients that cannot encrypt their requests are refused afterwards. "
      "Restart the service on the CA's host; the flag takes effect only then.",
      {setreg("+IF_ENFORCEENCRYPTICERTREQUEST", ca_name, host_name), std::string(restart)},
      {setreg("-IF_ENFORCEENCRYPTICERTREQUEST", ca_name, host_name), std::string(restart)},
  };
}

}  // namespace casweep::assess
