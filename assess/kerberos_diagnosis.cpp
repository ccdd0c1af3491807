// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/kerberos_diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/dns_name.h"
#include "base/host_name.h"
#include "base/printable.h"
#include "logon/clock_lead.h"
#include "logon/kerberos_service_ticket.h"
#include "logon/kerberos_ticket.h"
#include "winreg/smb_clock.h"

namespace casweep::assess {
namespace {

using logon::LogonErrorKind;

std::optional<logon::LogonError> failure_to_get_ticket(const logon::Account& account, const std::string& service,
                                                       const std::string& host) {
  auto ticket = logon::obtain_service_ticket(account.ccache, service, host);
  if (ticket) return std::nullopt;
  return std::move(ticket.error());
}

std::string sentences_about_unknown_service(const KerberosFindings& findings, const logon::LogonError& error) {
  const std::string host = base::printable(findings.host);
  std::string text = fmt::format("The KDC does not know the service {}.", base::printable(error.service));
  if (findings.alias_of.empty()) {
    return text + fmt::format(
                      " Correct dNSHostName, or register cifs/{0} and host/{0} on the account of the CA's host "
                      "(setspn -S).",
                      host);
  }
  return text + fmt::format(
                    " {0} is an alias of {1} in DNS: write {1} into dNSHostName, or register cifs/{0} and "
                    "host/{0} on the account of that host (setspn -S).",
                    host, base::printable(findings.alias_of));
}

constexpr std::chrono::seconds longest_clock_probe{3};

bool ticket_is_too_old(const KerberosFindings& findings) {
  return findings.ticket_left && *findings.ticket_left < logon::samba_reserve;
}

/// The host took SMB's ticket, and was sent none for RPC.
bool lacks_rpc_ticket(const KerberosFindings& findings) { return findings.kdc.no_rpc_ticket && !findings.host_refused; }

bool clocks_differ(const KerberosFindings& findings) {
  return findings.clock_lead && logon::is_too_far(*findings.clock_lead);
}

/// Whether the cause is known, so that no other source needs to be asked.
bool is_decided(const KerberosFindings& findings) {
  return findings.kdc.no_smb_ticket || ticket_is_too_old(findings) || lacks_rpc_ticket(findings) ||
         clocks_differ(findings);
}

}  // namespace

bool KdcAnswers::know_only_smb() const {
  return !no_smb_ticket && no_rpc_ticket && no_rpc_ticket->kind == LogonErrorKind::service_unknown;
}

KdcAnswers ask_kdc_about(const std::string& host, const logon::Account& account) {
  KdcAnswers answers;
  answers.no_smb_ticket = failure_to_get_ticket(account, "cifs", host);
  if (!answers.no_smb_ticket) answers.no_rpc_ticket = failure_to_get_ticket(account, "host", host);
  return answers;
}

void look_into_kerberos(KerberosFindings& findings, const logon::Account& account,
                        std::chrono::steady_clock::time_point deadline, const NextLookup& next) {
  const auto& [no_smb_ticket, no_rpc_ticket] = findings.kdc;
  const auto other_name = [&](std::string name) {
    return base::same_host_name(name, findings.host) ? std::string{} : name;
  };
  if (no_smb_ticket) {
    if (no_smb_ticket->kind != LogonErrorKind::service_unknown) return;
    next("looking up in DNS whether the host's name is an alias");
    findings.alias_of = other_name(base::canonical_name_of(findings.host));
    return;
  }
  if (const auto end = logon::KerberosTicket::end_of(account.ccache)) {
    findings.ticket_left = *end - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  if (is_decided(findings)) return;
  next("asking the host for its time");
  findings.clock_lead = winreg::clock_lead_of_host(
      findings.address, std::min(deadline, std::chrono::steady_clock::now() + longest_clock_probe));
  if (is_decided(findings)) return;
  next("looking up the name of the host's address in DNS");
  findings.name_of_address = other_name(base::name_of_address(findings.address));
}

std::string kerberos_diagnosis(const KerberosFindings& findings) {
  const auto& [no_smb_ticket, no_rpc_ticket] = findings.kdc;
  if (no_smb_ticket && no_smb_ticket->kind == LogonErrorKind::service_unknown)
    return sentences_about_unknown_service(findings, *no_smb_ticket);
  if (no_smb_ticket) return no_smb_ticket->message;
  if (ticket_is_too_old(findings)) {
    return fmt::format(
        "The Kerberos ticket of the scan ends in {} s, and Samba's library does not use a ticket in its "
        "last {} s; run kinit, then scan again.",
        findings.ticket_left->count(), logon::samba_reserve.count());
  }
  const std::string host = base::printable(findings.host);
  if (lacks_rpc_ticket(findings)) {
    if (no_rpc_ticket->kind != LogonErrorKind::service_unknown) return no_rpc_ticket->message;
    return fmt::format(
        "The KDC knows the service cifs/{0}, but not {1}; register host/{0} on the same account "
        "(setspn -S).",
        host, base::printable(no_rpc_ticket->service));
  }
  if (clocks_differ(findings)) {
    return fmt::format(
        "The clock of {} is {} this machine's clock, and Kerberos allows {} min by default; correct the "
        "clock that is wrong.",
        host, logon::text_of_lead(*findings.clock_lead),
        std::chrono::duration_cast<std::chrono::minutes>(logon::greatest_skew).count());
  }
  const std::string in_dns = findings.name_of_address.empty()
                                 ? std::string{}
                                 : fmt::format(" (in DNS it is {})", base::printable(findings.name_of_address));
  return fmt::format(
      "The KDC gave a ticket for cifs/{0}, but the host at {1} did not accept it: another host may have this "
      "address{2}, cifs/{0} may be registered on another account than the host's own, or the host's password may "
      "differ from the one in the directory. Check the address in DNS, then the account with setspn -Q cifs/{0}.",
      host, base::printable(findings.address), in_dns);
}

std::string silent_kdc_diagnosis(const std::string& host, const std::string& account) {
  return fmt::format(
      "No KDC answered when {} requested a ticket for cifs/{}; check the KDCs of the realms of both "
      "(port 88, krb5.conf, the _kerberos records in DNS).",
      base::printable(account), base::printable(host));
}

}  // namespace casweep::assess
