// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace casweep::sweep {

/// What this machine has to spare.
struct MachineLoad {
  double idle = 0;                              ///< share of its CPU time since the last observation, 0 to 1
  double runnable = 0;                          ///< processes that run or wait for a CPU, for each CPU
  std::uint64_t available_memory = UINT64_MAX;  ///< in bytes
};

/// Observes /proc/stat and /proc/meminfo (proc(5)).
class LoadObserver {
 public:
  /// Since the last call; nullopt for the first one, and on a machine without these files.
  [[nodiscard]] std::optional<MachineLoad> observe();

 private:
  std::uint64_t all_ = 0;
  std::uint64_t idle_ = 0;
};

/// How many workers read CAs at the same time. Without a fixed number it starts with few and grows while all of them
/// are busy waiting for the network: the machine has CPU and memory to spare, and more workers finish more CAs. Before
/// it grows again, as many CAs have to finish as there were workers, so that the effect is seen, or 2 s pass. It
/// shrinks if processes queue for a CPU, or if hosts that had answered get too slow for their deadline. Where the load
/// of the machine is not known, it grows to `most_without_load` only.
class Concurrency {
 public:
  static constexpr unsigned fewest = 16;
  static constexpr unsigned most = 256;
  static constexpr unsigned most_without_load = 32;
  static constexpr std::chrono::milliseconds interval{200};

  /// `fixed`: always that many; 0: it finds its level.
  explicit Concurrency(unsigned fixed) : fixed_(fixed), limit_(fixed > 0 ? fixed : fewest) {}

  [[nodiscard]] unsigned limit() const { return limit_; }
  [[nodiscard]] bool finds_its_level() const { return fixed_ == 0; }

  /// What happened since the last call.
  struct Interval {
    std::size_t running = 0;               ///< workers now
    std::size_t finished = 0;              ///< CAs whose workers ended
    std::size_t read = 0;                  ///< of them, those that were read: a failure may take no time at all
    std::chrono::milliseconds read_for{};  ///< the time that reading these took, added up
    std::size_t late = 0;                  ///< CAs that ran out of time after their hosts had answered
    std::optional<MachineLoad> load{};     ///< nullopt: not known
  };

  /// Sets limit() for the next interval.
  void adapt(const Interval& last);

 private:
  unsigned fixed_;
  unsigned limit_;
  unsigned ceiling_ = most;               ///< lowered when hosts got too slow
  std::size_t awaited_ = 0;               ///< CAs that have to finish before more workers are added
  unsigned wait_ = 0;                     ///< intervals after which they are no longer awaited
  std::size_t excused_ = 0;               ///< CAs that were being read when hosts got too slow: they count once
  std::chrono::milliseconds fastest_{0};  ///< the shortest average reading of an interval; 0: none yet
};

}  // namespace casweep::sweep
