// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/checksums.h"

#include <gtest/gtest.h>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

const std::string sum(64, 'a');

TEST(Checksums, AreReadAsTheyWereWritten) {
  const Checksums sums{{"VERIFY.txt", sum}, {"raw/a.json", std::string(64, '0')}};
  EXPECT_EQ(checksum_lines(sums), sum + "  VERIFY.txt\n" + std::string(64, '0') + "  raw/a.json\n");
  EXPECT_EQ(read_checksum_lines(checksum_lines(sums)), sums);
}

TEST(Checksums, InAnyOtherFormAreRefused) {
  for (const std::string& lines : {std::string{},
                                   std::string("\n"),
                                   sum + "  a",
                                   sum + " *a\n",
                                   "\\" + sum + "  a\n",
                                   std::string(64, 'A') + "  a\n",
                                   std::string(64, 'g') + "  a\n",
                                   sum + "  a\n" + sum + "  a\n",
                                   sum + "  b\n" + sum + "  a\n",
                                   sum + "  a\r\n",
                                   sum + "  ../a\n",
                                   sum + "  /a\n",
                                   sum + "  a\n\n",
                                   sum + "  a b\n",
                                   sum.substr(1) + "  a\n",
                                   sum + "  -\n",
                                   sum + "  -c\n",
                                   sum + "  raw/-\n",
                                   sum + "   a\n",
                                   " " + sum + "  a\n",
                                   sum + "\t a\n",
                                   sum + "  a \n",
                                   "SHA256 (a) = " + sum + "\n",
                                   sum + "  a\n" + std::string(1, '\0')}) {
    EXPECT_THROW((void)read_checksum_lines(lines), EvidenceError) << lines;
  }
}

TEST(BundleName, LeadsNowhereElse) {
  for (const char* name : {"SHA256SUMS.p7s.tsr", "raw/8b1e0c52-0000-4000-8000-000000000001.json", "VERIFY.txt"}) {
    EXPECT_TRUE(is_bundle_name(name)) << name;
  }
  for (const char* name : {"",   ".",      "..",   "/", "a/", "/a",     "a//b", "a/b/c", "a/../b", "../a",
                           ".a", "raw/.a", "a..b", "-", "-a", "raw/-a", "a b",  "a\nb",  "a\\b",   "\xc3\xa4"}) {
    EXPECT_FALSE(is_bundle_name(name)) << name;
  }
}

}  // namespace
}  // namespace casweep::evidence
