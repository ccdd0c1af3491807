// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/advice_internal.h"

#include <array>

namespace casweep::assess {
namespace {

constexpr std::string_view reach_the_host =
    "Check that the host is running and that firewalls allow this machine to reach its TCP port 445; then scan again "
    "with --ca, and with a longer --deadline if the host is slow.";
constexpr std::string_view stale_or_moved =
    "If the CA was decommissioned or moved, remove its stale object from the directory or correct its "
    "dNSHostName.";
constexpr std::string_view report_it =
    "Scan again with --ca; if the problem persists, report it with the evidence that casweep show prints.";

constexpr std::array advice{
    Advice{Reason::no_host_name,
           "Find out where this CA runs and set dNSHostName on its object, or remove the object if the CA is "
           "gone."},
    Advice{Reason::host_name_invalid,
           "Correct dNSHostName on the CA's object: it must contain only the DNS name of the CA's host."},
    Advice{
        Reason::name_not_resolved,
        "Check that this machine resolves other names of the domain. If only this name fails, fix its DNS record, or "
        "remove the CA's stale object from the directory if the CA was decommissioned."},
    Advice{Reason::host_unreachable, reach_the_host},
    Advice{Reason::connection_refused, reach_the_host},
    Advice{Reason::timed_out, reach_the_host},
    Advice{Reason::logon_refused,
           "Check in the domain that the account can log on, and on the CA's host that the user right \"Access this "
           "computer from the network\" includes it. casweep did not retry the logon."},
    Advice{Reason::kerberos_failed,
           "The reason is stated for each CA. The usual causes are a dNSHostName that is not the name of the host's "
           "account, a DNS record that leads to another host, and clocks that differ."},
    Advice{Reason::ntlm_blocked, "Scan with Kerberos: omit --ntlm."},
    Advice{Reason::protection_refused,
           "Something between this machine and the host alters or strips SMB signing. Find the cause before trusting "
           "any answer from this host."},
    Advice{Reason::access_denied,
           "By default, AD CS lets every domain user read this key; a policy has removed that access. Add "
           "System\\CurrentControlSet\\Services\\CertSvc to \"Network access: Remotely accessible registry paths "
           "and sub-paths\" for this host, or give the scan account read access to the key."},
    Advice{Reason::remote_registry_unavailable,
           "Set the host's Remote Registry service to its default start type, Automatic (Trigger Start)."},
    Advice{Reason::remote_registry_not_starting,
           "Find out from the host's System event log why its Remote Registry service does not start, or scan again "
           "with a longer --deadline."},
    Advice{Reason::ca_key_not_found, stale_or_moved},
    Advice{Reason::not_a_ca, stale_or_moved},
    Advice{Reason::different_ca_on_host,
           "The object in the directory most likely belongs to a former CA: remove it if that CA is gone, or correct "
           "its dNSHostName and cACertificate. The CA that runs on this host is assessed through its own object."},
    Advice{Reason::certificate_differs,
           "Compare the certificates (casweep show, and certutil -ca.cert on the host): if the CA was rebuilt, "
           "update or remove the stale object in the directory; if it was moved, correct its dNSHostName."},
    Advice{Reason::server_name_differs,
           "Find out which of the two hosts runs the CA: the other one may be the passive node of a cluster or a "
           "former host of the CA. Then correct dNSHostName on the CA's object, or CAServerName on the host."},
    Advice{Reason::value_malformed,
           "Inspect the value on the CA with certutil -getreg CA\\InterfaceFlags or regedit, and recreate it as a "
           "REG_DWORD."},
    Advice{Reason::host_busy, "Scan again with --ca when the host has finished starting or shutting down."},
    Advice{Reason::protocol_error,
           "Check that the host is a Windows server and that nothing between this machine and the host alters SMB "
           "traffic; then scan again with --ca."},
    Advice{Reason::not_read, "Scan again: with --ca for this CA only, or without it for all CAs."},
    Advice{Reason::hidden_from_account,
           "Allow the scan account to read the CA's object in the directory again (by default, Authenticated Users "
           "can), and find out who removed that right. If the CA was decommissioned, delete its object."},
    Advice{Reason::worker_crashed, report_it},
    Advice{Reason::unclassified, report_it},
};

}  // namespace

std::span<const Advice> all_advice() { return advice; }

}  // namespace casweep::assess
