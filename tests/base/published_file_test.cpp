// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/published_file.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/test_folder.h"

namespace casweep::base {
namespace {

namespace fs = std::filesystem;

class PublishedFileTest : public testing::Test {
 protected:
  static PublishedFile written(const fs::path& file, std::string_view content, Readers readers = Readers::umask) {
    auto made = PublishedFile::create(file, readers);
    EXPECT_EQ(::write(made.value().descriptor(), content.data(), content.size()), std::ssize(content));
    return std::move(made).value();
  }

  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_.path()), {}); }

  [[nodiscard]] unsigned mode() const {
    struct stat status {};
    EXPECT_EQ(::stat(file_.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }

  test::TestFolder folder_;
  fs::path file_ = folder_ / "report.html";
};

TEST_F(PublishedFileTest, HasItsNameOnlyOncePublished) {
  {
    auto file = written(file_, "all of it");
    EXPECT_FALSE(fs::exists(file_));
    EXPECT_EQ(file.temporary_name().parent_path(), folder_.path());
    EXPECT_TRUE(file.publish(Existing::keep));
  }
  EXPECT_EQ(test::content_of(file_), "all of it");
  EXPECT_EQ(files(), 1);
}

TEST_F(PublishedFileTest, LeavesNothingUnlessPublished) {
  { const auto file = written(file_, "half of"); }
  EXPECT_EQ(files(), 0);
}

TEST_F(PublishedFileTest, SurvivesTheObjectItWasMovedFrom) {
  auto second = [&] {
    auto first = written(file_, "moved");
    return PublishedFile(std::move(first));
  }();
  ASSERT_TRUE(second.publish(Existing::keep));
  EXPECT_EQ(test::content_of(file_), "moved");
}

TEST_F(PublishedFileTest, KeepsAFileThatWasCreatedMeanwhile) {
  {
    auto file = written(file_, "new");
    folder_.file("report.html", "precious");
    EXPECT_EQ(file.publish(Existing::keep).error(), EEXIST);
  }
  EXPECT_EQ(test::content_of(file_), "precious");
  EXPECT_EQ(files(), 1);
}

TEST_F(PublishedFileTest, ReplacesAFileIfAsked) {
  folder_.file("report.html", "old");
  {
    auto file = written(file_, "new");
    EXPECT_TRUE(file.publish(Existing::replace));
  }
  EXPECT_EQ(test::content_of(file_), "new");
  EXPECT_EQ(files(), 1);
}

TEST_F(PublishedFileTest, IsReadableAsTheUmaskAllowsOrByItsOwnerOnly) {
  const mode_t before = ::umask(022);
  ASSERT_TRUE(written(file_, "", Readers::umask).publish(Existing::replace));
  EXPECT_EQ(mode(), 0644U);
  ::umask(0);
  ASSERT_TRUE(written(file_, "", Readers::owner).publish(Existing::replace));
  EXPECT_EQ(mode(), 0600U);
  ::umask(before);
}

TEST_F(PublishedFileTest, KeepsTheModeOfTheFileThatItReplaces) {
  for (const auto& [umask, kept] : {std::pair{077U, 0640U}, {077U, 0644U}, {0U, 0640U}, {0U, 0600U}, {022U, 0664U}}) {
    folder_.file("report.html", "old");
    ASSERT_EQ(::chmod(file_.c_str(), kept), 0);
    const mode_t before = ::umask(umask);
    {
      auto file = written(file_, "new");
      struct stat status {};
      EXPECT_EQ(::fstat(file.descriptor(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777U & ~kept, 0U) << "more users could read it while it was written";
      ASSERT_TRUE(file.publish(Existing::replace));
    }
    ::umask(before);
    EXPECT_EQ(mode(), kept);
  }
}

TEST_F(PublishedFileTest, IsNeverWritableForAllOthers) {
  folder_.file("report.html", "old");
  ASSERT_EQ(::chmod(file_.c_str(), 0666), 0);
  ASSERT_TRUE(written(file_, "new").publish(Existing::replace));
  EXPECT_EQ(mode(), 0664U);
}

/// Only root may give files away and choose any group.
using PublishedFileAsRoot = PublishedFileTest;

TEST_F(PublishedFileAsRoot, BelongsToWhoWroteIt) {
  folder_.file("report.html", "old");
  ASSERT_EQ(::chown(file_.c_str(), 54321, static_cast<gid_t>(-1)), 0);
  ASSERT_TRUE(written(file_, "new").publish(Existing::replace));
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
}

TEST_F(PublishedFileAsRoot, KeepsTheGroupOfTheFileThatItReplaces) {
  constexpr gid_t group = 54321;
  folder_.file("report.html", "old");
  ASSERT_EQ(::chown(file_.c_str(), static_cast<uid_t>(-1), group), 0);
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  ASSERT_TRUE(written(file_, "new").publish(Existing::replace));
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_gid, group);
  EXPECT_EQ(mode(), 0640U);
}

/// Replaces a file of another owner and group without the right to set them.
TEST_F(PublishedFileAsRoot, HasNoPermissionsForAGroupThatItCannotHave) {
  constexpr uid_t someone = 54321;
  folder_.file("report.html", "old");
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);  // root:root
  const pid_t child = ::fork();
  if (child == 0) {
    const bool dropped = ::setgroups(0, nullptr) == 0 && ::setgid(someone) == 0 && ::setuid(someone) == 0;
    ::_exit(dropped && written(file_, "new").publish(Existing::replace) ? 0 : 1);
  }
  int result = -1;
  ASSERT_EQ(::waitpid(child, &result, 0), child);
  ASSERT_EQ(result, 0);
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(PublishedFileTest, CannotBeCreatedInAFolderThatDoesNotExist) {
  const auto file = PublishedFile::create(folder_ / "missing" / "report.html", Readers::umask);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error(), ENOENT);
}

}  // namespace
}  // namespace casweep::base
