// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/foreign_text_internal.h"

namespace casweep::store {
namespace {

using namespace std::string_literals;

struct Kept {
  std::string type;
  std::string text;
};

Kept kept(const std::string& text) {
  SQLite::Database database(":memory:", SQLite::OPEN_READWRITE);
  SQLite::Statement row(database, "SELECT typeof(:text), :text");
  bind_foreign_text(row, ":text", text);
  row.executeStep();
  return {row.getColumn(0).getString(), row.getColumn(1).getString()};
}

TEST(ForeignText, IsTextIfItIsUtf8) {
  EXPECT_EQ(kept("Müller CA").type, "text");
  EXPECT_EQ(kept("Müller CA").text, "Müller CA");
}

TEST(ForeignText, IsABlobIfItIsNotUtf8) {
  EXPECT_EQ(kept("M\xFCller").type, "blob");
  EXPECT_EQ(kept("M\xFCller").text, "M\xFCller");
}

TEST(ForeignText, DoesNotEndAtANul) {
  EXPECT_EQ(kept("good\0evil"s).type, "blob");
  EXPECT_EQ(kept("good\0evil"s).text, "good\0evil"s);
}

TEST(ForeignText, IsNullIfThereIsNone) { EXPECT_EQ(kept("").type, "null"); }

TEST(ForeignText, ComesBackFromJsonAsItWas) {
  const std::vector<std::string> texts{"User", "", "\xFF\xFE", "a\0b"s, "\"quoted\"\n", R"({"hex": "00"})"};
  EXPECT_EQ(texts_of_json(json_of(texts)), texts);
}

}  // namespace
}  // namespace casweep::store
