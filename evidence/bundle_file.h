// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace casweep::evidence {

/// A file of a bundle: its content, or the path of its content if that is too large for memory.
struct BundleFile {
  std::string name;  ///< "raw/….json"
  std::string content{};
  std::filesystem::path from{};

  [[nodiscard]] std::uint64_t size() const;

  /// Passes the content to `take`, piece by piece. Throws EvidenceError (unreadable).
  void read(const std::function<void(std::string_view piece)>& take) const;
};

}  // namespace casweep::evidence
