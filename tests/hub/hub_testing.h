// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "hub/connection.h"
#include "hub/hub_error.h"
#include "hub/publication.h"
#include "store/history.h"
#include "tests/support/postgres_server.h"
#include "tests/support/test_folder.h"

namespace casweep::test {

/// The server of all tests of this program that do nothing to it.
[[nodiscard]] PostgresServer& shared_server();

/// A hub in a database of its own, and histories to publish there.
class HubOnServer {
 public:
  explicit HubOnServer(const PostgresServer& server, int partitions = 0);

  /// A connection of this login, over the Unix socket.
  [[nodiscard]] hub::Connection as(const std::string& login, hub::Waits waits = {}, base::StopSignal stop = {}) const;
  [[nodiscard]] hub::Connection admin() const { return as("postgres"); }

  /// Enrolls the history with the login.
  std::string enroll(const std::filesystem::path& history, const std::string& login) const;

  hub::Publication publish(const std::filesystem::path& history, const std::string& login) const;

  /// The first value that the query returns to the superuser.
  [[nodiscard]] std::string value(const std::string& query) const;

  /// Fails the test unless everything on the hub is what it received.
  void expect_sound() const;

  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] const PostgresServer& server() const { return server_; }

 private:
  const PostgresServer& server_;
  std::string database_;
};

/// A history with this many complete scans of three CAs, whose verdicts change.
void record_scans(const std::filesystem::path& file, int scans);

/// The same with `long_history` scans, made once.
inline constexpr int long_history = 230;
void copy_long_history(const std::filesystem::path& file);

[[nodiscard]] std::string site_of(const std::filesystem::path& history);

/// What `work` throws; a failure of the test if it does not throw a HubError.
[[nodiscard]] hub::HubError error_of(const std::function<void()>& work);

}  // namespace casweep::test
