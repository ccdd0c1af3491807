// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/decision_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace casweep::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string decisions_at(std::size_t columns) {
  const base::Instant now{};
  history::CaSummary ca{.object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}),
                        .identity = {.common_name = "Contoso Issuing CA 02"}};
  ca.status = history::Status::risk_accepted;
  ca.decisions = {{.object_guid = ca.object_guid,
                   .status = history::Status::risk_accepted,
                   .reason = "Scanners of the plant need it until they are replaced next spring",
                   .approver = "J. Doe, CISO",
                   .until = now + std::chrono::days{40},
                   .ticket = "CHG-4711"}};
  std::ostringstream out;
  write_decisions_table(out, std::vector{ca}, now, {.unicode = false, .columns = columns});
  return out.str();
}

TEST(DecisionTable, DropsReasonTicketAndApproverBeforeItCutsTheCaOrItsStatus) {
  const std::string narrow = decisions_at(80);
  EXPECT_THAT(narrow, HasSubstr("Contoso Issuing CA 02  "));
  EXPECT_THAT(narrow, HasSubstr("Risk accepted until 1970-02-10"));
  EXPECT_THAT(narrow, HasSubstr("Not shown at this width: "));
  EXPECT_THAT(narrow, Not(HasSubstr("Scanners")));
  EXPECT_THAT(decisions_at(0), HasSubstr("J. Doe, CISO  CHG-4711  Scanners of the plant need it until they are"));
}

}  // namespace
}  // namespace casweep::report
