// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casweep::discovery {

/// The domains that a domain controller called `host` may belong to, in the order to try them: those that its name lies
/// below, the nearest first, and then the account's own (a controller's DNS suffix may differ from its domain's name).
/// The server itself has no say in this: it could name a domain in which it has registered a service of its own.
[[nodiscard]] std::vector<std::string> domains_of_controller(std::string_view host, std::string_view account_principal);

}  // namespace casweep::discovery
