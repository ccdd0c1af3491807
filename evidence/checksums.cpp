// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/checksums.h"

#include <algorithm>

#include "base/octets.h"
#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

constexpr std::size_t digits = 64;

}  // namespace

std::string checksum_lines(const Checksums& sums) {
  std::string lines;
  for (const auto& [name, sum] : sums) lines.append(sum).append("  ").append(name).append("\n");
  return lines;
}

Checksums read_checksum_lines(std::string_view lines) {
  Checksums sums;
  for (auto rest = lines; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.size() <= digits + 2 || !is_bundle_name(line.substr(digits + 2)))
      continue;  // the comparison below finds it
    sums.emplace(line.substr(digits + 2), line.substr(0, digits));
  }
  const bool hexadecimal = std::ranges::all_of(sums, [](const auto& sum) {
    const auto octets = base::from_hex(sum.second);
    return octets && base::to_hex(*octets) == sum.second;
  });
  if (sums.empty() || !hexadecimal || checksum_lines(sums) != lines) {
    throw EvidenceError(EvidenceError::Kind::wrong,
                        "SHA256SUMS was changed: it is not in the format that casweep writes.");
  }
  return sums;
}

bool is_plain_name(std::string_view name) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.front() != '.' && name.front() != '-' &&
         name.find_first_not_of(plain) == std::string_view::npos && name.find("..") == std::string_view::npos;
}

bool is_bundle_name(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return is_plain_name(name);
  return is_plain_name(name.substr(0, slash)) && is_plain_name(name.substr(slash + 1));
}

}  // namespace casweep::evidence
