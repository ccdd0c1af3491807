// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/child_process.h"

namespace casweep::sweep {

/// A host to try: the name that the directory has, and the number by which it is reported.
struct ScoutTarget {
  std::size_t index = 0;
  std::string host;
};

/// What became of a host.
struct ScoutReport {
  enum class Kind {
    answered,  ///< it accepted a connection
    failed,    ///< it refused, has no address, cannot be reached, or could not be tried completely: a worker finds out
    silent,    ///< no address answered within the time
  };
  Kind kind = Kind::failed;
  std::size_t index = 0;
  std::string address{};  ///< numeric; of a silent host, the first that was tried; empty: DNS was silent as well
};

/// A confined process that finds out which hosts answer before workers are spent on them. It looks up all names and
/// starts a connection to a port of every host, as many at a time as it has descriptors for; it sends nothing, and
/// closes a connection at once. Its word decides the order of the sweep and which hosts are silent, never a verdict.
class Scout {
 public:
  /// Each host has `time` for its name and its connection, from the moment that the scout begins with it. Throws
  /// std::system_error if the system has no resources for a process.
  Scout(std::vector<ScoutTarget> targets, std::uint16_t port, std::chrono::milliseconds time);

  /// Readable if there is something to take().
  [[nodiscard]] int fd() const { return process_.from_child(); }

  /// The reports that have arrived. Each target is reported once at most, and nothing that is no target.
  [[nodiscard]] std::vector<ScoutReport> take();

  /// It reports nothing any more: it has reported everything, it ended, or what it said made no sense.
  [[nodiscard]] bool ended() const { return ended_; }

  /// The targets that it has not reported.
  [[nodiscard]] const std::vector<ScoutTarget>& unreported() const { return unreported_; }

  /// The first of them, which is not reported any more; nullopt: there is none.
  [[nodiscard]] std::optional<std::size_t> take_unreported();

 private:
  std::optional<ScoutReport> report_in(const std::string& line);

  std::vector<ScoutTarget> unreported_;
  std::vector<std::size_t> taken_;  ///< by take_unreported(): a report about one of them is dropped
  std::string received_;
  bool ended_ = false;
  base::ChildProcess process_;
};

}  // namespace casweep::sweep
