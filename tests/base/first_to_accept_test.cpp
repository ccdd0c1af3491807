// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/first_to_accept.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/file_descriptor.h"

namespace casweep::base {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::IsEmpty;

/// A port of this host that accepts connections, or, if `silent`, drops them because its queue is full.
class Port {
 public:
  explicit Port(bool silent = false) : listener_(new_socket()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_.get(), silent ? 0 : 8);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number = ntohs(address.sin_port);
    for (int i = 0; silent && i < 4; ++i) {
      fillers_.push_back(new_socket());
      connect(fillers_.back().get(), reinterpret_cast<sockaddr*>(&address), size);
    }
  }

  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", number}; }

  std::uint16_t number = 0;

 private:
  static FileDescriptor new_socket() {
    return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  }

  FileDescriptor listener_;
  std::vector<FileDescriptor> fillers_;
};

TEST(FirstToAccept, IsTheFirstIfItAnswers) {
  const Port first;
  const Port second;
  const auto began = steady_clock::now();

  const auto found = first_to_accept(std::vector{first.endpoint(), second.endpoint()}, Patience{});

  ASSERT_TRUE(found);
  EXPECT_EQ(found->accepted, 0);
  EXPECT_THAT(found->passed_over, IsEmpty());
  EXPECT_LT(steady_clock::now() - began, grace);
}

TEST(FirstToAccept, PassesOverManySilentOnesAtOnce) {
  const Port silent(true);
  const Port live;
  std::vector<Endpoint> endpoints(38, silent.endpoint());
  endpoints.push_back(live.endpoint());
  const auto began = steady_clock::now();

  const auto found = first_to_accept(endpoints, Patience{});

  ASSERT_TRUE(found);
  EXPECT_EQ(found->accepted, 38);
  EXPECT_EQ(found->passed_over.size(), 38);
  EXPECT_LT(steady_clock::now() - began, 3s);
}

TEST(FirstToAccept, DoesNotWaitForOnesThatRefuse) {
  const std::uint16_t closed = Port().number;
  const Port live;
  const auto began = steady_clock::now();

  const auto found = first_to_accept(std::vector{Endpoint{"127.0.0.1", closed}, live.endpoint()}, Patience{});

  ASSERT_TRUE(found);
  EXPECT_EQ(found->accepted, 1);
  EXPECT_THAT(found->passed_over, ElementsAre(PassedOver{0, Refusal::refused}));
  EXPECT_LT(steady_clock::now() - began, grace);
}

TEST(FirstToAccept, IsNoneInTimeIfAllAreSilent) {
  const Port silent(true);
  const auto began = steady_clock::now();

  const auto found = first_to_accept(std::vector{silent.endpoint(), silent.endpoint()}, Patience{500ms});

  ASSERT_TRUE(found);
  EXPECT_EQ(found->accepted, std::nullopt);
  EXPECT_THAT(found->passed_over, ElementsAre(PassedOver{0, Refusal::silent}, PassedOver{1, Refusal::silent}));
  EXPECT_LT(steady_clock::now() - began, 3s);
}

TEST(FirstToAccept, SaysWhichNamesDoNotResolve) {
  const Port live;
  const auto found = first_to_accept(std::vector{Endpoint{"no such host", 1}, live.endpoint()}, Patience{});
  ASSERT_TRUE(found);
  EXPECT_THAT(found->passed_over, ElementsAre(PassedOver{0, Refusal::not_resolved}));
}

/// As an account with a limit on its processes (TasksMax, ulimit -u); only root may become one.
TEST(FirstToAcceptAsRoot, FailsForAnEndpointWithoutAThread) {
  const Port live;
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit two{2, 2};  // this process and the one that asks
    if (::setrlimit(RLIMIT_NPROC, &two) != 0 || ::setuid(54322) != 0) ::_exit(2);
    const auto found = first_to_accept(std::vector{live.endpoint()}, Patience{2s});
    ::_exit(found && !found->accepted && found->passed_over.size() == 1 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(FirstToAccept, IsNoneOfNone) { EXPECT_EQ(first_to_accept({}, Patience{})->accepted, std::nullopt); }

TEST(FirstToAccept, EndsWithASignal) {
  const Port silent(true);
  const volatile std::sig_atomic_t raised = 1;

  const auto found = first_to_accept(std::vector{silent.endpoint()}, Patience{10s, StopSignal(raised)});

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, TcpFailure::Kind::interrupted);
}

TEST(RefusalsOf, SaysOfEachEndpointWhetherItAccepts) {
  const Port live;
  const Port silent(true);
  const auto began = steady_clock::now();

  const auto refusals = refusals_of(
      std::vector{live.endpoint(), silent.endpoint(), Endpoint{"127.0.0.1", 1}, Endpoint{"no such host", 1}},
      Patience{500ms});

  ASSERT_TRUE(refusals);
  EXPECT_THAT(*refusals, ElementsAre(std::nullopt, Refusal::silent, Refusal::refused, Refusal::not_resolved));
  EXPECT_LT(steady_clock::now() - began, 2s);
}

TEST(RefusalsOf, AreNoneWithoutEndpoints) { EXPECT_THAT(refusals_of({}, Patience{}).value(), IsEmpty()); }

}  // namespace
}  // namespace casweep::base
