// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/interface_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace casweep::assess {
namespace {

#define CASWEEP_FLAG(name) \
  std::pair<std::uint32_t, std::string_view> { name, #name }
constexpr std::array flag_names{
    CASWEEP_FLAG(IF_LOCKICERTREQUEST),         CASWEEP_FLAG(IF_NOREMOTEICERTREQUEST),
    CASWEEP_FLAG(IF_NOLOCALICERTREQUEST),      CASWEEP_FLAG(IF_NORPCICERTREQUEST),
    CASWEEP_FLAG(IF_NOREMOTEICERTADMIN),       CASWEEP_FLAG(IF_NOLOCALICERTADMIN),
    CASWEEP_FLAG(IF_NOREMOTEICERTADMINBACKUP), CASWEEP_FLAG(IF_NOLOCALICERTADMINBACKUP),
    CASWEEP_FLAG(IF_NOSNAPSHOTBACKUP),         CASWEEP_FLAG(IF_ENFORCEENCRYPTICERTREQUEST),
    CASWEEP_FLAG(IF_ENFORCEENCRYPTICERTADMIN), CASWEEP_FLAG(IF_ENABLEEXITKEYRETRIEVAL),
    CASWEEP_FLAG(IF_ENABLEADMINASAUDITOR),
};
#undef CASWEEP_FLAG

}  // namespace

std::string InterfaceFlags::to_string() const { return fmt::format("{:#x}", bits_); }

std::vector<std::string> InterfaceFlags::names() const {
  std::vector<std::string> names;
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1) {
    if (!has(bit)) continue;
    const auto* known = std::ranges::find(flag_names, bit, [](const auto& pair) { return pair.first; });
    names.push_back(known == flag_names.end() ? fmt::format("{:#x}", bit) : std::string(known->second));
  }
  return names;
}

}  // namespace casweep::assess
