// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/asn1_time.h"

#include <openssl/asn1.h>

#include <ctime>

namespace casweep::base {

std::optional<std::chrono::sys_seconds> instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

}  // namespace casweep::base
