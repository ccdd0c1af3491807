// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace casweep::base {

/// Whether only root and this account can decide what `file` holds: the file, every symbolic link on the way to it and
/// every folder that one of these lies in belong to one of the two, and neither a group nor others may write them (a
/// folder with the sticky bit excepted, as /tmp is). `descriptor` is the file, open. Pipes and terminals are judged by
/// their owner alone. The error says which of them others may change, and how: "/etc/x.conf belongs to the user with ID
/// 1001".
[[nodiscard]] tl::expected<void, std::string> require_trusted(const std::string& file, int descriptor);

/// The same for a file that a library opens by its name. One that cannot be opened is the library's to complain about.
[[nodiscard]] tl::expected<void, std::string> require_trusted(const std::string& file);

}  // namespace casweep::base
