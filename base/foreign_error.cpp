// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/foreign_error.h"

#include <netdb.h>

#include <cstring>

namespace casweep::base {

std::string_view errno_symbol(int number) {
  const char* name = ::strerrorname_np(number);
  return name == nullptr ? std::string_view{} : name;
}

std::string_view resolver_symbol(int number) {
  switch (number) {
    case EAI_AGAIN:
      return "EAI_AGAIN";
    case EAI_FAIL:
      return "EAI_FAIL";
    case EAI_FAMILY:
      return "EAI_FAMILY";
    case EAI_MEMORY:
      return "EAI_MEMORY";
    case EAI_NODATA:
      return "EAI_NODATA";
    case EAI_NONAME:
      return "EAI_NONAME";
    case EAI_SYSTEM:
      return "EAI_SYSTEM";
    default:
      return "";
  }
}

}  // namespace casweep::base
