// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/tcp_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <cerrno>

namespace casweep::assess {
namespace {

using Kind = base::TcpFailure::Kind;
using testing::HasSubstr;

TEST(TcpFailure, OfANonexistentNameIsNotResolved) {
  const ReadFailure failure = tcp_failure({Kind::not_resolved, EAI_NONAME}, "ca01.corp.example");

  EXPECT_EQ(failure.reason, Reason::name_not_resolved);
  EXPECT_EQ(failure.detail, "This machine's resolver knows no address of ca01.corp.example.");
  EXPECT_EQ(failure.error, (base::ForeignError{"resolver", EAI_NONAME, "EAI_NONAME"}));
}

TEST(TcpFailure, OfASilentResolverIsNotAMissingAddress) {
  EXPECT_THAT(tcp_failure({Kind::not_resolved, EAI_AGAIN}, "ca01.corp.example").detail,
              HasSubstr("got no answer about ca01.corp.example"));
}

TEST(TcpFailure, HasTheReasonOfTheConnectionError) {
  const auto reason_of = [](int error) { return tcp_failure({Kind::not_connected, error}, "192.0.2.7").reason; };
  EXPECT_EQ(reason_of(ECONNREFUSED), Reason::connection_refused);
  EXPECT_EQ(reason_of(ETIMEDOUT), Reason::timed_out);
  EXPECT_EQ(reason_of(EHOSTUNREACH), Reason::host_unreachable);
}

TEST(TcpFailure, NamesTheConnectionError) {
  const ReadFailure failure = tcp_failure({Kind::not_connected, EHOSTUNREACH}, "192.0.2.7");

  EXPECT_EQ(failure.detail, "192.0.2.7 cannot be reached on TCP port 445: No route to host.");
  EXPECT_EQ(failure.error, (base::ForeignError{"errno", EHOSTUNREACH, "EHOSTUNREACH"}));
}

}  // namespace
}  // namespace casweep::assess
