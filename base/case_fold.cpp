// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/case_fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/ascii_case.h"

namespace casweep::base {

std::string case_folded(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const utf8proc_ssize_t size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size >= 0) return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), ascii_lower);
  return folded;
}

}  // namespace casweep::base
