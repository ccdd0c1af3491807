// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace casweep::store {

/// When queries end before their time: once `*interrupted` is not 0, after `grace`, which leaves a writer time to
/// record what it has.
struct QueryEnding {
  const volatile std::sig_atomic_t* interrupted = nullptr;
  std::chrono::milliseconds grace{0};
};

/// A connection to a file that anybody may have prepared. Views do not run, limits bound what SQLite takes from the
/// file, and a query that takes far more steps than the size of the file explains ends with SQLITE_INTERRUPT, as all do
/// after a signal.
class Connection : public SQLite::Database {
 public:
  /// Opens `name`, which SQLite reads as `flags` say; `file` is the same on the disk.
  Connection(const std::filesystem::path& file, const std::string& name, int flags, QueryEnding ending = {});

  /// Asks SQLite for checks and for durable writes. Reads the file.
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
