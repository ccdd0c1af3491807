// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_failure_internal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldap.h>

namespace casweep::discovery {
namespace {

using Kind = DirectoryErrorKind;
using testing::HasSubstr;

constexpr auto server = "ldap://dc1.corp.example";
constexpr auto account = "auditor@CORP.EXAMPLE";

TEST(LdapFailure, KeepsTheCode) { EXPECT_EQ(ldap_failure(LDAP_BUSY, "", server, account).ldap_result, LDAP_BUSY); }

TEST(LdapFailure, NamesTheServer) {
  for (int result = -17; result < 130; ++result) {
    if (result == LDAP_SUCCESS) continue;
    EXPECT_THAT(ldap_failure(result, "", server, account).message, HasSubstr(server)) << result;
  }
}

TEST(LdapFailure, OfARefusedBindSaysWhy) {
  const auto refusal = [](const char* data) {
    return ldap_failure(
        LDAP_INVALID_CREDENTIALS,
        std::string("80090308: LdapErr: DSID-0C09050F, comment: AcceptSecurityContext error, data ") + data + ", v4563",
        server, account);
  };
  EXPECT_THAT(refusal("52e").message, HasSubstr("password is wrong"));
  EXPECT_THAT(refusal("532").message, HasSubstr("password has expired"));
  EXPECT_THAT(refusal("533").message, HasSubstr("disabled"));
  EXPECT_THAT(refusal("775").message, HasSubstr("locked out"));
  EXPECT_EQ(refusal("775").kind, Kind::credentials_refused);
  EXPECT_EQ(refusal("999").kind, Kind::credentials_refused);
}

TEST(LdapFailure, OfAMissingChannelBindingIsAboutProtection) {
  const auto failure =
      ldap_failure(LDAP_INVALID_CREDENTIALS, "80090346: LdapErr: DSID-0C090574, data 80090346, v4563", server, account);

  EXPECT_EQ(failure.kind, Kind::protection_refused);
}

TEST(LdapFailure, OfAnInvalidTokenIsNotAboutTheAccount) {
  const auto failure = ldap_failure(
      LDAP_INVALID_CREDENTIALS,
      "80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data 57, v4563", server, account);

  EXPECT_EQ(failure.kind, Kind::protection_refused);
  EXPECT_THAT(failure.message, HasSubstr("require channel binding or signing"));
  EXPECT_THAT(failure.message, Not(HasSubstr("check the account")));
}

TEST(LdapFailure, OfStrongAuthRequiredIsAboutProtection) {
  EXPECT_EQ(ldap_failure(LDAP_STRONG_AUTH_REQUIRED, "00002028", server, account).kind, Kind::protection_refused);
}

TEST(LdapFailure, ShowsNoEscapeSequenceOfTheServer) {
  EXPECT_THAT(ldap_failure(LDAP_OTHER, "\x1b[2J", server, account).message, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace casweep::discovery
