// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/hub_address.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "hub/local_paths.h"
#include "tests/hub/hub_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HubAddress, ServerHasToProveItsIdentity) {
  for (const char* text : {"service=casweep", "host=hub.corp.example dbname=casweep",
                           "postgresql://hub.corp.example/casweep?sslmode=verify-full"}) {
    const HubAddress address = read_hub_address(text);
    EXPECT_EQ(address.parameters.at("sslmode"), "verify-full") << text;
    EXPECT_EQ(address.parameters.at("gssencmode"), "disable") << text;
  }
  EXPECT_EQ(read_hub_address("host=h gssencmode=require").parameters.at("gssencmode"), "require");
  for (const char* weaker : {"disable", "prefer", "require", "verify-ca"}) {
    const HubError error = error_of([&] { (void)read_hub_address("host=h sslmode=" + std::string(weaker)); });
    EXPECT_EQ(error.kind(), HubError::Kind::conninfo);
    EXPECT_THAT(error.what(), HasSubstr("verify-full only"));
  }
}

TEST(HubAddress, HoldsNoPasswordAndNeverRepeatsOne) {
  for (const char* text :
       {"host=h password=hunter2", "postgresql://user:hunter2@h/casweep", "host=h sslpassword=hunter2",
        "host=h password = 'hunter2", "postgresql://user:hunter2@[h/casweep", "user:hunter2@h"}) {
    const HubError error = error_of([&] { (void)read_hub_address(text); });
    EXPECT_EQ(error.kind(), HubError::Kind::conninfo) << text;
    EXPECT_THAT(error.what(), Not(HasSubstr("hunter2"))) << text;
  }
  EXPECT_THAT(error_of([] { (void)read_hub_address("host=h password=x"); }).what(),
              AllOf(HasSubstr("~/.pgpass"), HasSubstr("PGPASSFILE"), HasSubstr("service file")));
  setenv("PGPASSWORD", "hunter2", 1);
  EXPECT_THAT(error_of([] { (void)read_hub_address("host=h"); }).what(),
              AllOf(HasSubstr("PGPASSWORD"), Not(HasSubstr("hunter2"))));
  unsetenv("PGPASSWORD");
}

TEST(HubAddress, IsShownWithoutSecrets) {
  EXPECT_EQ(read_hub_address("service=casweep").shown(), "service casweep");
  EXPECT_EQ(read_hub_address("host=hub.corp.example dbname=casweep port=5433 user=u").shown(),
            "database casweep on hub.corp.example port 5433");
  EXPECT_EQ(read_hub_address("hostaddr=10.0.0.1").shown(), "the default database on 10.0.0.1");
}

TEST(LocalPaths, AreReplacedAndOtherSlashesStay) {
  EXPECT_EQ(without_local_paths("The keytab /etc/casweep/scan.keytab: not found."), "The keytab …: not found.");
  EXPECT_EQ(without_local_paths("'/home/my user/file' and \"/a b\""), "'…' and \"…\"");
  EXPECT_EQ(without_local_paths("FILE:/tmp/krb5cc_0, (/var/lib)"), "FILE:…, (…)");
  EXPECT_EQ(without_local_paths("/root"), "…");
  for (const char* other : {"ldap://dc01.corp.example/DC=corp", "10.0.0.0/8", "and/or", "HOST/dc01@CORP", "a / b", "/",
                            "ldaps://[::1]/x", "//server/share", "5 von 10 Prüfungen/Tag"}) {
    EXPECT_EQ(without_local_paths(other), other);
  }
}

TEST(LocalPaths, SettingsKeepOnlyWhatIsKnownToBeNoFile) {
  EXPECT_EQ(
      settings_without_files(R"({"domain":"d","keytab":"/k","later_file":"/x","clock":{"failure":"/y"},"jobs":3})"),
      R"({"domain":"d","jobs":3})");
  EXPECT_EQ(settings_without_files("no JSON"), "{}");
}

}  // namespace
}  // namespace casweep::hub
