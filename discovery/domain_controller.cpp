// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/domain_controller.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.h"
#include "base/host_name.h"

namespace casweep::discovery {

std::string normalized_host_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string normalized(name);
  std::ranges::transform(normalized, normalized.begin(), base::ascii_lower);
  return normalized;
}

bool same_host_name(std::string_view left, std::string_view right) {
  return normalized_host_name(left) == normalized_host_name(right);
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

std::vector<std::string> domains_of_controller(std::string_view host, std::string_view account_principal) {
  std::vector<std::string> domains;
  const auto add = [&](std::string domain) {
    if (base::is_host_name(domain) && std::ranges::find(domains, domain) == domains.end())
      domains.push_back(std::move(domain));
  };
  const std::string name = normalized_host_name(host);
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) add(name.substr(dot + 1));
  const auto at = account_principal.rfind('@');
  if (at != std::string_view::npos) add(normalized_host_name(account_principal.substr(at + 1)));
  return domains;
}

std::string realm_of_domain(std::string_view domain) {
  std::string realm = normalized_host_name(domain);
  std::ranges::transform(realm, realm.begin(), base::ascii_upper);
  return realm;
}

}  // namespace casweep::discovery
