// SPDX-License-Identifier: GPL-3.0-or-later
// Samba's client library as it is installed: casweep is built for several versions of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logon/account.h"
#include "winreg/smb_rpc_channel.h"

namespace casweep::winreg {
namespace {

using ::testing::HasSubstr;

/// Samba refuses options that it does not know. "client smb transports" is new in 4.23, and "smb ports" is no longer
/// the client's since.
TEST(SmbClient, SetsOnlyOptionsThatTheInstalledVersionKnows) {
  const logon::Account account{
      .logon = logon::Logon::ntlm, .principal = "auditor@CORP.EXAMPLE", .ccache = {}, .password = {}};

  const SmbClient client(account);

  EXPECT_THAT(client.protection(), HasSubstr("signing"));
}

}  // namespace
}  // namespace casweep::winreg
