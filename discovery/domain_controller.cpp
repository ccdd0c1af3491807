// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/domain_controller.h"

#include <algorithm>
#include <utility>

#include "base/host_name.h"

namespace casweep::discovery {

std::vector<std::string> domains_of_controller(std::string_view host, std::string_view account_principal) {
  std::vector<std::string> domains;
  const auto add = [&](std::string domain) {
    if (base::is_host_name(domain) && std::ranges::find(domains, domain) == domains.end())
      domains.push_back(std::move(domain));
  };
  const std::string name = base::comparable_host_name(host);
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) add(name.substr(dot + 1));
  const auto at = account_principal.rfind('@');
  if (at != std::string_view::npos) add(base::comparable_host_name(account_principal.substr(at + 1)));
  return domains;
}

}  // namespace casweep::discovery
