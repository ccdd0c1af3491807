// SPDX-License-Identifier: GPL-3.0-or-later

#include "report/words/decision_text.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace casweep::report {
namespace {

TEST(StatusTitle, IsThatOfSecureScore) {
  EXPECT_EQ(title_of(history::Status::to_address), "To address");
  EXPECT_EQ(title_of(history::Status::third_party), "Resolved through third party");
  EXPECT_EQ(title_of(history::Status::alternate_mitigation), "Resolved through alternate mitigation");
}

TEST(StatusText, NamesADecisionThatAScanEnded) {
  history::CaSummary ca{.object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{})};
  ca.decisions = {{.object_guid = ca.object_guid,
                   .status = history::Status::third_party,
                   .until = base::Instant{} + std::chrono::hours{2},
                   .set_at = base::Instant{}}};
  EXPECT_EQ(status_text(ca, base::Instant{}), "To address");
  ca.story.findings = {{.scan = 7, .at = base::Instant{} + std::chrono::hours{1}}};
  EXPECT_EQ(status_text(ca, base::Instant{}), "To address (Resolved through third party ended with scan 7)");
}

TEST(StatusText, NamesNoScanThatCameAfterTheEnd) {
  history::CaSummary ca{.object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{})};
  ca.decisions = {{.object_guid = ca.object_guid,
                   .status = history::Status::third_party,
                   .until = base::Instant{} + std::chrono::hours{1},
                   .set_at = base::Instant{}}};
  ca.story.findings = {{.scan = 7, .at = base::Instant{} + std::chrono::hours{2}}};
  EXPECT_EQ(status_text(ca, base::Instant{} + std::chrono::hours{3}), "To address");
}

TEST(StatusText, SaysSinceWhenNothingVerifiesACompliantCa) {
  history::CaSummary ca{.object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{})};
  ca.known = history::Answer{.read_at = base::Instant{}, .judged = {.verdict = assess::Verdict::enforced}};
  ca.last = history::Answer{.judged = {.verdict = assess::Verdict::unknown}};
  EXPECT_EQ(status_text(ca, base::Instant{}), "Not verified since 1970-01-01");
  ca.known->judged.verdict = assess::Verdict::not_enforced;
  EXPECT_EQ(status_text(ca, base::Instant{}), "To address");
}

}  // namespace
}  // namespace casweep::report
