// SPDX-License-Identifier: GPL-3.0-or-later
#include <ldap.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/ascii_case.h"
#include "discovery/distinguished_name.h"
#include "discovery/ldap_library_internal.h"

namespace casweep::discovery {

namespace {

/// Where the first relative distinguished name of `text` ends: at a comma that no backslash escapes (RFC 4514 2.4).
std::size_t end_of_first(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      return i;
    }
  }
  return std::string_view::npos;
}

struct FreeDn {
  void operator()(LDAPRDN* name) const { ldap_dnfree(name); }
};

}  // namespace

std::string parent_of(std::string_view distinguished_name) {
  const auto end = end_of_first(distinguished_name);
  return end == std::string_view::npos ? std::string() : std::string(distinguished_name.substr(end + 1));
}

std::string first_value_of(std::string_view distinguished_name) {
  const std::string first(distinguished_name.substr(0, end_of_first(distinguished_name)));
  LDAPDN made = nullptr;
  const int result = ldap_str2dn(first.c_str(), &made, LDAP_DN_FORMAT_LDAPV3);
  const std::unique_ptr<LDAPRDN, FreeDn> name(made);
  if (result != LDAP_SUCCESS || !name || name.get()[0] == nullptr || name.get()[0][0] == nullptr) return {};
  const berval& value = name.get()[0][0]->la_value;
  return {value.bv_val, value.bv_len};
}

std::string in_lower_case(std::string_view text) {
  std::string lower;
  std::ranges::transform(text, std::back_inserter(lower), base::ascii_lower);
  return lower;
}

}  // namespace casweep::discovery
