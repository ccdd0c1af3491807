// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "logon/kerberos_codes_internal.h"

namespace casweep::logon {
namespace {

using Kind = LogonErrorKind;
using With = KerberosRequest::With;
using testing::HasSubstr;

LogonError failure_of(krb5_error_code code, With with = With::password) {
  return kerberos_failure(
      code, "text of the library",
      {.with = with, .principal = "auditor@CORP.EXAMPLE", .source = "/etc/auditor.keytab", .service = {}});
}

TEST(KerberosFailure, OfARefusedPasswordIsAboutTheAccount) {
  for (const auto code : {KRB5KDC_ERR_PREAUTH_FAILED, KRB5KRB_AP_ERR_BAD_INTEGRITY, KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN,
                          KRB5KDC_ERR_KEY_EXP, KRB5KDC_ERR_CLIENT_REVOKED, KRB5KDC_ERR_POLICY}) {
    EXPECT_EQ(failure_of(static_cast<krb5_error_code>(code)).kind, Kind::credentials_refused) << code;
    EXPECT_THAT(failure_of(static_cast<krb5_error_code>(code)).message, HasSubstr("auditor@CORP.EXAMPLE")) << code;
  }
}

TEST(KerberosFailure, OfARefusedKeyNamesTheKeytab) {
  EXPECT_THAT(failure_of(KRB5KDC_ERR_PREAUTH_FAILED, With::keytab).message, HasSubstr("/etc/auditor.keytab"));
}

TEST(KerberosFailure, ReportsAKdcWithoutAes) {
  for (const auto code : {KRB5KDC_ERR_ETYPE_NOSUPP, KRB5_CONFIG_ETYPE_NOSUPP}) {
    EXPECT_THAT(failure_of(static_cast<krb5_error_code>(code)).message, HasSubstr("AES"));
    EXPECT_EQ(failure_of(static_cast<krb5_error_code>(code), With::keytab).kind, Kind::kerberos_failed);
  }
}

TEST(KerberosFailure, OfAnUnreachableKdcIsNotAboutTheAccount) {
  EXPECT_EQ(failure_of(KRB5_KDC_UNREACH).kind, Kind::kdc_unreachable);
  EXPECT_EQ(failure_of(KRB5_REALM_UNKNOWN).kind, Kind::name_not_resolved);
}

TEST(KerberosFailure, ReportsClockSkew) {
  for (const auto code : {KRB5KRB_AP_ERR_SKEW, KRB5_KDCREP_SKEW}) {
    EXPECT_EQ(failure_of(static_cast<krb5_error_code>(code)).kind, Kind::kerberos_failed);
    EXPECT_THAT(failure_of(static_cast<krb5_error_code>(code)).message, HasSubstr("clock"));
  }
}

TEST(KerberosFailure, OfAKeytabIsACredentialsError) {
  for (const krb5_error_code code :
       {krb5_error_code{ENOENT}, krb5_error_code{EACCES}, krb5_error_code{KRB5_KT_NOTFOUND}}) {
    EXPECT_EQ(failure_of(code, With::keytab).kind, Kind::kerberos_failed) << code;
    EXPECT_THAT(failure_of(code, With::keytab).message, HasSubstr("Keytab /etc/auditor.keytab")) << code;
  }
  EXPECT_THAT(failure_of(ENOENT).message, Not(HasSubstr("Keytab")));
}

TEST(KerberosFailure, NamesAnUnknownService) {
  KerberosRequest request{.principal = "auditor@CORP.EXAMPLE", .source = {}, .service = "cifs/ca01.corp.example"};
  EXPECT_THAT(kerberos_failure(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, {}, request).message,
              HasSubstr("does not know the service cifs/ca01.corp.example;"));
  EXPECT_EQ(kerberos_failure(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, {}, request).kind, Kind::service_unknown);
  request.service.clear();
  EXPECT_THAT(kerberos_failure(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, {}, request).message,
              HasSubstr("does not know the service krbtgt of that realm"));
}

/// The KDC refuses the host's service, and no domain controller was asked for.
TEST(KerberosFailure, OfAServiceIsAboutThatService) {
  const KerberosRequest request{.principal = "auditor@CORP.EXAMPLE", .source = {}, .service = "cifs/ca01.corp.example"};
  for (const KerberosCode& known : kerberos_service_codes()) {
    const LogonError error = kerberos_failure(known.code, {}, request);
    EXPECT_THAT(error.message, HasSubstr("cifs/ca01.corp.example")) << known.code;
    EXPECT_THAT(error.message, Not(HasSubstr("domain controller"))) << known.code;
    EXPECT_NE(error.kind, Kind::credentials_refused) << known.code;
  }
  EXPECT_THAT(kerberos_failure(KRB5_BADMSGTYPE, "text", request).message, HasSubstr("cifs/ca01.corp.example: text"));
}

TEST(KerberosFailure, OfNoCommonEncryptionSaysWhoseTypesDiffer) {
  const KerberosRequest request{.principal = "auditor@CORP.EXAMPLE", .source = {}, .service = "cifs/ca01.corp.example"};
  EXPECT_THAT(kerberos_failure(KRB5KDC_ERR_ETYPE_NOSUPP, {}, request).message,
              HasSubstr("the account with this service allows only other types"));
  EXPECT_THAT(kerberos_failure(KRB5_CONFIG_ETYPE_NOSUPP, {}, request).message, HasSubstr("This machine's"));
}

TEST(KerberosFailure, OfAKeytabNamesBothCauses) {
  EXPECT_THAT(failure_of(KRB5KDC_ERR_PREAUTH_FAILED, With::keytab).message,
              AllOf(HasSubstr("the password was changed"), HasSubstr("another salt")));
}

TEST(KerberosFailure, KeepsTheCode) {
  EXPECT_EQ(failure_of(KRB5KDC_ERR_KEY_EXP).krb5_code, KRB5KDC_ERR_KEY_EXP);
  EXPECT_EQ(failure_of(KRB5_BADMSGTYPE).krb5_code, KRB5_BADMSGTYPE);
  EXPECT_EQ(kdc_is_silent("auditor@CORP.EXAMPLE").krb5_code, 0);
}

TEST(KerberosFailure, OfAnUnknownCodeKeepsTheLibrarysText) {
  EXPECT_EQ(failure_of(KRB5_BADMSGTYPE).kind, Kind::kerberos_failed);
  EXPECT_THAT(failure_of(KRB5_BADMSGTYPE).message, HasSubstr("text of the library"));
}

/// setspn takes a service without its realm.
TEST(KerberosFailure, OfAServiceOnSeveralAccountsShowsACommandThatWorks) {
  const auto failure = kerberos_failure(static_cast<krb5_error_code>(KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE), "",
                                        {.principal = {}, .source = {}, .service = "cifs/ca01@CORP.EXAMPLE"});
  EXPECT_THAT(failure.message, HasSubstr("setspn -Q cifs/ca01 and"));
}

}  // namespace
}  // namespace casweep::logon
