// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_codes_internal.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::discovery {
namespace {

TEST(LdapCodes, AreUniqueAndHaveASentence) {
  std::set<int> seen;
  for (const LdapCode& known : ldap_codes()) {
    EXPECT_TRUE(seen.insert(known.result).second) << known.result;
    EXPECT_FALSE(known.sentence.empty()) << known.result;
  }
}

TEST(LogonRefusals, AreUniqueAndHaveAMeaning) {
  std::set<std::string_view> seen;
  for (const LogonRefusal& refusal : logon_refusals()) {
    EXPECT_TRUE(seen.insert(refusal.data).second) << refusal.data;
    EXPECT_FALSE(refusal.meaning.empty()) << refusal.data;
  }
}

}  // namespace
}  // namespace casweep::discovery
