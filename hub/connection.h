// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop_signal.h"
#include "hub/hub_address.h"

struct pg_result;  // of libpq

namespace casweep::hub {

/// How long to wait for the server.
struct Waits {
  std::chrono::milliseconds connect{10'000};     ///< for a connection, unless the address has connect_timeout
  std::chrono::milliseconds statement{120'000};  ///< for the end of a statement; the server cancels it
  std::chrono::milliseconds silence{20'000};     ///< beyond that, for a server that no longer answers
  std::chrono::milliseconds other{30'000};       ///< for another publisher of the same site
};

/// A text parameter of a statement; nullopt: NULL.
using Parameter = std::optional<std::string>;

/// The rows that a statement returned.
class Rows {
 public:
  /// Takes over a result of libpq.
  explicit Rows(pg_result* result);

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const;
  /// Empty for NULL. Valid as long as these rows.
  [[nodiscard]] std::string_view view(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const { return std::string(view(row, column)); }
  /// nullopt: NULL. Throws HubError for anything else that is no number.
  [[nodiscard]] std::optional<std::int64_t> number(std::size_t row, std::size_t column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
  std::size_t size_;
};

/// A connection to a PostgreSQL server whose identity is proven (TLS, Kerberos, or a Unix socket). Every member throws
/// HubError; after `unreachable` or `interrupted` the connection is of no further use. Once `stop` is raised, the
/// server is asked to cancel what it does, and the call ends.
class Connection {
 public:
  explicit Connection(const HubAddress& address, base::StopSignal stop = {}, Waits waits = {});
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Statements without parameters, separated by semicolons; those that are no transaction are one together.
  void run(const std::string& statements);

  Rows select(const std::string& statement, std::initializer_list<Parameter> parameters = {});

  /// Sends rows in the text format of COPY. `statement` is COPY … FROM STDIN.
  void begin_copy(const std::string& statement);
  void copy(std::string_view lines);
  void end_copy();

  /// What is connected to, for messages.
  [[nodiscard]] const std::string& shown() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A transaction that is rolled back unless it is committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace casweep::hub
