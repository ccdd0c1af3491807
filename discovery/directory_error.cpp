// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casweep::discovery {
namespace {

using Kind = DirectoryErrorKind;

// Exported by 'casweep explain': add, never rename.
constexpr std::array kind_words{
    std::pair{Kind::options_unusable, std::string_view{"options-unusable"}},
    std::pair{Kind::unreachable, std::string_view{"unreachable"}},
    std::pair{Kind::kdc_unreachable, std::string_view{"kdc-unreachable"}},
    std::pair{Kind::name_not_resolved, std::string_view{"name-not-resolved"}},
    std::pair{Kind::timed_out, std::string_view{"timed-out"}},
    std::pair{Kind::certificate_untrusted, std::string_view{"certificate-untrusted"}},
    std::pair{Kind::credentials_refused, std::string_view{"credentials-refused"}},
    std::pair{Kind::server_unproven, std::string_view{"server-unproven"}},
    std::pair{Kind::kerberos_failed, std::string_view{"kerberos-failed"}},
    std::pair{Kind::protection_refused, std::string_view{"protection-refused"}},
    std::pair{Kind::container_missing, std::string_view{"container-missing"}},
    std::pair{Kind::listing_truncated, std::string_view{"listing-truncated"}},
    std::pair{Kind::referral, std::string_view{"referral"}},
    std::pair{Kind::no_enrollment_services, std::string_view{"no-enrollment-services"}},
    std::pair{Kind::interrupted, std::string_view{"interrupted"}},
    std::pair{Kind::malformed_answer, std::string_view{"malformed-answer"}},
};

constexpr auto kinds = [] {
  std::array<Kind, kind_words.size()> all{};
  std::ranges::transform(kind_words, all.begin(), [](const auto& pair) { return pair.first; });
  return all;
}();

}  // namespace

std::span<const DirectoryErrorKind> all_directory_error_kinds() { return kinds; }

std::string_view word_of(DirectoryErrorKind kind) {
  const auto* found = std::ranges::find(kind_words, kind, [](const auto& pair) { return pair.first; });
  return found == kind_words.end() ? "unknown" : found->second;
}

}  // namespace casweep::discovery
