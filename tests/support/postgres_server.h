// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/test_folder.h"

namespace casweep::test {

/// A PostgreSQL server with a cluster of its own in a temporary folder. It listens on a Unix socket there, where every
/// login is trusted; with `tls` also on a port of 127.0.0.1, where a login needs a client certificate with its name. If
/// the test runs as root, the server runs as nobody. It ends with the test process.
class PostgresServer {
 public:
  explicit PostgresServer(bool tls = false, const std::vector<std::string>& settings = {});
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  void start();
  void stop();  ///< at once, as in a crash

  /// "host=… user=… dbname=…", over the Unix socket.
  [[nodiscard]] std::string socket(const std::string& user, const std::string& database) const;
  /// The same over TLS, with the client certificate of `user` as issue() made it.
  [[nodiscard]] std::string tls(const std::string& user, const std::string& database) const;

  /// A client certificate for `user` below the authority of the server. Returns the name of its file without an ending.
  std::string issue(const std::string& user) const;
  /// The certificate of the authority, or of one that signed nothing here.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string other_authority() const;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  /// Gives the file to the server's user.
  static void give(const std::filesystem::path& file);

  /// Runs a program of PostgreSQL as the server's user; throws if it fails.
  void run_tool(const std::string& name, const std::vector<std::string>& arguments) const;

 private:
  void make_certificates() const;

  TestFolder folder_;
  std::filesystem::path programs_;
  std::vector<std::string> settings_;
  bool tls_;
  int port_ = 0;
  pid_t process_ = -1;
};

}  // namespace casweep::test
