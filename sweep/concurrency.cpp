// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/concurrency.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace casweep::sweep {
namespace {

// A worker shares most pages with its parent; 128 of them had 92 MB together (bench/RESULTS.md).
constexpr std::uint64_t memory_of_workers = std::uint64_t{256} * 1024 * 1024;

constexpr double idle_to_grow = 0.2;
constexpr double queue_to_shrink = 4;            // for each CPU
constexpr int slower_without_gain = 3;           // times the fastest interval
constexpr unsigned longest_without_effect = 10;  // intervals, for the effect of more workers

std::uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "MemAvailable:") return kibibytes * 1024;
  }
  return UINT64_MAX;
}

}  // namespace

std::optional<MachineLoad> LoadObserver::observe() {
  std::ifstream file("/proc/stat");
  std::uint64_t all = 0;
  std::uint64_t idle = 0;
  std::optional<std::uint64_t> runnable;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "procs_running") {
      std::uint64_t processes = 0;
      if (words >> processes) runnable = processes;
    }
    if (name != "cpu") continue;
    // user, nice, system, idle, iowait, irq, softirq, steal; the rest is contained in user and nice.
    constexpr int columns = 8;
    constexpr int idle_column = 3;
    constexpr int iowait_column = 4;
    for (int column = 0; column < columns; ++column) {
      std::uint64_t time = 0;
      if (!(words >> time)) break;
      all += time;
      if (column == idle_column || column == iowait_column) idle += time;
    }
  }
  const bool first = all_ == 0;
  // iowait may go back.
  const std::uint64_t passed = all > all_ ? all - all_ : 0;
  const std::uint64_t unused = idle > idle_ ? idle - idle_ : 0;
  all_ = all;
  idle_ = idle;
  if (first || passed == 0 || !runnable) return std::nullopt;
  const long cpus = std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L);
  return MachineLoad{.idle = std::min(static_cast<double>(unused) / static_cast<double>(passed), 1.0),
                     .runnable = static_cast<double>(*runnable) / static_cast<double>(cpus),
                     .available_memory = available_memory()};
}

void Concurrency::adapt(const Interval& last) {
  if (!finds_its_level()) return;
  const auto shrunk = [&](unsigned by) { return std::max(fewest, limit_ - limit_ / by); };
  awaited_ -= std::min(awaited_, last.finished);
  excused_ -= std::min(excused_, last.finished);
  if (wait_ > 0) --wait_;
  if (excused_ == 0 && last.late >= 2 && last.late * 4 >= last.finished) {
    limit_ = ceiling_ = shrunk(2);
    excused_ = last.running;
    return;
  }
  bool slow = false;
  if (last.read > 0) {
    const auto average = last.read_for / static_cast<std::int64_t>(last.read);
    if (fastest_.count() == 0 || average < fastest_) fastest_ = std::max(average, std::chrono::milliseconds{1});
    slow = average > slower_without_gain * fastest_;
  }
  const bool all_busy = last.running >= limit_;
  const bool effect_seen = awaited_ == 0 || wait_ == 0;
  const auto grow = [&](unsigned highest) {
    awaited_ = limit_;
    wait_ = longest_without_effect;
    limit_ = std::min({ceiling_, std::max(limit_, highest), limit_ + limit_ / 2});
  };
  if (!last.load) {
    if (all_busy && effect_seen && !slow) grow(most_without_load);
    return;
  }
  if (last.load->runnable > queue_to_shrink) {
    limit_ = shrunk(8);
    return;
  }
  const bool spare = last.load->idle >= idle_to_grow && last.load->available_memory > memory_of_workers;
  if (all_busy && effect_seen && spare && !slow) grow(most);
}

}  // namespace casweep::sweep
