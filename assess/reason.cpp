// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reason.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casweep::assess {
namespace {

// Stored in every history and exported to everybody: add, never rename.
constexpr std::array verdict_words{
    std::pair{Verdict::unknown, std::string_view{"unknown"}},
    std::pair{Verdict::enforced, std::string_view{"enforced"}},
    std::pair{Verdict::not_enforced, std::string_view{"not-enforced"}},
    std::pair{Verdict::not_exposed, std::string_view{"not-exposed"}},
};

constexpr std::array reason_words{
    std::pair{Reason::unclassified, std::string_view{"unclassified"}},
    std::pair{Reason::flag_set, std::string_view{"flag-set"}},
    std::pair{Reason::flag_clear, std::string_view{"flag-clear"}},
    std::pair{Reason::value_absent, std::string_view{"value-absent"}},
    std::pair{Reason::rpc_enrollment_off, std::string_view{"rpc-enrollment-off"}},
    std::pair{Reason::value_malformed, std::string_view{"value-malformed"}},
    std::pair{Reason::no_host_name, std::string_view{"no-host-name"}},
    std::pair{Reason::host_name_invalid, std::string_view{"host-name-invalid"}},
    std::pair{Reason::name_not_resolved, std::string_view{"name-not-resolved"}},
    std::pair{Reason::host_unreachable, std::string_view{"host-unreachable"}},
    std::pair{Reason::connection_refused, std::string_view{"connection-refused"}},
    std::pair{Reason::timed_out, std::string_view{"timed-out"}},
    std::pair{Reason::logon_refused, std::string_view{"logon-refused"}},
    std::pair{Reason::kerberos_failed, std::string_view{"kerberos-failed"}},
    std::pair{Reason::ntlm_blocked, std::string_view{"ntlm-blocked"}},
    std::pair{Reason::protection_refused, std::string_view{"protection-refused"}},
    std::pair{Reason::access_denied, std::string_view{"access-denied"}},
    std::pair{Reason::remote_registry_unavailable, std::string_view{"remote-registry-unavailable"}},
    std::pair{Reason::remote_registry_not_starting, std::string_view{"remote-registry-not-starting"}},
    std::pair{Reason::ca_key_not_found, std::string_view{"ca-key-not-found"}},
    std::pair{Reason::not_a_ca, std::string_view{"not-a-ca"}},
    std::pair{Reason::different_ca_on_host, std::string_view{"different-ca-on-host"}},
    std::pair{Reason::certificate_differs, std::string_view{"certificate-differs"}},
    std::pair{Reason::server_name_differs, std::string_view{"server-name-differs"}},
    std::pair{Reason::host_busy, std::string_view{"host-busy"}},
    std::pair{Reason::protocol_error, std::string_view{"protocol-error"}},
    std::pair{Reason::worker_crashed, std::string_view{"worker-crashed"}},
    std::pair{Reason::not_read, std::string_view{"not-read"}},
    std::pair{Reason::hidden_from_account, std::string_view{"hidden-from-account"}},
};

template <const auto& Words>
constexpr auto keys_of() {
  std::array<typename std::remove_cvref_t<decltype(Words)>::value_type::first_type, Words.size()> keys{};
  for (std::size_t i = 0; i < Words.size(); ++i) keys[i] = Words[i].first;
  return keys;
}

constexpr auto verdicts = keys_of<verdict_words>();
constexpr auto reasons = keys_of<reason_words>();

template <typename Words, typename Key>
std::string_view word_in(const Words& words, Key key) {
  const auto* found = std::ranges::find(words, key, [](const auto& pair) { return pair.first; });
  return found == words.end() ? std::string_view{} : found->second;
}

template <typename Words>
auto key_in(const Words& words, std::string_view word) -> std::optional<typename Words::value_type::first_type> {
  const auto* found = std::ranges::find(words, word, [](const auto& pair) { return pair.second; });
  if (found == words.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::span<const Verdict> all_verdicts() { return verdicts; }
std::span<const Reason> all_reasons() { return reasons; }

std::string_view word_of(Verdict verdict) { return word_in(verdict_words, verdict); }
std::string_view word_of(Reason reason) { return word_in(reason_words, reason); }
std::optional<Verdict> verdict_of_word(std::string_view word) { return key_in(verdict_words, word); }
std::optional<Reason> reason_of_word(std::string_view word) { return key_in(reason_words, word); }

}  // namespace casweep::assess
