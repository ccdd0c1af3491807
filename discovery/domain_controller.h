// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casweep::discovery {

/// The domains that a domain controller called `host` may belong to, in the order to try them: the parent domains of
/// its name, nearest first, and then the account's own (a controller's DNS suffix may differ from its domain's name).
/// The server has no influence: it could name a domain in which it has registered its own service.
[[nodiscard]] std::vector<std::string> domains_of_controller(std::string_view host, std::string_view account_principal);

}  // namespace casweep::discovery
