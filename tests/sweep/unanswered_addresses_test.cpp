// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/unanswered_addresses.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "tests/support/silent_port.h"

namespace casweep::sweep {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// A connection that is only begun.
template <typename Address>
base::FileDescriptor connecting(const Address& address) {
  base::FileDescriptor socket(
      ::socket(reinterpret_cast<const sockaddr&>(address).sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(port);
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return address;
}

TEST(UnansweredAddresses, AreThoseOfHostsThatDropEveryPacket) {
  const test::SilentPort silent;
  const auto socket = connecting(loopback(silent.port()));
  const auto found = unanswered_addresses(silent.port());
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre("127.0.0.1"));
}

TEST(UnansweredAddresses, AreOnlyThoseOfThePort) {
  const test::SilentPort silent;
  const auto socket = connecting(loopback(silent.port()));
  const auto found = unanswered_addresses(static_cast<std::uint16_t>(silent.port() ^ 1U));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
}

TEST(UnansweredAddresses, AreNotThoseThatRefuseOrAccept) {
  const base::FileDescriptor listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto refused = connecting(address);
  EXPECT_THAT(*unanswered_addresses(::ntohs(address.sin_port)), Not(Contains("127.0.0.1")));
  ASSERT_EQ(::listen(listening.get(), 4), 0);
  const auto accepted = connecting(address);
  EXPECT_THAT(*unanswered_addresses(::ntohs(address.sin_port)), Not(Contains("127.0.0.1")));
}

TEST(UnansweredAddresses, OfIpv6AreReadToo) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const base::FileDescriptor listening(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  socklen_t size = sizeof address;
  if (::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) GTEST_SKIP() << "no IPv6 here";
  ASSERT_EQ(::listen(listening.get(), 0), 0);
  ASSERT_EQ(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::vector<base::FileDescriptor> sockets;  // as SilentPort
  for (int i = 0; i < 8; ++i) sockets.push_back(connecting(address));
  const auto found = unanswered_addresses(::ntohs(address.sin6_port));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre("::1"));
}

}  // namespace
}  // namespace casweep::sweep
