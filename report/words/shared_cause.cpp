// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/shared_cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include "assess/reason.h"
#include "assess/report_stage.h"
#include "base/case_fold.h"
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

/// The detail without what differs from host to host, regardless of case.
std::string comparable_detail(const Observation& ca) {
  std::string text = base::case_folded(ca.judgement.detail);
  text =
      with_all_replaced(std::move(text), base::case_folded(base::without_root_dot(ca.service.dns_host_name)), "HOST");
  return with_all_replaced(std::move(text), base::case_folded(ca.reading->address), "ADDRESS");
}

bool have_one_detail(const std::vector<const Observation*>& cas) {
  const std::string first = comparable_detail(*cas.front());
  return std::ranges::all_of(cas, [&](const Observation* ca) { return comparable_detail(*ca) == first; });
}

/// What all CA hosts may have in common.
enum class SharedCause { none, resolver, network, detail, account, ntlm, protection, access, registry };

SharedCause cause_in(const Observation& ca) {
  const std::string& detail = ca.judgement.detail;
  switch (ca.judgement.reason) {
    case Reason::name_not_resolved:
      return SharedCause::resolver;
    case Reason::host_unreachable:
    case Reason::connection_refused:
      return SharedCause::network;
    case Reason::timed_out: {
      if (ca.reading->address.empty()) return SharedCause::resolver;
      const auto* failure = ca.reading->result ? nullptr : &ca.reading->result.error();
      const bool of_tcp = failure != nullptr && failure->error.domain == "errno";
      const bool connecting = detail.find(assess::connecting_stage) != std::string::npos;
      return of_tcp || connecting ? SharedCause::network : SharedCause::detail;
    }
    case Reason::kerberos_failed:
      return SharedCause::detail;
    case Reason::logon_refused:
      return SharedCause::account;
    case Reason::ntlm_blocked:
      return SharedCause::ntlm;
    case Reason::protection_refused:
      return SharedCause::protection;
    case Reason::access_denied:
      return SharedCause::access;
    case Reason::remote_registry_unavailable:
      return SharedCause::registry;
    default:
      return SharedCause::none;
  }
}

/// Empty: the causes differ, or lie with the single CA.
std::string sentence_of(SharedCause cause, const std::vector<const Observation*>& cas, std::size_t hosts) {
  const Observation& first = *cas.front();
  switch (cause) {
    case SharedCause::none:
      return {};
    case SharedCause::resolver:
      return fmt::format(
          "None of the {} CA host names could be resolved. Check this machine's resolver first (getent hosts {}; "
          "/etc/resolv.conf; the line \"hosts\" in /etc/nsswitch.conf), and change nothing in the directory because of "
          "this scan.",
          hosts, base::without_root_dot(first.service.dns_host_name));
    case SharedCause::network:
      return fmt::format(
          "None of the {} CA hosts could be reached. Check first whether a firewall keeps this machine from reaching "
          "TCP port 445 of CA hosts.",
          hosts);
    case SharedCause::detail:
      if (!have_one_detail(cas)) return {};
      return fmt::format("{} for all {} CA hosts. For {}: {}",
                         first.judgement.reason == Reason::kerberos_failed ? "Kerberos failed in the same way"
                                                                           : "The reading failed in the same way",
                         hosts, first.service.dns_host_name, first.judgement.detail);
    case SharedCause::account:
      if (!have_one_detail(cas)) return {};
      return fmt::format(
          "The logon of {} failed in the same way for all {} CA hosts. For {}: {} Check the account first.",
          first.reading->account, hosts, first.service.dns_host_name, first.judgement.detail);
    case SharedCause::ntlm:
      return fmt::format("All {} CA hosts block NTLM. Scan with Kerberos: omit --ntlm.", hosts);
    case SharedCause::protection:
      return fmt::format(
          "SMB signing or RPC sealing failed with all {} CA hosts. Check first what lies between this machine and the "
          "hosts.",
          hosts);
    case SharedCause::access:
      return fmt::format(
          "All {} CA hosts denied the account {} access to their registry. Check first the group policies that apply "
          "to all of them.",
          hosts, first.reading->account);
    case SharedCause::registry:
      return fmt::format(
          "None of the {} CA hosts offers its registry. Check first the group policies that apply to all of them.",
          hosts);
  }
  return {};
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
  const SharedCause first = cause_in(*cas.front());
  if (!std::ranges::all_of(cas, [&](const Observation* ca) { return cause_in(*ca) == first; })) return {};
  std::string cause = sentence_of(first, cas, hosts.size());
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
