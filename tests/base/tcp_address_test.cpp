// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/tcp_address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace casweep::base {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A socket of this host's own, and its port.
struct Listener {
  Listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size);
    listen(socket.get(), 1);
    getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }

  FileDescriptor socket;
  std::uint16_t port = 0;
};

TEST(TcpAddress, OfANumericAddressIsItself) {
  EXPECT_THAT(resolve("192.0.2.7").value(), ElementsAre("192.0.2.7"));
  EXPECT_THAT(resolve("2001:db8::7").value(), ElementsAre("2001:db8::7"));
  EXPECT_THAT(resolve("192.0.2.7", Patience{}).value(), ElementsAre("192.0.2.7"));
}

TEST(TcpAddress, OfANameIsTheSameWithPatience) {
  EXPECT_EQ(resolve("localhost", Patience{}).value(), resolve("localhost").value());
}

// RFC 6761 6.4: "invalid" never resolves. If no resolver is reachable, the error is EAI_AGAIN instead.
TEST(TcpAddress, OfANonexistentNameIsAResolverError) {
  for (const auto& addresses : {resolve("ca01.invalid"), resolve("ca01.invalid", Patience{})}) {
    ASSERT_FALSE(addresses);
    EXPECT_EQ(addresses.error().kind, TcpFailure::Kind::not_resolved);
    EXPECT_THAT(addresses.error().code, testing::AnyOf(EAI_NONAME, EAI_NODATA, EAI_AGAIN));
  }
}

TEST(ConnectTcp, TakesTheFirstAddressThatAnswers) {
  const Listener listener;

  const auto socket = connect_tcp({"not an address", "127.0.0.1"}, listener.port, Patience{});

  ASSERT_TRUE(socket);
  EXPECT_TRUE(*socket);
}

TEST(ConnectTcp, GivesTheErrorOfTheLastAddress) {
  const std::uint16_t closed = Listener().port;

  const auto refused = connect_tcp({"not an address", "127.0.0.1"}, closed, Patience{});
  const auto impossible = connect_tcp({"127.0.0.1", "not an address"}, closed, Patience{});

  EXPECT_EQ(refused.error().kind, TcpFailure::Kind::not_connected);
  EXPECT_EQ(refused.error().code, ECONNREFUSED);
  EXPECT_EQ(impossible.error().code, EADDRNOTAVAIL);
}

TEST(ConnectTcp, EndsWithASignal) {
  const Listener listener;
  const volatile std::sig_atomic_t signalled = 1;

  const auto socket = connect_tcp({"127.0.0.1"}, listener.port, Patience{10s, StopSignal(signalled)});

  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().kind, TcpFailure::Kind::interrupted);
}

TEST(FirstToAnswer, IsTheOneThatListens) {
  const Listener listener;

  EXPECT_EQ(first_to_answer({"not an address", "127.0.0.1"}, listener.port, std::chrono::steady_clock::now() + 10s),
            "127.0.0.1");
}

TEST(FirstToAnswer, IsTheFirstAddressIfNoneAnswers) {
  EXPECT_EQ(first_to_answer({"not an address", "nor this"}, 445, std::chrono::steady_clock::now() + 1s),
            "not an address");
}

}  // namespace
}  // namespace casweep::base
