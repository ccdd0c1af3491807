// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace casweep::base {

/// Whether only root and this account can decide what `file` holds: the file, every symbolic link on the way to it and
/// every folder that contains one of these belong to one of the two, and neither a group nor others can write to them
/// (except a folder with the sticky bit, like /tmp). `descriptor` is the open file. Pipes and terminals are judged only
/// by their owner. The error says what others can change, and why: "/etc/x.conf belongs to the user with ID 1001".
[[nodiscard]] tl::expected<void, std::string> require_trusted(const std::string& file, int descriptor);

/// The same for a file that a library opens by its name. The library reports a file that cannot be opened.
[[nodiscard]] tl::expected<void, std::string> require_trusted(const std::string& file);

}  // namespace casweep::base
