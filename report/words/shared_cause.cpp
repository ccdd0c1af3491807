// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/shared_cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string_view>

#include "base/host_name.h"
#include "base/terminal_text.h"
#include "report/table/text_columns.h"

namespace casweep::report {
namespace {

using assess::Reason;
using history::Observation;

/// A reading for which a host was, or would have been, contacted.
bool concerns_a_host(const Observation& ca) {
  const Reason reason = ca.judgement.reason;
  return ca.reading && reason != Reason::no_host_name && reason != Reason::host_name_invalid &&
         reason != Reason::hidden_from_account && reason != Reason::not_read;
}

std::string with_all_replaced(std::string text, std::string_view what, std::string_view by) {
  if (what.empty()) return text;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// The detail without what differs from host to host.
std::string comparable_detail(const Observation& ca) {
  std::string text = with_all_replaced(ca.judgement.detail, base::without_root_dot(ca.service.dns_host_name), "HOST");
  return with_all_replaced(std::move(text), ca.reading->address, "ADDRESS");
}

std::string kerberos_cause(const std::vector<const Observation*>& cas, std::size_t hosts) {
  const std::string first = comparable_detail(*cas.front());
  if (std::ranges::all_of(cas, [&](const Observation* ca) { return comparable_detail(*ca) == first; })) {
    return fmt::format("Kerberos failed in the same way for all {} CA hosts. For {}: {}", hosts,
                       cas.front()->service.dns_host_name, cas.front()->judgement.detail);
  }
  return fmt::format(
      "Kerberos failed for all {} CA hosts. Check this machine first: its clock, its ticket (klist) and "
      "its krb5.conf.",
      hosts);
}

/// The three ways of a firewall to answer are one cause.
Reason kind_of_cause(Reason reason) {
  return reason == Reason::host_unreachable || reason == Reason::connection_refused ? Reason::timed_out : reason;
}

/// Empty: a cause of this kind lies with the single CA.
std::string cause_of(Reason reason, const std::vector<const Observation*>& cas, std::size_t hosts) {
  switch (reason) {
    case Reason::name_not_resolved:
      return fmt::format(
          "None of the {} CA host names could be resolved. Check this machine's resolver first (getent hosts {}; "
          "/etc/resolv.conf; the line \"hosts\" in /etc/nsswitch.conf), and change nothing in the directory because of "
          "this scan.",
          hosts, base::without_root_dot(cas.front()->service.dns_host_name));
    case Reason::timed_out:
      return fmt::format(
          "None of the {} CA hosts answered. Check first whether a firewall keeps this machine from reaching TCP port "
          "445 of CA hosts.",
          hosts);
    case Reason::kerberos_failed:
      return kerberos_cause(cas, hosts);
    case Reason::logon_refused:
      return fmt::format("All {} CA hosts refused the account {}. Check the account and its rights first.", hosts,
                         cas.front()->reading->account);
    case Reason::ntlm_blocked:
      return fmt::format("All {} CA hosts block NTLM. Scan with Kerberos: omit --ntlm.", hosts);
    case Reason::protection_refused:
      return fmt::format(
          "SMB signing or RPC sealing failed with all {} CA hosts. Check first what lies between this machine and the "
          "hosts.",
          hosts);
    case Reason::access_denied:
      return fmt::format(
          "All {} CA hosts denied the account {} access to their registry. Check first the group policies that apply "
          "to all of them.",
          hosts, cas.front()->reading->account);
    case Reason::remote_registry_unavailable:
      return fmt::format(
          "None of the {} CA hosts offers its registry. Check first the group policies that apply to all of them.",
          hosts);
    default:
      return {};
  }
}

}  // namespace

std::vector<std::string> shared_causes(const history::ScanRecord& scan) {
  std::vector<const Observation*> cas;
  std::set<std::string> hosts;
  for (const Observation& ca : scan.cas) {
    if (!concerns_a_host(ca)) continue;
    cas.push_back(&ca);
    hosts.insert(base::comparable_host_name(ca.service.dns_host_name));
  }
  if (hosts.size() < 2) return {};
  const auto kind = [](const Observation* ca) { return kind_of_cause(ca->judgement.reason); };
  const Reason first = kind(cas.front());
  if (!std::ranges::all_of(cas, [&](const Observation* ca) { return kind(ca) == first; })) return {};
  std::string cause = cause_of(first, cas, hosts.size());
  if (cause.empty()) return {};
  return {std::move(cause)};
}

void write_shared_causes(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style) {
  for (const std::string& cause : shared_causes(scan)) {
    write_wrapped(out, base::terminal_safe(cause, charset_of(style)), 0, 0, style.columns);
    out << '\n';
  }
}

}  // namespace casweep::report
