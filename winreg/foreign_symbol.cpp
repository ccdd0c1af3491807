// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/foreign_symbol.h"

#include <netdb.h>

#include <cstring>

namespace casweep::winreg {

std::string_view win32_symbol(std::uint32_t error) {
  switch (error) {
    case 0x0:
      return "ERROR_SUCCESS";
    case 0x2:
      return "ERROR_FILE_NOT_FOUND";
    case 0x3:
      return "ERROR_PATH_NOT_FOUND";
    case 0x5:
      return "ERROR_ACCESS_DENIED";
    case 0x6:
      return "ERROR_INVALID_HANDLE";
    case 0x8:
      return "ERROR_NOT_ENOUGH_MEMORY";
    case 0x13:
      return "ERROR_WRITE_PROTECT";
    case 0x15:
      return "ERROR_NOT_READY";
    case 0x32:
      return "ERROR_NOT_SUPPORTED";
    case 0x57:
      return "ERROR_INVALID_PARAMETER";
    case 0x7A:
      return "ERROR_INSUFFICIENT_BUFFER";
    case 0xAA:
      return "ERROR_BUSY";
    case 0xEA:
      return "ERROR_MORE_DATA";
    case 0x102:
      return "WAIT_TIMEOUT";
    case 0x103:
      return "ERROR_NO_MORE_ITEMS";
    case 0x3EB:
      return "ERROR_CAN_NOT_COMPLETE";
    case 0x3F1:
      return "ERROR_BADDB";
    case 0x3F2:
      return "ERROR_BADKEY";
    case 0x3FA:
      return "ERROR_KEY_DELETED";
    default:
      return "";
  }
}

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

}  // namespace casweep::winreg
