// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

// How a file or folder gets its name complete, or not at all: made beside it, and renamed.
namespace casweep::store {

/// A hidden name in the folder of `file`, of 64 random bits: what a killed process left is in nobody's way.
[[nodiscard]] std::filesystem::path temporary_name_beside(const std::filesystem::path& file);

/// Brings the name of `file`, made or renamed, to the disk, where the folder and its file system allow it.
void sync_name_of(const std::filesystem::path& file) noexcept;

}  // namespace casweep::store
