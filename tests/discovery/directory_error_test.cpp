// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

#include <gtest/gtest.h>

#include <set>

#include "logon/logon_error.h"

namespace casweep::discovery {
namespace {

TEST(DirectoryError, OfALogonKeepsItsMessageAndKind) {
  std::set<DirectoryErrorKind> kinds;
  for (int kind = 0; kind <= static_cast<int>(logon::LogonErrorKind::crashed); ++kind) {
    if (kind == static_cast<int>(logon::LogonErrorKind::service_unknown)) continue;  // a failure of Kerberos
    const auto error = directory_error_of({static_cast<logon::LogonErrorKind>(kind), "Why."});
    EXPECT_TRUE(kinds.insert(error.kind).second) << kind;
    EXPECT_EQ(error.message, "Why.");
  }
  EXPECT_EQ(directory_error_of({logon::LogonErrorKind::kdc_unreachable, ""}).kind, DirectoryErrorKind::kdc_unreachable);
}

}  // namespace
}  // namespace casweep::discovery
