// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/administration.h"

#include <gmock/gmock.h>

#include <string>

#include "hub/hub_schema_internal.h"
#include "tests/hub/hub_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::HasSubstr;
using Kind = HubError::Kind;

class AdministrationTest : public ::testing::Test {
 protected:
  static Connection on_server(const std::string& user, const std::string& database) {
    return Connection(read_hub_address(shared_server().socket(user, database)));
  }
};

TEST_F(AdministrationTest, InitChangesNoDatabaseThatIsAHub) {
  const HubOnServer hub(shared_server());
  auto admin = hub.admin();
  const HubError error = error_of([&] { init_hub(admin, 0); });
  EXPECT_THAT(error.what(), HasSubstr("has a schema 'casweep' already (not changed)"));
  hub.expect_sound();
}

TEST_F(AdministrationTest, InitNeedsNoSuperuser) {
  on_server("postgres", "postgres").run("CREATE ROLE maker LOGIN CREATEROLE CREATEDB");
  on_server("maker", "postgres").run("CREATE DATABASE made");
  // Roles belong to the whole server, and another account made these: it has to let this one grant them.
  on_server("postgres", "postgres")
      .run("GRANT casweep_owner, casweep_publisher, casweep_reader, casweep_site_reader TO maker WITH ADMIN OPTION");
  auto maker = on_server("maker", "made");
  init_hub(maker, 0);
  TestFolder folder;
  record_scans(folder / "history.db", 1);
  auto owner = on_server("maker", "made");
  enroll_site(owner, site_of(folder / "history.db"), "made_site");
  auto publisher = on_server("made_site", "made");
  EXPECT_EQ(publish(store::PublicationReader(folder / "history.db"), publisher).scans, 1U);
}

TEST_F(AdministrationTest, InitRefusesAnotherEncoding) {
  on_server("postgres", "postgres")
      .run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
  auto admin = on_server("postgres", "latin");
  EXPECT_THAT(error_of([&] { init_hub(admin, 0); }).what(), HasSubstr("encoding than UTF8"));
}

TEST_F(AdministrationTest, ADatabaseWithoutTheSchemaIsNoHub) {
  TestFolder folder;
  record_scans(folder / "history.db", 1);
  auto admin = on_server("postgres", "postgres");
  const HubError error = error_of([&] { (void)publish(store::PublicationReader(folder / "history.db"), admin); });
  EXPECT_EQ(error.kind(), Kind::not_a_hub);
  EXPECT_THAT(error.what(), HasSubstr("'casweep hub init'"));
}

/// The hub's schema as an older or a newer version of casweep made it.
void set_version(const HubOnServer& hub, int version) {
  hub.admin().run("CREATE OR REPLACE FUNCTION casweep.schema_version() RETURNS int IMMUTABLE LANGUAGE sql RETURN " +
                  std::to_string(version));
}

TEST_F(AdministrationTest, AnOlderHubIsUpgradedFirst) {
  const HubOnServer hub(shared_server());
  TestFolder folder;
  record_scans(folder / "history.db", 1);
  hub.enroll(folder / "history.db", "site_a");
  set_version(hub, newest_hub_version() - 1);

  const HubError error = error_of([&] { hub.publish(folder / "history.db", "site_a"); });

  EXPECT_EQ(error.kind(), Kind::older);
  EXPECT_THAT(error.what(), HasSubstr("ask the hub's owner to run 'casweep hub upgrade'"));
}

TEST_F(AdministrationTest, ANewerHubTakesWhatOlderProgramsSendAndLetsThemDoNothingElse) {
  const HubOnServer hub(shared_server());
  TestFolder folder;
  record_scans(folder / "history.db", 1);
  hub.enroll(folder / "history.db", "site_a");
  set_version(hub, newest_hub_version() + 1);

  EXPECT_EQ(hub.publish(folder / "history.db", "site_a").scans, 1U);
  auto owner = hub.admin();
  EXPECT_EQ(error_of([&] { check_hub(owner); }).kind(), Kind::newer);
  auto upgrader = hub.admin();
  EXPECT_EQ(error_of([&] { upgrade_hub(upgrader); }).kind(), Kind::newer);
}

TEST_F(AdministrationTest, UpgradeOfTheNewestVersionDoesNothing) {
  const HubOnServer hub(shared_server());
  auto owner = hub.admin();
  const HubUpgrade upgrade = upgrade_hub(owner);
  EXPECT_EQ(upgrade.before, newest_hub_version());
  EXPECT_EQ(upgrade.after, newest_hub_version());
}

TEST_F(AdministrationTest, PartitionedTablesHaveTheirPartitions) {
  const HubOnServer hub(shared_server(), 3);
  EXPECT_EQ(hub.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'casweep.observation'::regclass"), "3");
  EXPECT_EQ(hub.value("SELECT count(*) FROM pg_partitioned_table AS p JOIN pg_class AS c ON c.oid = p.partrelid WHERE "
                      "c.relnamespace = 'casweep'::regnamespace"),
            "15");
  const HubOnServer plain(shared_server(), 0);
  EXPECT_EQ(plain.value("SELECT count(*) FROM pg_partitioned_table"), "0");
}

TEST_F(AdministrationTest, SitesThatWereNotEnrolledAreNamed) {
  const HubOnServer hub(shared_server());
  const std::string nowhere = "00000000-0000-8000-8000-000000000000";
  auto owner = hub.admin();
  EXPECT_EQ(error_of([&] { revoke_site(owner, nowhere); }).kind(), Kind::not_enrolled);
  auto another = hub.admin();
  EXPECT_EQ(error_of([&] { enroll_reader(another, nowhere, "site_a"); }).kind(), Kind::not_enrolled);
}

}  // namespace
}  // namespace casweep::hub
