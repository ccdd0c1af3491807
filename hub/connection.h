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

/// The rows that a statement returned, as text.
class Rows {
 public:
  using Row = std::vector<std::optional<std::string>>;

  explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  /// Of a row; 0 if there is none.
  [[nodiscard]] std::size_t columns() const { return rows_.empty() ? 0 : rows_.front().size(); }
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const { return !rows_.at(row).at(column); }
  /// Empty for NULL.
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const {
    return rows_.at(row).at(column).value_or("");
  }
  /// nullopt: NULL. Throws HubError for anything else that is no number.
  [[nodiscard]] std::optional<std::int64_t> number(std::size_t row, std::size_t column) const;

 private:
  std::vector<Row> rows_;
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
