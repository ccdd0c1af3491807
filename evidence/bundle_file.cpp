// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle_file.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <system_error>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

EvidenceError unreadable(const std::filesystem::path& file) {
  return {EvidenceError::Kind::unreadable,
          fmt::format("'{}' cannot be read: check its disk, then try again.", file.string())};
}

}  // namespace

std::uint64_t BundleFile::size() const {
  if (from.empty()) return content.size();
  std::error_code error;
  const auto size = std::filesystem::file_size(from, error);
  if (error) throw unreadable(from);
  return size;
}

void BundleFile::read(const std::function<void(std::string_view piece)>& take) const {
  if (from.empty()) return take(content);
  std::ifstream file(from, std::ios::binary);
  std::array<char, 65536> piece{};
  while (file.read(piece.data(), piece.size()), file.gcount() > 0) {
    take({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (!file.eof()) throw unreadable(from);
}

}  // namespace casweep::evidence
