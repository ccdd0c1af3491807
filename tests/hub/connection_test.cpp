// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "base/file_descriptor.h"
#include "tests/hub/hub_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::HasSubstr;
using Kind = HubError::Kind;
using std::chrono::milliseconds;

PostgresServer& tls_server() {
  static PostgresServer server(/* tls= */ true);
  static const bool issued = [] {
    server.issue("site_a");
    server.issue("mallory");
    return true;
  }();
  EXPECT_TRUE(issued);
  return server;
}

HubError error_of_connecting(const std::string& conninfo) {
  return error_of([&] { const Connection connection(read_hub_address(conninfo)); });
}

/// `text` with another value for the parameter `name`.
std::string with(std::string text, const std::string& name, const std::string& value) {
  const auto begin = text.find(name + "=");
  const auto end = std::min(text.find(' ', begin), text.size());
  return text.replace(begin, end - begin, name + "=" + value);
}

TEST(TlsConnection, PublishesWithAClientCertificate) {
  const HubOnServer hub(tls_server());
  const TestFolder folder;
  record_scans(folder / "history.db", 2);
  hub.enroll(folder / "history.db", "site_a");
  Connection connection(read_hub_address(tls_server().tls("site_a", hub.database())));

  EXPECT_EQ(publish(store::PublicationReader(folder / "history.db"), connection).scans, 2U);
  EXPECT_EQ(connection.select("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").text(0, 0), "t");
}

TEST(TlsConnection, ServerWithoutProofOfItsIdentityGetsNoLogon) {
  const std::string right = tls_server().tls("site_a", "postgres");
  for (const std::string& wrong :
       {with(right, "sslrootcert", tls_server().other_authority()), with(right, "host", "hub.corp.example"),
        with(right, "sslrootcert", "/nonexistent/root.crt")}) {
    const HubError error = error_of_connecting(wrong);
    EXPECT_EQ(error.kind(), Kind::certificate) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("is not proven"));
  }
}

TEST(TlsConnection, WrongClientCertificateIsRefused) {
  const std::string right = tls_server().tls("site_a", "postgres");
  auto others = with(right, "sslcert", (tls_server().folder() / "mallory.crt").string());
  others = with(others, "sslkey", (tls_server().folder() / "mallory.key").string());
  const HubError error = error_of_connecting(others);
  EXPECT_EQ(error.kind(), Kind::credentials) << error.what();

  const HubError without = error_of_connecting(with(with(right, "sslcert", "/nonexistent"), "sslkey", "/nonexistent"));
  EXPECT_EQ(without.kind(), Kind::credentials) << without.what();
}

TEST(Connection, ServerWithoutTlsIsRefusedOverTheNetwork) {
  PostgresServer server(/* tls= */ true, {"ssl=off"});
  std::ofstream(server.folder() / "data/pg_hba.conf") << "local all all trust\nhost all all 127.0.0.1/32 trust\n";
  server.stop();
  server.start();
  const HubError error = error_of_connecting(server.tls("postgres", "postgres"));
  EXPECT_EQ(error.kind(), Kind::certificate) << error.what();
}

TEST(Connection, UnreachableServersAreNamed) {
  const HubError refused = error_of_connecting("host=127.0.0.1 port=1 dbname=casweep");
  EXPECT_EQ(refused.kind(), Kind::unreachable);
  EXPECT_THAT(refused.what(), HasSubstr("database casweep on 127.0.0.1 port 1"));
  EXPECT_EQ(error_of_connecting("host=/nonexistent dbname=casweep").kind(), Kind::unreachable);
  EXPECT_EQ(error_of_connecting("service=no-such-service").kind(), Kind::conninfo);
  const HubError database = error_of_connecting(shared_server().socket("postgres", "nowhere"));
  EXPECT_EQ(database.kind(), Kind::not_a_hub) << database.what();
  const HubError login = error_of_connecting(shared_server().socket("nobody_at_all", "postgres"));
  EXPECT_EQ(login.kind(), Kind::credentials) << login.what();
}

/// A server that accepts and says nothing.
class SilentServer {
 public:
  SilentServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_.get(), 5), 0);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string conninfo() const { return fmt::format("host=127.0.0.1 port={}", port_); }

 private:
  base::FileDescriptor listener_;
  int port_ = 0;
};

TEST(Connection, SilentServerIsGivenUp) {
  const SilentServer server;
  const auto begin = std::chrono::steady_clock::now();
  const HubError error = error_of(
      [&] { const Connection connection(read_hub_address(server.conninfo()), {}, {.connect = milliseconds{300}}); });
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds{5000});
}

volatile std::sig_atomic_t stopped = 0;

TEST(Connection, SignalEndsEveryWait) {
  const SilentServer server;
  const auto begin = std::chrono::steady_clock::now();
  const auto interrupted = [](const std::function<void()>& work) {
    stopped = 0;
    std::thread signal([] {
      std::this_thread::sleep_for(milliseconds{200});
      stopped = 1;
    });
    const HubError error = error_of(work);
    signal.join();
    stopped = 0;
    return error.kind() == Kind::interrupted;
  };
  EXPECT_TRUE(interrupted(
      [&] { const Connection connection(read_hub_address(server.conninfo()), base::StopSignal(stopped)); }));
  const auto address = read_hub_address(shared_server().socket("postgres", "postgres"));
  EXPECT_TRUE(interrupted([&] {
    Connection connection(address, base::StopSignal(stopped));
    connection.run("SELECT pg_sleep(30)");
  }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds{10'000});
  // The server has cancelled it too.
  Connection other(address);
  for (int tries = 0; tries < 50; ++tries) {
    if (other.select("SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%' AND state = 'active'").empty())
      return;
    std::this_thread::sleep_for(milliseconds{100});
  }
  FAIL() << "the statement still runs";
}

TEST(Connection, StatementsThatTakeTooLongEnd) {
  Connection connection(read_hub_address(shared_server().socket("postgres", "postgres")), {},
                        {.statement = milliseconds{200}});
  const HubError error = error_of([&] { connection.run("SELECT pg_sleep(30)"); });
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_THAT(error.what(), HasSubstr("took too long"));
}

}  // namespace
}  // namespace casweep::hub
