// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/extended_name_internal.h"

#include <gtest/gtest.h>

#include "discovery/distinguished_name.h"

namespace casweep::discovery {
namespace {

TEST(ExtendedName, HasTheObjectsIdentity) {
  const auto name =
      parse_extended_name("<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;<SID=S-1-5-21-1-2-3>;DC=corp,DC=example");
  ASSERT_TRUE(name.object_guid);
  EXPECT_EQ(name.object_guid->to_string(), "b035a4d7-d5a8-4bfc-9af5-5194521a0ff4");
  EXPECT_EQ(name.sid, "S-1-5-21-1-2-3");
  EXPECT_EQ(name.distinguished_name, "DC=corp,DC=example");
}

TEST(ExtendedName, MayBeAPlainName) {
  for (const std::string text :
       {"DC=corp,DC=example", "CN=<GUID=x>;,DC=corp", "<GUID=without an end", "", "<", "<GUID"}) {
    const auto name = parse_extended_name(text);
    EXPECT_FALSE(name.object_guid) << text;
    EXPECT_EQ(name.distinguished_name, text);
  }
}

TEST(ExtendedName, IgnoresAnInvalidIdentity) {
  const auto name = parse_extended_name("<GUID=zz>;<SID=S-1-5-21-1;2>;DC=corp");
  EXPECT_FALSE(name.object_guid);
  EXPECT_TRUE(name.sid.empty());
}

TEST(Sid, IsDigitsAndHyphens) {
  EXPECT_TRUE(is_sid("S-1-5-21-1004336348-1177238915-682003330"));
  for (const std::string_view text : {"", "S-1-", "S-1-5-", "S-1--5", "S-2-5", "S-1-5-2x", "s-1-5"}) {
    EXPECT_FALSE(is_sid(text)) << text;
  }
}

TEST(DistinguishedName, HasAParentAndAFirstValue) {
  EXPECT_EQ(parent_of("CN=A\\, B,CN=C"), "CN=C");
  EXPECT_EQ(parent_of("CN=A\\\\,CN=C"), "CN=C");
  EXPECT_EQ(parent_of("CN=A"), "");
  EXPECT_EQ(first_value_of("CN=A\\, B,CN=C"), "A, B");
  EXPECT_EQ(first_value_of("nonsense"), "");
  EXPECT_EQ(first_value_of(""), "");
}

}  // namespace
}  // namespace casweep::discovery
