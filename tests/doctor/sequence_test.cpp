// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <vector>

namespace casweep::doctor {
namespace {

using testing::ElementsAre;

class SequenceTest : public testing::Test {
 protected:
  void run(Check check, const std::vector<Check>& needs, Outcome outcome = Outcome::ok) {
    sequence_.run(check, needs, [&] {
      made_.push_back(check);
      return Finding{.outcome = outcome};
    });
  }

  volatile std::sig_atomic_t signalled_ = 0;
  std::vector<Check> finished_;
  std::vector<Check> made_;
  Sequence sequence_{[&](const Step& step) { finished_.push_back(step.check); }, base::StopSignal(signalled_)};
};

TEST_F(SequenceTest, SkipsWhatNeedsAFailedCheckAndNamesTheCause) {
  run(Check::kdcs, {}, Outcome::failed);
  run(Check::kdc_ports, {Check::kdcs});
  run(Check::ticket, {Check::kdc_ports});
  run(Check::clocks, {});

  const auto steps = sequence_.take();

  EXPECT_THAT(made_, ElementsAre(Check::kdcs, Check::clocks));
  EXPECT_EQ(steps[1].finding.outcome, Outcome::skipped);
  EXPECT_EQ(steps[1].because_of, Check::kdcs);
  EXPECT_EQ(steps[2].because_of, Check::kdcs);  // what failed, not what was skipped
  EXPECT_EQ(steps[3].because_of, std::nullopt);
}

TEST_F(SequenceTest, GoesOnAfterAWarning) {
  run(Check::confinement, {}, Outcome::warning);
  run(Check::ca, {Check::confinement});
  EXPECT_THAT(made_, ElementsAre(Check::confinement, Check::ca));
}

TEST_F(SequenceTest, ANeedThatWasNotCheckedIsNoObstacle) {
  run(Check::ticket, {Check::kdc_ports});
  EXPECT_THAT(made_, ElementsAre(Check::ticket));
}

TEST_F(SequenceTest, ReportsEachStepWhenItIsDone) {
  run(Check::history, {}, Outcome::failed);
  run(Check::listing, {Check::history});
  EXPECT_THAT(finished_, ElementsAre(Check::history, Check::listing));
}

TEST_F(SequenceTest, EndsWithASignal) {
  run(Check::history, {});
  signalled_ = SIGINT;
  run(Check::user, {});
  EXPECT_THAT(finished_, ElementsAre(Check::history));
}

}  // namespace
}  // namespace casweep::doctor
