// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

constexpr std::array<std::string_view, 1> added{"SHA256SUMS.tsr"};

std::string archive_of(const std::vector<BundleFile>& files) {
  std::ostringstream out;
  write_archive(out, files);
  return std::move(out).str();
}

std::vector<ArchiveMember> members_of(const std::string& archive) {
  return read_archive(
      archive.size(), [&](std::uint64_t offset, std::size_t size) { return archive.substr(offset, size); }, added);
}

const std::vector<BundleFile> two_files{{.name = "SHA256SUMS", .content = "sums\n"},
                                        {.name = "raw/a.json", .content = std::string(1000, 'x')}};

TEST(Archive, IsReadAsItWasWritten) {
  const auto archive = archive_of(two_files);
  EXPECT_EQ(archive.size(), 512U + 512 + 512 + 1024 + 1024);
  const auto members = members_of(archive);
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[1].name, "raw/a.json");
  EXPECT_EQ(archive.substr(members[1].offset, members[1].size), two_files[1].content);
}

TEST(Archive, DependsOnNothingButItsFiles) { EXPECT_EQ(archive_of(two_files), archive_of(two_files)); }

/// Every bit of a header, of the padding and of the end. (The contents are SHA256SUMS' business.)
TEST(Archive, WithAnyBitChangedIsRefused) {
  auto archive = archive_of(two_files);
  const auto members = members_of(archive);
  for (std::size_t at = 0; at < archive.size(); ++at) {
    const bool content = (at >= members[0].offset && at < members[0].offset + members[0].size) ||
                         (at >= members[1].offset && at < members[1].offset + members[1].size);
    if (content) continue;
    for (int bit = 0; bit < 8; ++bit) {
      archive[at] = static_cast<char>(archive[at] ^ (1 << bit));
      // Another name is another member: that is for SHA256SUMS to say.
      const bool of_a_name = at < 100 || (at >= 1024 && at < 1124);
      if (!of_a_name) {
        EXPECT_THROW((void)members_of(archive), EvidenceError) << at;
      }
      archive[at] = static_cast<char>(archive[at] ^ (1 << bit));
    }
  }
}

TEST(Archive, CutOffAnywhereIsRefused) {
  const auto archive = archive_of(two_files);
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_THROW((void)members_of(archive.substr(0, size)), EvidenceError) << size;
  }
}

TEST(Archive, OutOfOrderOrTwiceIsRefused) {
  EXPECT_THROW((void)members_of(archive_of({two_files[1], two_files[0]})), EvidenceError);
  EXPECT_THROW((void)members_of(archive_of({two_files[0], two_files[0]})), EvidenceError);
}

TEST(Archive, TakesATimestampThatWasAppended) {
  const BundleFile response{.name = "SHA256SUMS.tsr", .content = "response"};
  const auto members = members_of(archive_of({two_files[0], two_files[1], response}));
  EXPECT_EQ(members.back().name, "SHA256SUMS.tsr");
  EXPECT_THROW((void)members_of(archive_of({two_files[0], two_files[1], response, response})), EvidenceError);
}

TEST(Archive, DoesNotTakeNamesThatNoBundleHas) {
  for (const char* name : {"../x", "/x", "a/b/c", ".x", "x y", ""}) {
    EXPECT_THROW((void)archive_of({{.name = name, .content = "x"}}), EvidenceError) << name;
  }
}

}  // namespace
}  // namespace casweep::evidence
