// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/program_digest.h"

#include <array>
#include <fstream>

#include "base/sha256.h"

namespace casweep::base {

std::string program_sha256() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  if (!file) return {};
  Sha256 digest;
  std::array<char, 65536> piece{};
  while (file.read(piece.data(), piece.size()), file.gcount() > 0) {
    digest.update({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  return file.bad() ? std::string{} : to_hex(digest.finish());
}

}  // namespace casweep::base
