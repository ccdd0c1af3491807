// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/published_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
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
  ASSERT_TRUE(written(file_, "", Readers::owner).publish(Existing::replace));
  EXPECT_EQ(mode(), 0600U);
  ::umask(before);
}

TEST_F(PublishedFileTest, CannotBeCreatedInAFolderThatDoesNotExist) {
  const auto file = PublishedFile::create(folder_ / "missing" / "report.html", Readers::umask);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error(), ENOENT);
}

}  // namespace
}  // namespace casweep::base
