// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/concurrency.h"

#include <gtest/gtest.h>

namespace casweep::sweep {
namespace {

using namespace std::chrono_literals;

constexpr MachineLoad idle_machine{.idle = 0.9, .runnable = 0.5};
constexpr MachineLoad busy_machine{.idle = 0.05, .runnable = 2};
constexpr MachineLoad crowded_machine{.idle = 0, .runnable = 6};

Concurrency::Interval interval_of(const Concurrency& concurrency, const MachineLoad& load,
                                  std::chrono::milliseconds each = 100ms) {
  return {.running = concurrency.limit(), .finished = 10, .read = 10, .read_for = 10 * each, .load = load};
}

unsigned level_after(unsigned intervals, const MachineLoad& load) {
  Concurrency concurrency(0);
  for (unsigned i = 0; i < intervals; ++i) concurrency.adapt(interval_of(concurrency, load));
  return concurrency.limit();
}

TEST(Concurrency, StaysWhereItIsFixed) {
  Concurrency concurrency(5);
  concurrency.adapt(interval_of(concurrency, idle_machine));
  concurrency.adapt(interval_of(concurrency, crowded_machine));
  EXPECT_EQ(concurrency.limit(), 5U);
}

TEST(Concurrency, GrowsWhileTheMachineIsIdle) {
  EXPECT_EQ(level_after(0, idle_machine), Concurrency::fewest);
  EXPECT_GT(level_after(1, idle_machine), Concurrency::fewest);
  EXPECT_EQ(level_after(100, idle_machine), Concurrency::most);
}

TEST(Concurrency, StopsWhereTheMachineIsBusy) { EXPECT_EQ(level_after(100, busy_machine), Concurrency::fewest); }

TEST(Concurrency, ShrinksWhileProcessesQueueForACpu) {
  Concurrency concurrency(0);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine));
  for (int i = 0; i < 5; ++i) concurrency.adapt(interval_of(concurrency, crowded_machine));
  EXPECT_LT(concurrency.limit(), Concurrency::most * 3 / 4);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, crowded_machine));
  EXPECT_EQ(concurrency.limit(), Concurrency::fewest);
}

TEST(Concurrency, DoesNotGrowBeyondWhatIsUsed) {
  Concurrency concurrency(0);
  auto half_used = interval_of(concurrency, idle_machine);
  half_used.running = Concurrency::fewest / 2;
  for (int i = 0; i < 5; ++i) concurrency.adapt(half_used);
  EXPECT_EQ(concurrency.limit(), Concurrency::fewest);
}

TEST(Concurrency, DoesNotGrowWithoutMemory) {
  EXPECT_EQ(level_after(100, {.idle = 0.9, .runnable = 0.5, .available_memory = 1024}), Concurrency::fewest);
}

TEST(Concurrency, DoesNotGrowWhereReadingsOnlyGetSlower) {
  Concurrency concurrency(0);
  concurrency.adapt(interval_of(concurrency, idle_machine, 100ms));
  const unsigned level = concurrency.limit();
  for (int i = 0; i < 10; ++i) concurrency.adapt(interval_of(concurrency, idle_machine, 500ms));
  EXPECT_EQ(concurrency.limit(), level);
}

TEST(Concurrency, ShrinksIfHostsGetTooSlowAndDoesNotTryAgain) {
  Concurrency concurrency(0);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine));
  auto late = interval_of(concurrency, idle_machine);
  late.late = 5;
  concurrency.adapt(late);
  EXPECT_EQ(concurrency.limit(), Concurrency::most / 2);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine));
  EXPECT_EQ(concurrency.limit(), Concurrency::most / 2);
}

/// The first readings of a sweep take a second or more; until then the machine is idle whatever the level.
TEST(Concurrency, WaitsForTheEffectBeforeItGrowsAgain) {
  Concurrency concurrency(0);
  Concurrency::Interval nothing_finished{.load = idle_machine};
  nothing_finished.running = concurrency.limit();
  concurrency.adapt(nothing_finished);
  const unsigned level = concurrency.limit();
  nothing_finished.running = level;
  for (int i = 0; i < 9; ++i) concurrency.adapt(nothing_finished);
  EXPECT_EQ(concurrency.limit(), level);
  concurrency.adapt(nothing_finished);
  EXPECT_GT(concurrency.limit(), level) << "after 2 s";
}

/// CAs that began together run out of time in several intervals.
TEST(Concurrency, CountsLateCasThatBeganTogetherOnce) {
  Concurrency concurrency(0);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine));
  Concurrency::Interval late{.running = Concurrency::most, .finished = 10, .late = 10, .load = idle_machine};
  for (int i = 0; i < 20; ++i) concurrency.adapt(late);
  EXPECT_EQ(concurrency.limit(), Concurrency::most / 2);
  for (int i = 0; i < 20; ++i) concurrency.adapt(late);
  EXPECT_EQ(concurrency.limit(), Concurrency::most / 4) << "these began at the lower level";
}

/// Otherwise a few hosts that stall on purpose would slow down all others.
TEST(Concurrency, DoesNotShrinkForASlowHostAmongMany) {
  Concurrency concurrency(0);
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine));
  auto one_late = interval_of(concurrency, idle_machine);
  one_late.late = 1;
  for (int i = 0; i < 100; ++i) concurrency.adapt(one_late);
  EXPECT_EQ(concurrency.limit(), Concurrency::most);
}

TEST(Concurrency, WithoutAKnownLoadItGrowsALittle) {
  Concurrency concurrency(0);
  for (int i = 0; i < 100; ++i) {
    auto unknown = interval_of(concurrency, idle_machine);
    unknown.load.reset();
    concurrency.adapt(unknown);
  }
  EXPECT_EQ(concurrency.limit(), Concurrency::most_without_load);
}

/// A name that DNS does not have fails in a millisecond, to which no reading compares.
TEST(Concurrency, DoesNotTakeAFailureForAFastReading) {
  Concurrency concurrency(0);
  concurrency.adapt({.running = Concurrency::fewest, .finished = 1, .load = idle_machine});
  for (int i = 0; i < 100; ++i) concurrency.adapt(interval_of(concurrency, idle_machine, 500ms));
  EXPECT_EQ(concurrency.limit(), Concurrency::most);
}

TEST(LoadObserver, ObservesThisMachine) {
  LoadObserver observer;
  EXPECT_FALSE(observer.observe());
  std::optional<MachineLoad> load;
  for (int i = 0; i < 1000 && !load; ++i) load = observer.observe();  // the kernel counts in ticks
  for (const auto end = std::chrono::steady_clock::now() + 5s; !load && std::chrono::steady_clock::now() < end;) {
    load = observer.observe();
  }
  ASSERT_TRUE(load);
  EXPECT_GE(load->idle, 0);
  EXPECT_LE(load->idle, 1);
  EXPECT_GT(load->runnable, 0) << "this process runs";
  EXPECT_GT(load->available_memory, 0U);
}

}  // namespace
}  // namespace casweep::sweep
