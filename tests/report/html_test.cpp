// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page/html.h"

#include <gtest/gtest.h>

#include <concepts>
#include <sstream>
#include <string>

namespace casweep::report {
namespace {

template <typename Text>
concept Writable = requires(HtmlWriter& html, const Text& text) {
  html << text;
};

// Code that does not say whether a string is foreign does not compile.
static_assert(!Writable<std::string> && !Writable<std::string_view>);
static_assert(!Writable<char> && !Writable<bool>);
static_assert(Writable<EscapedText> && Writable<Markup> && Writable<std::size_t>);

std::string written(const EscapedText& text) {
  std::ostringstream out;
  HtmlWriter(out) << "<p title=\"" << text << "\">" << 3;
  return out.str();
}

TEST(Html, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(written(own("<a href='x'>&\"")), "<p title=\"&lt;a href=&#39;x&#39;&gt;&amp;&quot;\">3");
  EXPECT_EQ(written(foreign_words("\"><b>")), "<p title=\"&quot;&gt;&lt;b&gt;\">3");
}

TEST(Html, KeepsForeignTextApartAndShowsWhatHides) {
  EXPECT_EQ(foreign("<b>\xe2\x80\xae\n").html(), "<bdi>&lt;b&gt;\\u202e\\x0a</bdi>");
  EXPECT_EQ(foreign_words("\xff").html(), "\\xff");
  EXPECT_EQ(foreign("証").html(), "<bdi>証</bdi>");
}

TEST(Html, CutsForeignTextThatIsEndless) {
  std::string endless;
  for (std::size_t i = 0; i < longest_foreign_text + 7; ++i) endless += "証";
  const std::string shown = foreign_words(endless).html();
  EXPECT_EQ(shown, endless.substr(0, 3 * longest_foreign_text) + "… (21 more bytes)");
  EXPECT_EQ(foreign_words(endless.substr(21)).html(), endless.substr(21));
}

TEST(Html, KeepsTheSignOfAFlagWithTheFlag) {
  EXPECT_EQ(foreign_command("a -b +C<").html(), "<bdi>a <span>-b</span> <span>+C</span>&lt;</bdi>");
  EXPECT_EQ(foreign_command("--x").html(), "<bdi><span>--x</span></bdi>");
  EXPECT_EQ(foreign_command("-証 &-").html(), "<bdi><span>-証</span> &amp;<span>-</span></bdi>");
  EXPECT_EQ(foreign_command("a-<b>").html(), "<bdi>a<span>-&lt;</span>b&gt;</bdi>");
}

}  // namespace
}  // namespace casweep::report
