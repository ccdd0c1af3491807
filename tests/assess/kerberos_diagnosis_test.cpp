// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/kerberos_diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace casweep::assess {
namespace {

using namespace std::chrono_literals;
using logon::LogonError;
using logon::LogonErrorKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

LogonError unknown(const std::string& service) {
  return {LogonErrorKind::service_unknown, "The KDC does not know the service " + service + "; do something.", 0,
          service};
}

const KerberosFindings ticket_refused{.host = "pki.corp.example", .address = "192.0.2.7", .clock_lead = 3s};

TEST(KerberosDiagnosis, OfAnUnknownServiceNamesItAndBothWaysOut) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_smb_ticket = unknown("cifs/pki.corp.example@CORP.EXAMPLE");

  EXPECT_EQ(kerberos_diagnosis(findings),
            "The KDC does not know the service cifs/pki.corp.example@CORP.EXAMPLE. Correct dNSHostName, or register "
            "cifs/pki.corp.example and host/pki.corp.example on the account of the CA's host (setspn -S).");
}

TEST(KerberosDiagnosis, OfAnAliasNamesTheHost) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_smb_ticket = unknown("cifs/pki.corp.example");
  findings.alias_of = "ca03.corp.example";

  EXPECT_THAT(kerberos_diagnosis(findings), AllOf(HasSubstr("does not know the service cifs/pki.corp.example."),
                                                  HasSubstr("pki.corp.example is an alias of ca03.corp.example in DNS"),
                                                  HasSubstr("write ca03.corp.example into dNSHostName")));
}

/// The host was never asked, so its clock and its name in DNS have nothing to do with it.
TEST(KerberosDiagnosis, OfARefusalByTheKdcIsTheKdcs) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_smb_ticket =
      LogonError{LogonErrorKind::kerberos_failed, "The KDC has no encryption type.", 0, "cifs/x"};
  findings.clock_lead = 20min;
  findings.name_of_address = "ca02.corp.example";

  EXPECT_EQ(kerberos_diagnosis(findings), "The KDC has no encryption type.");
}

TEST(KerberosDiagnosis, OfTheClockSaysByHowMuchItDiffers) {
  KerberosFindings findings = ticket_refused;
  findings.clock_lead = 20min + 10s;
  EXPECT_THAT(kerberos_diagnosis(findings),
              HasSubstr("The clock of pki.corp.example is 20 min ahead of this machine's clock"));
  findings.clock_lead = -61min;
  EXPECT_THAT(kerberos_diagnosis(findings), HasSubstr("is 61 min behind this machine's clock"));
  for (const auto lead : {-5min, 5min}) {
    findings.clock_lead = lead;
    EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("clock")));
  }
}

TEST(KerberosDiagnosis, OfATicketNearItsEndIsTheTickets) {
  KerberosFindings findings = ticket_refused;
  findings.ticket_left = 299s;
  EXPECT_THAT(kerberos_diagnosis(findings), AllOf(HasSubstr("ends in 299 s"), HasSubstr("kinit")));
  findings.ticket_left = 300s;
  EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("kinit")));
}

TEST(KerberosDiagnosis, OfARefusalByTheHostNamesTheAddress) {
  EXPECT_THAT(kerberos_diagnosis(ticket_refused),
              AllOf(HasSubstr("The KDC gave a ticket for cifs/pki.corp.example, but the host at 192.0.2.7 did not"),
                    HasSubstr("setspn -Q cifs/pki.corp.example"), Not(HasSubstr("in DNS it is"))));
  KerberosFindings findings = ticket_refused;
  findings.name_of_address = "ca02.corp.example";
  EXPECT_THAT(kerberos_diagnosis(findings), HasSubstr("(in DNS it is ca02.corp.example)"));
}

TEST(KerberosDiagnosis, OfAMissingServiceForRpcNamesThatOne) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_rpc_ticket = unknown("host/pki.corp.example@CORP.EXAMPLE");
  findings.host_refused = false;

  EXPECT_TRUE(findings.kdc.know_only_smb());
  EXPECT_THAT(kerberos_diagnosis(findings),
              HasSubstr("knows the service cifs/pki.corp.example, but not host/pki.corp.example@CORP.EXAMPLE"));
}

/// The ticket for SMB was sent to the host, which did not accept it: RPC's was not needed yet.
TEST(KerberosDiagnosis, OfARefusalByTheHostIsNotAboutRpc) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_rpc_ticket = unknown("host/pki.corp.example@CORP.EXAMPLE");

  EXPECT_THAT(kerberos_diagnosis(findings), HasSubstr("the host at 192.0.2.7 did not accept it"));
}

TEST(KerberosDiagnosis, OnlyAnUnknownServiceForRpcIsReplaced) {
  KdcAnswers answers;
  EXPECT_FALSE(answers.know_only_smb());
  answers.no_rpc_ticket = LogonError{LogonErrorKind::kdc_unreachable, "No KDC answered.", 0, "host/x"};
  EXPECT_FALSE(answers.know_only_smb());
  answers = {unknown("cifs/x"), unknown("host/x")};
  EXPECT_FALSE(answers.know_only_smb());
}

TEST(KerberosDiagnosis, OfASilentKdcNamesTheServiceAndTheAccount) {
  EXPECT_THAT(
      silent_kdc_diagnosis("ca03.corp.example", "auditor@CORP.EXAMPLE"),
      AllOf(HasSubstr("No KDC answered"), HasSubstr("cifs/ca03.corp.example"), HasSubstr("auditor@CORP.EXAMPLE")));
}

/// The lookups that look_into_kerberos() makes.
std::vector<std::string> lookups_for(KerberosFindings findings) {
  std::vector<std::string> stages;
  look_into_kerberos(findings, {}, std::chrono::steady_clock::now() + 5s,
                     [&](std::string_view stage) { stages.emplace_back(stage); });
  return stages;
}

/// Each lookup may take until the deadline.
TEST(KerberosDiagnosis, AsksNoSourceThatItDoesNotNeed) {
  const KerberosFindings local{.host = "localhost", .address = "127.0.0.1"};
  KerberosFindings refused = local;
  refused.kdc.no_smb_ticket = LogonError{LogonErrorKind::kerberos_failed, "No encryption type.", 0, "cifs/x"};
  EXPECT_THAT(lookups_for(refused), testing::IsEmpty());

  KerberosFindings unknown_service = local;
  unknown_service.kdc.no_smb_ticket = unknown("cifs/localhost");
  EXPECT_THAT(lookups_for(unknown_service), testing::ElementsAre(HasSubstr("alias")));

  KerberosFindings without_rpc = local;
  without_rpc.kdc.no_rpc_ticket = unknown("host/localhost");
  without_rpc.host_refused = false;
  EXPECT_THAT(lookups_for(without_rpc), testing::IsEmpty());

  EXPECT_THAT(lookups_for(local), testing::ElementsAre(HasSubstr("time"), HasSubstr("address")));
}

/// The resolver and the KDC are foreign.
TEST(KerberosDiagnosis, ShowsForeignTextSafely) {
  KerberosFindings findings = ticket_refused;
  findings.kdc.no_smb_ticket = unknown("cifs/pki");
  findings.alias_of = "evil\x1b[2J";
  findings.name_of_address = "evil\x1b[2J";

  EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("\x1b")));
  findings.kdc = {};
  EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("\x1b")));
}

TEST(KerberosDiagnosis, NeverSpeaksOfADomainController) {
  KerberosFindings findings = ticket_refused;
  EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("domain controller")));
  findings.kdc.no_smb_ticket = unknown("cifs/pki");
  EXPECT_THAT(kerberos_diagnosis(findings), Not(HasSubstr("domain controller")));
}

}  // namespace
}  // namespace casweep::assess
