// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/read_failure.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::assess {
namespace {

using FailureKind = winreg::RegistryFailureKind;

TEST(ReadFailureOfARegistry, KeepsItsDetailAndError) {
  const winreg::RegistryFailure failure{
      FailureKind::access_denied, "Not for you.", {"ntstatus", 0xC0000022, "STATUS_X"}};

  EXPECT_EQ(read_failure_of(failure), (ReadFailure{Reason::access_denied, failure.detail, failure.error}));
}

TEST(ReadFailureOfARegistry, HasADistinctReasonForEachKind) {
  std::set<Reason> reasons;
  for (int kind = 0; kind <= static_cast<int>(FailureKind::value_malformed); ++kind) {
    EXPECT_TRUE(reasons.insert(read_failure_of({static_cast<FailureKind>(kind), {}, {}}).reason).second) << kind;
  }
}

}  // namespace
}  // namespace casweep::assess
