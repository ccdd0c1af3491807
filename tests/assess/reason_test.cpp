// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace casweep::assess {
namespace {

/// What histories and other people's scripts hold: a word may be added here, never changed.
TEST(Reason, WordsNeverChange) {
  std::vector<std::string_view> words;
  for (const Reason reason : all_reasons()) words.push_back(word_of(reason));
  EXPECT_THAT(words, testing::IsSupersetOf({"flag-set",
                                            "flag-clear",
                                            "value-absent",
                                            "rpc-enrollment-off",
                                            "value-malformed",
                                            "no-host-name",
                                            "host-name-invalid",
                                            "name-not-resolved",
                                            "host-unreachable",
                                            "connection-refused",
                                            "timed-out",
                                            "logon-refused",
                                            "kerberos-failed",
                                            "access-denied",
                                            "remote-registry-unavailable",
                                            "remote-registry-not-starting",
                                            "ca-key-not-found",
                                            "not-a-ca",
                                            "different-ca-on-host",
                                            "certificate-differs",
                                            "server-name-differs",
                                            "protocol-error",
                                            "worker-crashed",
                                            "not-read",
                                            "hidden-from-account"}));
}

TEST(Verdict, WordsNeverChange) {
  std::vector<std::string_view> words;
  for (const Verdict verdict : all_verdicts()) words.push_back(word_of(verdict));
  EXPECT_THAT(words, testing::UnorderedElementsAre("enforced", "not-enforced", "not-exposed", "unknown"));
}

TEST(Reason, EveryOneHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (const Reason reason : all_reasons()) {
    EXPECT_FALSE(word_of(reason).empty());
    EXPECT_TRUE(words.insert(word_of(reason)).second) << word_of(reason);
    EXPECT_EQ(reason_of_word(word_of(reason)), reason);
  }
  // Enumerators are counted from 0, so a reason that was forgotten in the table of words would be missing here.
  EXPECT_EQ(words.size(), static_cast<std::size_t>(Reason::hidden_from_account) + 1);
  EXPECT_EQ(reason_of_word("no-such-reason"), std::nullopt);
  EXPECT_EQ(verdict_of_word(""), std::nullopt);
}

}  // namespace
}  // namespace casweep::assess
