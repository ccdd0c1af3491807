// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/manual/roff.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace casweep::cli {
namespace {

TEST(Roff, HasNoRequestInAText) {
  EXPECT_EQ(roff_escaped(".DS_Store"), "\\&.DS_Store");
  EXPECT_EQ(roff_escaped("leaves (.DS_Store, ._*)"), "leaves (.DS_Store, \\&._*)");
  EXPECT_EQ(roff_escaped("'casweep scan'"), "\\(aqcasweep scan\\(aq");
}

TEST(Roff, KeepsWhatCanBeCopied) {
  EXPECT_EQ(roff_escaped("HOST\\CA"), "HOST\\eCA");
  EXPECT_EQ(roff_escaped("not-enforced"), "not\\-enforced");
  EXPECT_EQ(roff_escaped("\"$(date +%F)\" ~/a `b` ^c"), "\\(dq$(date +%F)\\(dq \\(ti/a \\(gab\\(ga \\(hac");
}

TEST(Roff, ShowsTheOptionsOfASentenceInBold) {
  EXPECT_EQ(roff_prose("with --key-password-file."), "with \\fB\\-\\-key\\-password\\-file\\fR.");
  EXPECT_EQ(roff_prose("use -o FILE"), "use \\fB\\-o\\fR FILE");
  for (const char* text : {"not-enforced", "a - b", "--", "'-wal' file", "-12"}) {
    EXPECT_EQ(roff_prose(text), roff_escaped(text)) << text;
  }
}

TEST(Roff, ShowsTheValuesOfAFormInItalics) {
  EXPECT_EQ(roff_form("[A [B]] -o FILE.tar|FOLDER"),
            "[\\fIA\\fR [\\fIB\\fR]] \\fB\\-o\\fR \\fIFILE\\fR.tar|\\fIFOLDER\\fR");
  EXPECT_EQ(roff_form("USER@REALM"), "\\fIUSER@REALM\\fR");
}

/// A line is wrapped at spaces only, and roff sees the end of a sentence at the end of a line.
TEST(Roff, BeginsALineWithASentence) {
  std::ostringstream out;
  RoffWriter page(out);
  page.paragraph("One sentence. Another one.");
  EXPECT_EQ(out.str(), ".PP\nOne sentence.\nAnother one.\n");
}

TEST(Roff, NeverBeginsALineOfAnExampleWithARequest) {
  std::ostringstream out;
  RoffWriter page(out);
  page.example({"Run it", ".program \\\n'quoted'"});
  EXPECT_EQ(out.str(), ".PP\nRun it:\n.RS 4\n.EX\n\\&.program \\e\n  \\(aqquoted\\(aq\n.EE\n.RE\n");
}

}  // namespace
}  // namespace casweep::cli
