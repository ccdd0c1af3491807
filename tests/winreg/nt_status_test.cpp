// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/nt_status.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::winreg {
namespace {

using logon::Logon;

TEST(NtStatus, IsUniqueInItsTableAndHasASentence) {
  for (const auto meanings :
       {connect_meanings(), kerberos_connect_meanings(), ntlm_connect_meanings(), call_meanings()}) {
    std::set<std::uint32_t> seen;
    for (const NtStatusMeaning& meaning : meanings) {
      EXPECT_TRUE(seen.insert(meaning.status).second) << std::hex << meaning.status;
      EXPECT_FALSE(meaning.sentence.empty()) << std::hex << meaning.status;
    }
  }
}

TEST(NtStatus, DistinguishesADisabledFromAStartingService) {
  EXPECT_EQ(meaning_of_connect(0xC0000034, Logon::kerberos).kind, RegistryFailureKind::remote_registry_unavailable);
  EXPECT_EQ(meaning_of_connect(STATUS_PIPE_NOT_AVAILABLE, Logon::kerberos).kind,
            RegistryFailureKind::remote_registry_not_starting);
  EXPECT_EQ(meaning_of_connect(STATUS_PIPE_BUSY, Logon::kerberos).kind,
            RegistryFailureKind::remote_registry_not_starting);
}

TEST(NtStatus, HasAnotherMeaningForALogonByNtlm) {
  constexpr std::uint32_t not_supported = 0xC00000BB;
  EXPECT_EQ(meaning_of_connect(not_supported, Logon::kerberos).kind, RegistryFailureKind::protocol_error);
  EXPECT_EQ(meaning_of_connect(not_supported, Logon::ntlm).kind, RegistryFailureKind::ntlm_blocked);
  constexpr std::uint32_t invalid_parameter = 0xC000000D;
  EXPECT_EQ(meaning_of_connect(invalid_parameter, Logon::kerberos).kind, RegistryFailureKind::kerberos_failed);
  EXPECT_EQ(meaning_of_connect(invalid_parameter, Logon::ntlm).kind, RegistryFailureKind::protocol_error);
  EXPECT_EQ(meaning_of_connect(0xC000006D, Logon::ntlm).kind, RegistryFailureKind::logon_refused);
}

/// Samba's client returns it if the KDC refuses a ticket: then the host was never asked.
TEST(NtStatus, OfARefusedLogonByKerberosAccusesNoSide) {
  constexpr std::uint32_t logon_failure = 0xC000006D;
  EXPECT_EQ(meaning_of_connect(logon_failure, Logon::kerberos).kind, RegistryFailureKind::kerberos_failed);
  EXPECT_EQ(meaning_of_connect(logon_failure, Logon::kerberos).sentence.find("refused"), std::string_view::npos);
}

TEST(NtStatus, OfAnEndedConnectionMayBeABlockOfNtlm) {
  for (const std::uint32_t status : {0xC000020CU, 0xC000020DU, 0xC00000B0U, 0xC000014BU}) {
    EXPECT_NE(meaning_of_connect(status, Logon::ntlm).sentence.find("scan with Kerberos"), std::string_view::npos);
    EXPECT_EQ(meaning_of_connect(status, Logon::kerberos).sentence.find("NTLM"), std::string_view::npos);
    EXPECT_EQ(meaning_of_connect(status, Logon::ntlm).kind, RegistryFailureKind::protocol_error);
  }
}

TEST(NtStatus, IsUnclassifiedByDefaultUntilThePipeIsOpen) {
  EXPECT_EQ(meaning_of_connect(0xC0001234, Logon::kerberos).kind, RegistryFailureKind::unclassified);
  EXPECT_EQ(meaning_of_call(0xC0001234).kind, RegistryFailureKind::protocol_error);
}

TEST(NtStatus, OfSilenceIsATimeoutAtEveryStep) {
  EXPECT_EQ(meaning_of_connect(0xC00000B5, Logon::kerberos).kind, RegistryFailureKind::timed_out);
  EXPECT_EQ(meaning_of_call(0xC00000B5).kind, RegistryFailureKind::timed_out);
}

/// NTLM requests no ticket, so no answer of the host is about one.
TEST(NtStatus, OfALogonByNtlmIsNeverAboutKerberos) {
  for (const NtStatusMeaning& meaning : connect_meanings()) {
    const auto by_ntlm = meaning_of_connect(meaning.status, Logon::ntlm);
    EXPECT_NE(by_ntlm.kind, RegistryFailureKind::kerberos_failed) << std::hex << meaning.status;
    for (const char* word : {"ticket", "KDC"})
      EXPECT_EQ(by_ntlm.sentence.find(word), std::string_view::npos) << by_ntlm.sentence;
  }
  EXPECT_EQ(meaning_of_connect(STATUS_NO_LOGON_SERVERS, Logon::ntlm).kind, RegistryFailureKind::logon_refused);
}

}  // namespace
}  // namespace casweep::winreg
