// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_codes_internal.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::logon {
namespace {

TEST(KerberosCodes, AreUniqueInTheirTable) {
  for (const auto codes : {kerberos_codes(), kerberos_service_codes()}) {
    std::set<krb5_error_code> seen;
    for (const KerberosCode& known : codes) EXPECT_TRUE(seen.insert(known.code).second) << known.code;
  }
}

TEST(KerberosCodes, HaveASentence) {
  for (const KerberosCode& known : kerberos_codes()) {
    EXPECT_FALSE(known.sentence.empty() && known.with_keytab.empty()) << known.code;
  }
}

}  // namespace
}  // namespace casweep::logon
