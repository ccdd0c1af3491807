// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace casweep::cli {

enum class Existing { keep, replace };

/// Makes `file` with `content`, complete and on the disk or not at all. A file that is there already is kept, and that
/// is a CommandError (file), or replaced; anything that is not a regular file is always kept.
void write_output_file(const std::filesystem::path& file, std::string_view content, Existing existing);

}  // namespace casweep::cli
