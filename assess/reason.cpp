// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reason.h"

#include <algorithm>
#include <array>

#include "base/words.h"

namespace casweep::assess {
namespace {

// Stored in every history and exported: words may be added, never renamed.
constexpr auto verdict_words = base::words<Verdict>({
    {Verdict::unknown, "unknown"},
    {Verdict::enforced, "enforced"},
    {Verdict::not_enforced, "not-enforced"},
    {Verdict::not_exposed, "not-exposed"},
});

constexpr auto verdicts_of_reports = [] {
  std::array<Verdict, verdict_words.keys().size()> verdicts{};
  static_assert(Verdict{} == Verdict::unknown);
  std::ranges::rotate_copy(verdict_words.keys(), verdict_words.keys().begin() + 1, verdicts.begin());
  return verdicts;
}();

constexpr auto reason_words = base::words<Reason>({
    {Reason::unclassified, "unclassified"},
    {Reason::flag_set, "flag-set"},
    {Reason::flag_clear, "flag-clear"},
    {Reason::value_absent, "value-absent"},
    {Reason::rpc_enrollment_off, "rpc-enrollment-off"},
    {Reason::value_malformed, "value-malformed"},
    {Reason::no_host_name, "no-host-name"},
    {Reason::host_name_invalid, "host-name-invalid"},
    {Reason::name_not_resolved, "name-not-resolved"},
    {Reason::host_unreachable, "host-unreachable"},
    {Reason::connection_refused, "connection-refused"},
    {Reason::timed_out, "timed-out"},
    {Reason::logon_refused, "logon-refused"},
    {Reason::kerberos_failed, "kerberos-failed"},
    {Reason::ntlm_blocked, "ntlm-blocked"},
    {Reason::protection_refused, "protection-refused"},
    {Reason::access_denied, "access-denied"},
    {Reason::remote_registry_unavailable, "remote-registry-unavailable"},
    {Reason::remote_registry_not_starting, "remote-registry-not-starting"},
    {Reason::ca_key_not_found, "ca-key-not-found"},
    {Reason::not_a_ca, "not-a-ca"},
    {Reason::different_ca_on_host, "different-ca-on-host"},
    {Reason::certificate_differs, "certificate-differs"},
    {Reason::server_name_differs, "server-name-differs"},
    {Reason::host_busy, "host-busy"},
    {Reason::protocol_error, "protocol-error"},
    {Reason::worker_crashed, "worker-crashed"},
    {Reason::not_read, "not-read"},
    {Reason::hidden_from_account, "hidden-from-account"},
});

}  // namespace

bool is_compliant(Verdict verdict) { return verdict == Verdict::enforced || verdict == Verdict::not_exposed; }

std::span<const Verdict> all_verdicts() { return verdicts_of_reports; }
std::string_view word_of(Verdict verdict) { return verdict_words.word_of(verdict); }
std::optional<Verdict> verdict_of_word(std::string_view word) { return verdict_words.key_of(word); }

std::span<const Reason> all_reasons() { return reason_words.keys(); }
std::string_view word_of(Reason reason) { return reason_words.word_of(reason); }
std::optional<Reason> reason_of_word(std::string_view word) { return reason_words.key_of(word); }

}  // namespace casweep::assess
