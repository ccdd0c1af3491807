// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_registry.h"
#include "winreg/remote_registry.h"

namespace casweep::assess {

using namespace test;
namespace {

RegistryFacts facts_with(std::optional<winreg::RegistryValue> interface_flags) {
  RegistryFacts facts;
  facts.matched_by = KeyMatchedBy::certificate_hash;
  facts.interface_flags = std::move(interface_flags);
  return facts;
}

Judgement judge_flags(std::uint32_t bits) { return judge(facts_with(dword(bits))); }

Judgement judge_on(std::string_view host, std::optional<std::string> server_name, std::uint32_t bits) {
  Reading reading;
  reading.result = facts_with(dword(bits));
  reading.result->server_name = std::move(server_name);
  return judge(reading, host);
}

/// A cluster's passive node and a former host keep an unused key.
TEST(Judgement, KeyOfAnotherServerIsNeverCompliant) {
  for (const std::uint32_t bits : {0x641U, 0x49U}) {
    const Judgement judgement = judge_on("ca01.corp.example", "ca02.corp.example", bits);

    EXPECT_EQ(judgement.verdict, Verdict::unknown);
    EXPECT_EQ(judgement.reason, Reason::server_name_differs);
    EXPECT_EQ(judgement.interface_flags, std::nullopt);
    EXPECT_THAT(judgement.detail, testing::HasSubstr("ca01.corp.example"));
    EXPECT_THAT(judgement.detail, testing::HasSubstr("ca02.corp.example"));
  }
}

TEST(Judgement, KeyOfAnotherServerStaysNotEnforced) {
  const Judgement judgement = judge_on("ca01.corp.example", "ca02.corp.example", 0x441);

  EXPECT_EQ(judgement.verdict, Verdict::not_enforced);
  EXPECT_EQ(judgement.reason, Reason::flag_clear);
  EXPECT_THAT(judgement.detail, testing::HasSubstr("CAServerName in the host's registry is \"ca02.corp.example\""));
}

TEST(Judgement, ShortServerNameChangesNothing) {
  for (const char* name : {"ca01", "CA01", "ca01.corp.example", "CA01.Corp.Example", "ca01.corp.example."}) {
    EXPECT_EQ(judge_on("ca01.corp.example", name, 0x641).verdict, Verdict::enforced) << name;
    EXPECT_EQ(judge_on("CA01", name, 0x641).verdict, Verdict::enforced) << name;
  }
  EXPECT_EQ(judge_on("ca01.corp.example", std::nullopt, 0x641).verdict, Verdict::enforced);
}

TEST(Judgement, FailureIsNotChangedByTheServerName) {
  Reading reading;
  reading.result = tl::unexpected(ReadFailure{.reason = Reason::timed_out, .detail = "why", .error = {}});
  EXPECT_EQ(judge(reading, "ca01").reason, Reason::timed_out);
}

TEST(Judgement, SetFlagIsEnforced) {
  for (const std::uint32_t bits : {0x641U, 0x241U, 0x200U, 0x1200U, 0xFFFFFFF7U}) {
    EXPECT_EQ(judge_flags(bits).verdict, Verdict::enforced) << std::hex << bits;
    EXPECT_EQ(judge_flags(bits).reason, Reason::flag_set);
  }
}

TEST(Judgement, ClearFlagIsNotEnforced) {
  for (const std::uint32_t bits : {0x41U, 0x441U, 0x0U, 0x1441U}) {
    EXPECT_EQ(judge_flags(bits).verdict, Verdict::not_enforced) << std::hex << bits;
    EXPECT_EQ(judge_flags(bits).reason, Reason::flag_clear);
  }
}

TEST(Judgement, RpcEnrollmentOffIsNotExposedRegardlessOfOtherFlags) {
  for (const std::uint32_t bits : {0x8U, 0x49U, 0x649U, 0x208U}) {
    EXPECT_EQ(judge_flags(bits).verdict, Verdict::not_exposed) << std::hex << bits;
    EXPECT_EQ(judge_flags(bits).reason, Reason::rpc_enrollment_off);
  }
}

/// [MS-ICPR] 3.2.4.1.1: on ICertPassage IF_NOREMOTEICERTREQUEST is ignored.
TEST(Judgement, NoRemoteRequestsOverDcomChangesNothing) {
  EXPECT_EQ(judge_flags(0x43).verdict, Verdict::not_enforced);
  EXPECT_EQ(judge_flags(0x47).verdict, Verdict::not_enforced);
  EXPECT_EQ(judge_flags(0x643).verdict, Verdict::enforced);
}

/// Every combination of the bits that decide and those that do not.
TEST(Judgement, OnlyTwoBitsDecide) {
  for (std::uint32_t bits = 0; bits < 0x4000; ++bits) {
    const Verdict expected = (bits & 0x8) != 0     ? Verdict::not_exposed
                             : (bits & 0x200) != 0 ? Verdict::enforced
                                                   : Verdict::not_enforced;
    ASSERT_EQ(judge_flags(bits).verdict, expected) << std::hex << bits;
  }
}

TEST(Judgement, AbsentValueIsNotEnforced) {
  const Judgement judgement = judge(facts_with(std::nullopt));

  EXPECT_EQ(judgement.verdict, Verdict::not_enforced);
  EXPECT_EQ(judgement.reason, Reason::value_absent);  // [MS-CSRA] <15>: no interface flags in effect
  EXPECT_EQ(judgement.interface_flags, std::nullopt);
}

/// An uninstalled CA may leave an empty key behind, which does not mean that encryption is off.
TEST(Judgement, AbsentValueInAKeyMatchedOnlyByItsNameIsUnknown) {
  RegistryFacts facts = facts_with(std::nullopt);
  facts.matched_by = KeyMatchedBy::key_name;

  EXPECT_EQ(judge(facts).verdict, Verdict::unknown);
  EXPECT_EQ(judge(facts).reason, Reason::ca_key_not_found);
}

TEST(Judgement, AnythingButADwordIsUnknown) {
  const std::vector<winreg::RegistryValue> malformed{
      text("0x641"),
      text("1601"),
      {3, {0x41, 0x06, 0, 0}},
      {4, {}},
      {4, {0x41, 0x06}},
      {4, {0x41, 6, 0, 0, 0}},
      {5, {0, 0, 6, 0x41}},
      {11, {0x41, 6, 0, 0, 0, 0, 0, 0}},
      {0, {}},
      {0x1234, {0x41, 6, 0, 0}},
  };
  for (const winreg::RegistryValue& value : malformed) {
    const Judgement judgement = judge(facts_with(value));
    EXPECT_EQ(judgement.verdict, Verdict::unknown) << value.type;
    EXPECT_EQ(judgement.reason, Reason::value_malformed);
    EXPECT_EQ(judgement.interface_flags, std::nullopt);
  }
}

TEST(Judgement, NamesTheTypeOfAMalformedValue) {
  EXPECT_THAT(judge(facts_with(text("0x641"))).detail, testing::HasSubstr("REG_SZ of 12 bytes"));
}

class JudgementOfFailure : public testing::TestWithParam<Reason> {};

/// The mistake this product must not make: treating "could not read" as "flag is clear".
TEST_P(JudgementOfFailure, IsAlwaysUnknown) {
  const Judgement judgement = judge(ReadFailure{.reason = GetParam(), .detail = "why", .error = {}});

  EXPECT_EQ(judgement.verdict, Verdict::unknown);
  EXPECT_EQ(judgement.reason, GetParam());
  EXPECT_EQ(judgement.detail, "why");
  EXPECT_EQ(judgement.interface_flags, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(EveryReason, JudgementOfFailure,
                         testing::ValuesIn(all_reasons().begin(), all_reasons().end()));

TEST(Judgement, DefaultReadingIsUnknown) {
  EXPECT_EQ(judge(Reading{}).verdict, Verdict::unknown);
  EXPECT_EQ(Judgement{}.verdict, Verdict::unknown);
}

}  // namespace
}  // namespace casweep::assess
