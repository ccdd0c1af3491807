// SPDX-License-Identifier: GPL-3.0-or-later
// A publication that is interrupted in any way leaves whole parts on the hub, and the next one completes it.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.h"
#include "tests/hub/hub_testing.h"
#include "tests/support/history_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::HasSubstr;
using Kind = HubError::Kind;
using std::chrono::milliseconds;

class FaultTest : public ::testing::Test {
 protected:
  FaultTest() { copy_long_history(file_); }

  /// The hub has all of the history, once, and nothing else.
  void expect_complete(const HubOnServer& hub) const {
    EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.ledger"), std::to_string(2 * long_history));
    EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.scan"), std::to_string(long_history));
    EXPECT_EQ(hub.value("SELECT encode(head_hash, 'hex') FROM casweep.site"),
              store::History::open_existing(file_).ledger_head().hash);
    hub.expect_sound();
  }

  TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
};

TEST_F(FaultTest, PublisherKilledAtFiftyMomentsLeavesWholeParts) {
  const HubOnServer hub(shared_server());
  hub.enroll(file_, "site_a");
  std::mt19937 random(20261130);
  std::uniform_int_distribution<int> moment(0, 900);
  int ended = 0;
  int killed_in_the_middle = 0;
  for (int kills = 0; kills < 50; ++kills) {
    const pid_t publisher = fork();
    if (publisher == 0) {
      try {
        hub.publish(file_, "site_a");
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    std::this_thread::sleep_for(milliseconds{moment(random)});
    kill(publisher, SIGKILL);
    int status = 0;
    waitpid(publisher, &status, 0);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << "the publisher failed instead";
    // The server may still be at work for a publisher that is gone; its lock shows when that has ended.
    const std::string head = hub.value("SELECT head_seq FROM casweep.site FOR UPDATE");
    EXPECT_THAT(head, ::testing::AnyOf("0", "200", "400", "460"));
    EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.ledger"), head);
    EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.scan"), std::to_string(std::stoi(head) / 2));
    if (head != "460") {
      ++killed_in_the_middle;
      continue;
    }
    ++ended;
    // From the beginning.
    hub.admin().run(R"(
        SET session_replication_role = replica;
        UPDATE casweep.site SET head_seq = 0, head_hash = decode(repeat('00', 32), 'hex'), received_at = NULL;
        TRUNCATE casweep.ledger, casweep.scan, casweep.certificate, casweep.listing, casweep.listing_nt_auth_certificate,
                 casweep.ca, casweep.ca_identity, casweep.ca_identity_certificate, casweep.reading, casweep.observation,
                 casweep.disposition, casweep.evidence_bundle, casweep.scan_total, casweep.ca_change, casweep.ca_latest)");
  }
  hub.publish(file_, "site_a");
  expect_complete(hub);
  EXPECT_GT(killed_in_the_middle, 10) << ended;
}

TEST_F(FaultTest, ServerThatCrashesInTheMiddleHasWholePartsAfterwards) {
  PostgresServer server;
  const HubOnServer hub(server);
  hub.enroll(file_, "site_a");
  auto connection = hub.as("site_a");

  const HubError error = error_of([&] {
    (void)publish(store::PublicationReader(file_), connection, [&](std::int64_t done, std::int64_t) {
      if (done == 200) server.stop();
    });
  });
  EXPECT_EQ(error.kind(), Kind::unreachable) << error.what();
  EXPECT_THAT(error.what(), HasSubstr("is sent again next time"));

  server.start();
  EXPECT_EQ(hub.value("SELECT head_seq FROM casweep.site"), "200");
  EXPECT_EQ(hub.publish(file_, "site_a").entries, 260U);
  expect_complete(hub);
}

TEST_F(FaultTest, ServerThatEndsTheConnectionIsTriedAgainNextTime) {
  const HubOnServer hub(shared_server());
  hub.enroll(file_, "site_a");
  auto connection = hub.as("site_a");
  const HubError error = error_of([&] {
    (void)publish(store::PublicationReader(file_), connection, [&](std::int64_t done, std::int64_t) {
      if (done == 200) {
        (void)hub.value(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'site_a' AND datname = "
            "current_database()");
      }
    });
  });
  EXPECT_EQ(error.kind(), Kind::unreachable) << error.what();
  hub.publish(file_, "site_a");
  expect_complete(hub);
}

/// Passes a TCP connection on, until so many octets went to the server: then it closes it, or goes silent.
class Relay {
 public:
  Relay(int server_port, std::size_t octets, bool closes) : server_port_(server_port), left_(octets), closes_(closes) {
    sockaddr_in address = local_address(0);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_.get(), 5), 0);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { pass_on(); });
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() {
    ends_ = true;
    thread_.join();
  }
  [[nodiscard]] int port() const { return port_; }

 private:
  static sockaddr_in local_address(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }

  void pass_on() {
    pollfd waiting{listener_.get(), POLLIN, 0};
    while (!ends_ && poll(&waiting, 1, 50) == 0) {
    }
    if (ends_) return;
    const base::FileDescriptor client(accept(listener_.get(), nullptr, nullptr));
    const base::FileDescriptor server(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = local_address(server_port_);
    EXPECT_EQ(connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    std::vector<char> buffer(16384);
    while (!ends_) {
      pollfd both[] = {{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}};
      if (poll(both, 2, 50) <= 0) continue;
      for (const auto& [from, to] : {std::pair{&client, &server}, std::pair{&server, &client}}) {
        if ((both[from == &server].revents & (POLLIN | POLLHUP)) == 0) continue;
        const ssize_t count = read(from->get(), buffer.data(), buffer.size());
        if (count <= 0) return;
        const auto octets = static_cast<std::size_t>(count);
        if (from == &client && octets > left_) return cut();
        if (from == &client) left_ -= octets;
        if (send(to->get(), buffer.data(), octets, MSG_NOSIGNAL) != count) return;
      }
    }
  }

  void cut() {
    while (!closes_ && !ends_) std::this_thread::sleep_for(milliseconds{20});
  }

  base::FileDescriptor listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int server_port_;
  int port_ = 0;
  std::size_t left_;
  bool closes_;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

TEST_F(FaultTest, CutNetworkEndsInASentenceAndIsMadeUpForNextTime) {
  PostgresServer server(/* tls= */ true);
  server.issue("site_a");
  const HubOnServer hub(server);
  hub.enroll(file_, "site_a");
  // In the first part, the second and the last; all of it is some 300 kB.
  int cut = 0;
  for (const std::size_t octets : {20'000U, 70'000U, 130'000U, 200'000U}) {
    for (const bool closes : {true, false}) {
      const Relay relay(server.port(), octets, closes);
      std::string conninfo = server.tls("site_a", hub.database());
      conninfo.replace(conninfo.find("port="), fmt::format("port={}", server.port()).size(),
                       fmt::format("port={}", relay.port()));
      const HubError error = error_of([&] {
        Connection connection(read_hub_address(conninfo), {},
                              {.statement = milliseconds{1500}, .silence = milliseconds{500}});
        (void)publish(store::PublicationReader(file_), connection);
        throw HubError(Kind::interrupted, "everything was published");  // by an earlier round
      });
      EXPECT_TRUE(error.kind() == Kind::unreachable || error.kind() == Kind::interrupted) << error.what();
      if (error.kind() == Kind::unreachable) ++cut;
      const std::string head = hub.value("SELECT head_seq FROM casweep.site");
      EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.ledger"), head);
    }
  }
  EXPECT_GE(cut, 4);
  hub.publish(file_, "site_a");
  expect_complete(hub);
}

/// With a tablespace on a file system of a few megabytes, which only root can make.
TEST(FaultTestAsRoot, FullDiskLosesNothing) {
  PostgresServer server;
  TestFolder folder;
  copy_long_history(folder / "history.db");
  const auto small = server.folder() / "small";
  std::filesystem::create_directory(small);
  ASSERT_EQ(mount("tmpfs", small.c_str(), "tmpfs", 0, "size=12m,mode=0777"), 0);
  std::filesystem::create_directory(small / "space");
  server.give(small / "space");
  const HubOnServer hub(server);
  hub.enroll(folder / "history.db", "site_a");
  hub::Connection admin(read_hub_address(server.socket("postgres", "postgres")));
  admin.run(fmt::format("CREATE TABLESPACE small LOCATION '{}'", (small / "space").string()));
  admin.run(fmt::format("ALTER DATABASE {} SET TABLESPACE small", hub.database()));
  {
    // What is left of the disk is filled.
    std::ofstream filler(small / "filler", std::ios::binary);
    const std::string block(65536, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())) && filler.flush()) {
    }
  }
  const HubError error = error_of([&] { hub.publish(folder / "history.db", "site_a"); });
  EXPECT_EQ(error.kind(), Kind::disk_full) << error.what();
  EXPECT_THAT(error.what(), HasSubstr("Make room, then publish again"));
  std::filesystem::remove(small / "filler");
  hub.publish(folder / "history.db", "site_a");
  hub.expect_sound();
  EXPECT_EQ(hub.value("SELECT count(*) FROM casweep.scan"), std::to_string(long_history));
  server.stop();
  EXPECT_EQ(umount2(small.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace casweep::hub
