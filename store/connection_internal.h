// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/stop_signal.h"

namespace casweep::store {

/// When queries end early: `grace` after `stop` is raised. The grace leaves a writer time to record what it has.
struct QueryEnding {
  base::StopSignal stop{};
  std::chrono::milliseconds grace{0};
};

/// A connection to a file that an attacker may have prepared. Views do not run, limits bound what SQLite accepts from
/// the file, and a query that takes far more steps than the size of the file explains ends with SQLITE_INTERRUPT, as do
/// all queries after a signal.
class Connection : public SQLite::Database {
 public:
  /// Opens `name`, a path or a URI as `flags` say; `file` is its path on the disk.
  Connection(const std::filesystem::path& file, const std::string& name, int flags, QueryEnding ending = {});

  /// Turns on SQLite's checks and durable writes. Reads the file.
  void configure();

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Whether a signal has come that ends queries.
  [[nodiscard]] bool is_interrupted() const;

 private:
  struct Guard;
  std::unique_ptr<Guard> guard_;
};

}  // namespace casweep::store
