// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace casweep::evidence {

/// A file that goes into a bundle: its content, or where that is if it is too much for memory.
struct BundleFile {
  std::string name;  ///< "raw/….json"
  std::string content{};
  std::filesystem::path from{};

  [[nodiscard]] std::uint64_t size() const;

  /// Gives the content away, a piece at a time. Throws EvidenceError (unreadable).
  void read(const std::function<void(std::string_view piece)>& take) const;
};

}  // namespace casweep::evidence
