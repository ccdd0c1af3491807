// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/enrollment_server.h"

#include <gtest/gtest.h>

namespace casweep::explain {
namespace {

TEST(EnrollmentServer, HasALineForEachPart) {
  const EnrollmentServer expected{
      .priority = 2, .authentication = 4, .renewal_only = true, .uri = "https://ces.corp.example/CES"};
  EXPECT_EQ(parse_enrollment_server("2\n4\n1\nhttps://ces.corp.example/CES"), expected);
}

TEST(EnrollmentServer, MayHaveUnknownLines) {
  EXPECT_EQ(parse_enrollment_server("1\n2\n0\nhttps://ces\n0\n7")->uri, "https://ces");
}

TEST(EnrollmentServer, RejectsOtherText) {
  for (const auto* value : {"", "\n\n\n", "1\n2\n0\n", "1\n2\n0", "1\n2\n2\nhttps://ces", "-1\n2\n0\nhttps://ces",
                            "1\nKerberos\n0\nhttps://ces", "1\r\n2\r\n0\r\nhttps://ces", "https://ces",
                            "4294967296\n2\n0\nhttps://ces", " 1\n2\n0\nhttps://ces"}) {
    EXPECT_FALSE(parse_enrollment_server(value)) << value;
  }
}

TEST(EnrollmentServer, HasAnAuthenticationMethod) {
  EXPECT_EQ(authentication_name(2), "Kerberos");
  EXPECT_EQ(authentication_name(16), "authentication 16");
}

}  // namespace
}  // namespace casweep::explain
