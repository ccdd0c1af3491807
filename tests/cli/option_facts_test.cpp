// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/option_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/commands.h"

namespace casweep::cli {
namespace {

using ::testing::ElementsAre;

OptionFacts facts_of(std::string_view command, std::string_view option) {
  const auto all = commands();
  const auto found = std::ranges::find(
      all, command, [](const Command& candidate) { return std::string_view(candidate.line.command); });
  if (found != all.end()) {
    for (const OptionFacts& facts : options_of(found->line)) {
      if (facts.name == option) return facts;
    }
  }
  ADD_FAILURE() << command << " has no --" << option;
  return {};
}

TEST(OptionFacts, AFlagHasNoValue) {
  const OptionFacts facts = facts_of("scan", "start-tls");
  EXPECT_EQ(facts.value_name, "");
  EXPECT_EQ(facts.heading, "Directory");
  EXPECT_EQ(facts.text, "use StartTLS with ldap:// servers");
}

TEST(OptionFacts, SayWhichValuesAreFiles) {
  EXPECT_EQ(facts_of("scan", "keytab").value_name, "FILE");
  EXPECT_TRUE(facts_of("scan", "keytab").takes_file);
  EXPECT_TRUE(facts_of("evidence create", "output").takes_file);
  EXPECT_FALSE(facts_of("scan", "user").takes_file);
}

TEST(OptionFacts, SayWhichWordsAValueMayBe) {
  EXPECT_THAT(facts_of("list", "format").words, ElementsAre("table", "json", "csv"));
  EXPECT_THAT(facts_of("show", "format").words, ElementsAre("table", "json"));
  EXPECT_THAT(facts_of("accept", "status").words,
              ElementsAre("planned", "risk-accepted", "third-party", "alternate-mitigation", "decommissioned"));
  EXPECT_THAT(facts_of("scan", "user").words, ElementsAre());
}

TEST(OptionFacts, SayWhichValuesAreLists) {
  EXPECT_TRUE(facts_of("scan", "fail-on").is_list);
  EXPECT_TRUE(facts_of("status", "only").is_list);
  EXPECT_FALSE(facts_of("scan", "format").is_list);
  EXPECT_FALSE(facts_of("accept", "status").is_list);
}

TEST(OptionFacts, SayWhichOptionsMayBeRepeated) {
  EXPECT_TRUE(facts_of("scan", "server").repeatable);
  EXPECT_TRUE(facts_of("export", "output").repeatable);
  EXPECT_FALSE(facts_of("scan", "output").repeatable);
  EXPECT_FALSE(facts_of("scan", "strict").repeatable);
}

/// A default that boost::program_options knows is in the text, not in the value's name.
TEST(OptionFacts, HaveTheDefaultInTheText) {
  EXPECT_EQ(facts_of("scan", "jobs").value_name, "N");
  EXPECT_EQ(facts_of("scan", "jobs").text,
            "read N CAs at a time, 1 to 256 (default: as many as this machine and the network can serve, 256 at most)");
  EXPECT_EQ(facts_of("scans", "newest").text, "show the newest N scans (default: 20)");
}

TEST(OptionFacts, KnowShortNames) {
  EXPECT_EQ(facts_of("export", "output").short_name, "o");
  EXPECT_EQ(facts_of("export", "force").short_name, "");
}

TEST(OptionFacts, SayWhereAValueMayComeFrom) {
  EXPECT_EQ(facts_of("scan", "fail-on").source, Source::anywhere);
  EXPECT_EQ(facts_of("status", "fail-on").source, Source::arguments_only);
  EXPECT_EQ(facts_of("scan", "config").source, Source::arguments_only);
}

}  // namespace
}  // namespace casweep::cli
