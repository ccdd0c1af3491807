// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/client_system.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/ascii_case.h"
#include "base/words.h"

namespace casweep::explain {
namespace {

// Exported by 'casweep explain': add, never rename.
constexpr auto system_words = base::words<ClientSystem>({
    {ClientSystem::unreported, "unreported"},
    {ClientSystem::unrecognised, "unrecognised"},
    {ClientSystem::other, "other"},
    {ClientSystem::before_xp, "before-xp"},
    {ClientSystem::xp_or_2003, "xp-or-2003"},
    {ClientSystem::later, "later"},
});
static_assert(system_words.keys().size() == client_systems);

/// ASCII only: product names are not translated, and "®" is not a letter.
std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), base::ascii_lower);
  return lowered;
}

/// By the words of a product's name. "Windows Server 2003" and "Windows® Storage Server 2003" both have "2003".
std::optional<ClientSystem> system_of_name(std::string_view name) {
  static constexpr std::array words{
      std::pair{std::string_view("windows nt"), ClientSystem::before_xp},
      std::pair{std::string_view("2000"), ClientSystem::before_xp},
      std::pair{std::string_view(" xp"), ClientSystem::xp_or_2003},
      std::pair{std::string_view("2003"), ClientSystem::xp_or_2003},
      std::pair{std::string_view("vista"), ClientSystem::later},
      std::pair{std::string_view("windows 7"), ClientSystem::later},
      std::pair{std::string_view("windows 8"), ClientSystem::later},
      std::pair{std::string_view("windows 1"), ClientSystem::later},  // 10, 11
      std::pair{std::string_view("2008"), ClientSystem::later},
      std::pair{std::string_view("201"), ClientSystem::later},  // 2012, 2016, 2019
      std::pair{std::string_view("202"), ClientSystem::later},
  };
  const auto* found =
      std::ranges::find_if(words, [name](const auto& word) { return name.find(word.first) != std::string_view::npos; });
  if (found == words.end()) return std::nullopt;
  return found->second;
}

/// By the Windows NT version at the start of "5.1 (2600)".
std::optional<ClientSystem> system_of_version(std::string_view version) {
  unsigned major = 0;
  unsigned minor = 0;
  const char* end = version.data() + version.size();
  const auto [point, wrong_major] = std::from_chars(version.data(), end, major);
  if (wrong_major != std::errc() || point == end || *point != '.') return std::nullopt;
  const auto [rest, wrong_minor] = std::from_chars(point + 1, end, minor);
  if (wrong_minor != std::errc() || (rest != end && *rest != ' ') || major == 0) return std::nullopt;
  if (major < 5 || (major == 5 && minor == 0)) return ClientSystem::before_xp;
  return major == 5 ? ClientSystem::xp_or_2003 : ClientSystem::later;
}

}  // namespace

std::span<const ClientSystem> all_client_systems() { return system_words.keys(); }
std::string_view word_of(ClientSystem system) { return system_words.word_of(system); }

ClientSystem client_system_of(std::string_view operating_system, std::string_view version) {
  if (operating_system.empty()) return ClientSystem::unreported;
  const std::string name = lower(operating_system);
  const bool windows = name.find("windows") != std::string::npos || name.find("hyper-v server") != std::string::npos;
  if (!windows) return ClientSystem::other;

  const auto by_name = system_of_name(name);
  const auto by_version = system_of_version(version);
  if (by_name && by_version) return std::min(*by_name, *by_version);
  return by_name ? *by_name : by_version.value_or(ClientSystem::unrecognised);
}

}  // namespace casweep::explain
