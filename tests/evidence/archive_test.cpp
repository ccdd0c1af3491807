// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>
#include <stdexcept>
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

std::string archive_in(std::string_view folder, const std::vector<BundleFile>& files) {
  std::ostringstream out;
  write_archive(out, files, folder);
  return std::move(out).str();
}

TEST(Archive, UnpacksIntoItsFolder) {
  for (const std::size_t length : {1U, 40U, 90U, 155U}) {  // a long one is in a field of its own
    const std::string folder(length, 'f');
    const auto archive = archive_in(folder, two_files);
    const auto members = members_of(archive);
    ASSERT_EQ(members.size(), 2U);
    EXPECT_EQ(members[0].folder, folder);
    EXPECT_EQ(members[1].folder, folder);
    EXPECT_EQ(members[1].name, "raw/a.json");
    EXPECT_EQ(archive.substr(members[1].offset, members[1].size), two_files[1].content);
  }
  EXPECT_EQ(members_of(archive_of(two_files)).front().folder, "");
}

TEST(Archive, WithAFileBesideItsFolderIsRefused) {
  const auto inside = archive_in("folder", {two_files[0]});
  const auto other = archive_in("other", {two_files[1]});
  const auto none = archive_of({two_files[1]});
  const auto first = inside.substr(0, inside.size() - 1024);
  EXPECT_THROW((void)members_of(first + other), EvidenceError);
  EXPECT_THROW((void)members_of(first + none), EvidenceError);
  EXPECT_THROW((void)members_of(first + archive_of({{.name = "SHA256SUMS.tsr", .content = "x"}})), EvidenceError);
  EXPECT_NO_THROW((void)members_of(first + archive_in("folder", {{.name = "SHA256SUMS.tsr", .content = "x"}})));
}

TEST(Archive, HasAFolderWhoseNameIsSafe) {
  for (const char* folder : {"..", "a/b", "-a", ".a", "a b", "/a", "a\nb"}) {
    EXPECT_THROW((void)archive_in(folder, two_files), std::invalid_argument) << folder;
  }
  EXPECT_THROW((void)archive_in(std::string(156, 'f'), two_files), std::invalid_argument);
}

TEST(Archive, DoesNotTakeNamesThatNoBundleHas) {
  for (const char* name : {"../x", "/x", "a/b/c", ".x", "-", "-x", "raw/-x", "x y", ""}) {
    EXPECT_THROW((void)archive_of({{.name = name, .content = "x"}}), EvidenceError) << name;
  }
}

}  // namespace
}  // namespace casweep::evidence
