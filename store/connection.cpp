// SPDX-License-Identifier: GPL-3.0-or-later
#include <sqlite3.h>

#include <initializer_list>
#include <system_error>
#include <utility>

#include "store/connection_internal.h"

namespace casweep::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int busy_timeout = 5000;  // milliseconds

/// Instructions of SQLite's machine between two looks at the guard: less than a millisecond.
constexpr int steps_at_once = 10'000;

// All queries of a check together take less than one step for each octet of the file; recording 730 scans in one
// process takes 4. In a prepared file, many pages can refer to the same child pages, so that reading its rows one after
// the other would take years.
constexpr std::uint64_t steps_of_a_reader = 20'000'000;
constexpr std::uint64_t steps_of_a_writer = 1'000'000'000;
constexpr std::uint64_t steps_per_octet = 20;

// The largest recorded value is the ledger entry of a scan with many new CAs: 300 octets a CA.
constexpr int longest_value = 64 * 1024 * 1024;

void set_limits(sqlite3* handle) {
  for (const auto& [limit, value] : std::initializer_list<std::pair<int, int>>{
           {SQLITE_LIMIT_LENGTH, longest_value},
           {SQLITE_LIMIT_SQL_LENGTH, 100'000},
           {SQLITE_LIMIT_COLUMN, 100},
           {SQLITE_LIMIT_EXPR_DEPTH, 100},
           {SQLITE_LIMIT_COMPOUND_SELECT, 10},
           {SQLITE_LIMIT_VDBE_OP, 100'000},
           {SQLITE_LIMIT_FUNCTION_ARG, 16},
           {SQLITE_LIMIT_ATTACHED, 1},  // VACUUM INTO attaches its target
           {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100},
           {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
           {SQLITE_LIMIT_WORKER_THREADS, 0},
       }) {
    sqlite3_limit(handle, limit, value);
  }
}

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

struct Connection::Guard {
  std::filesystem::path file;
  QueryEnding ending;
  Clock::time_point interrupted_at{};
  std::uint64_t steps = 0;
  std::uint64_t base;
  std::uint64_t allowed = base;

  static int ends(void* self) { return static_cast<Guard*>(self)->ends_now() ? 1 : 0; }

  [[nodiscard]] bool is_interrupted() const { return ending.stop.is_raised(); }

  bool ends_now() {
    if (is_interrupted()) {
      const auto now = Clock::now();
      if (interrupted_at == Clock::time_point{}) interrupted_at = now;
      if (now - interrupted_at >= ending.grace) return true;
    }
    steps += steps_at_once;
    if (steps <= allowed) return false;
    // The file may have grown.
    allowed = base + steps_per_octet * (size_of(file) + size_of(file.string() + "-wal"));
    return steps > allowed;
  }
};

Connection::Connection(const std::filesystem::path& file, const std::string& name, int flags, QueryEnding ending)
    : SQLite::Database(name, flags, busy_timeout),
      guard_(std::make_unique<Guard>(
          Guard{.file = file,
                .ending = ending,
                .base = (flags & SQLite::OPEN_READWRITE) != 0 ? steps_of_a_writer : steps_of_a_reader})) {
  auto* handle = getHandle();
  set_limits(handle);
  sqlite3_progress_handler(handle, steps_at_once, Guard::ends, guard_.get());
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr));
}

void Connection::configure() {
  exec(
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA recursive_triggers = ON;"  // or INSERT OR REPLACE would bypass triggers
      "PRAGMA synchronous = FULL;");
}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Connection::~Connection() {
  if (guard_) sqlite3_progress_handler(getHandle(), 0, nullptr, nullptr);
}

bool Connection::is_interrupted() const { return guard_ && guard_->is_interrupted(); }

}  // namespace casweep::store
