// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reading.h"

#include "base/words.h"

namespace casweep::assess {
namespace {

// Stored in every history: words may be added, never renamed.
constexpr auto found_by_words = base::words<KeyFoundBy>({
    {KeyFoundBy::sanitized_name, "sanitized-name"},
    {KeyFoundBy::active, "active"},
    {KeyFoundBy::enumeration, "enumeration"},
});

constexpr auto matched_by_words = base::words<KeyMatchedBy>({
    {KeyMatchedBy::certificate_hash, "certificate-hash"},
    {KeyMatchedBy::common_name, "common-name"},
    {KeyMatchedBy::key_name, "key-name"},
});

}  // namespace

std::span<const KeyFoundBy> all_key_found_by() { return found_by_words.keys(); }
std::string_view word_of(KeyFoundBy found_by) { return found_by_words.word_of(found_by); }
std::optional<KeyFoundBy> key_found_by_of_word(std::string_view word) { return found_by_words.key_of(word); }

std::span<const KeyMatchedBy> all_key_matched_by() { return matched_by_words.keys(); }
std::string_view word_of(KeyMatchedBy matched_by) { return matched_by_words.word_of(matched_by); }
std::optional<KeyMatchedBy> key_matched_by_of_word(std::string_view word) { return matched_by_words.key_of(word); }

std::optional<bool> host_authenticated(const Reading& reading) {
  const std::string_view protocol = reading.protocol;
  if (protocol.ends_with("NTLM")) return false;
  if (protocol.ends_with("Kerberos")) return true;
  return std::nullopt;
}

}  // namespace casweep::assess
