// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/site_id.h"

#include <fmt/format.h>

#include <cstddef>

namespace casweep::history {

std::optional<std::string> site_id_of(const LedgerEntry& first) {
  if (first.seq != 1 || first.prev != LedgerHead::no_entry || first.hash != ledger_hash(first)) return std::nullopt;
  std::string digits = first.hash.substr(0, 32);
  constexpr std::string_view variants = "89ab";
  digits[12] = '8';
  digits[16] = variants[static_cast<std::size_t>(digits[16] % 4)];
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

bool is_site_id(std::string_view text) {
  if (text.size() != 36 || text[14] != '8') return false;
  for (std::size_t place = 0; place < text.size(); ++place) {
    const bool dash = place == 8 || place == 13 || place == 18 || place == 23;
    const char digit = text[place];
    if (dash ? digit != '-' : !((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) return false;
  }
  return text[19] == '8' || text[19] == '9' || text[19] == 'a' || text[19] == 'b';
}

}  // namespace casweep::history
