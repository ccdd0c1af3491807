// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/trusted_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/private_directory.h"

namespace casweep::base {
namespace {

using testing::HasSubstr;

constexpr uid_t somebody_else = 12345;

class TrustedFileTest : public testing::Test {
 protected:
  std::string file(const std::string& name, mode_t mode = 0600) const {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path) << "x = y\n";
    chmod(path.c_str(), mode);
    return path;
  }

  std::string folder(const std::string& name, mode_t mode = 0700) const {
    const std::string path = folder_.path() + "/" + name;
    std::filesystem::create_directory(path);
    chmod(path.c_str(), mode);
    return path;
  }

  PrivateDirectory folder_ = PrivateDirectory::make().value();
};

TEST_F(TrustedFileTest, TrustsFilesOfThisUser) {
  EXPECT_TRUE(require_trusted(file("mine")));
  EXPECT_TRUE(require_trusted(file("readable", 0644)));
}

TEST_F(TrustedFileTest, RefusesFilesThatOthersCanWrite) {
  for (const mode_t mode : {0620U, 0602U, 0666U}) {
    const std::string path = file("mine", mode);
    const auto trusted = require_trusted(path);
    ASSERT_FALSE(trusted) << std::oct << mode;
    EXPECT_THAT(trusted.error(), HasSubstr(path));
  }
}

TEST_F(TrustedFileTest, RefusesFilesInAFolderThatOthersCanWrite) {
  for (const mode_t mode : {0777U, 0770U}) {
    const std::string inner = folder("open", mode);
    std::filesystem::create_directory(inner + "/own");
    file("open/own/mine");
    const auto trusted = require_trusted(inner + "/own/mine");
    ASSERT_FALSE(trusted) << std::oct << mode;
    EXPECT_THAT(trusted.error(), HasSubstr(inner));
  }
}

TEST_F(TrustedFileTest, TrustsFilesInAStickyFolder) {
  folder("sticky", 01777);
  EXPECT_TRUE(require_trusted(file("sticky/mine")));
}

TEST_F(TrustedFileTest, RefusesALinkThatOthersCanReplace) {
  const std::string target = file("mine");
  folder("open", 0777);
  std::filesystem::create_symlink(target, folder_.path() + "/open/link");
  std::filesystem::create_symlink("open/link", folder_.path() + "/second");
  EXPECT_FALSE(require_trusted(folder_.path() + "/open/link"));
  EXPECT_FALSE(require_trusted(folder_.path() + "/second"));

  std::filesystem::create_symlink("mine", folder_.path() + "/good");
  EXPECT_TRUE(require_trusted(folder_.path() + "/good"));
}

/// Only root may give files away.
using TrustedFileAsRoot = TrustedFileTest;

TEST_F(TrustedFileAsRoot, RefusesFilesOfAnotherUser) {
  const std::string given = file("given");
  ASSERT_EQ(chown(given.c_str(), somebody_else, 0), 0);
  EXPECT_THAT(require_trusted(given).error(), HasSubstr("12345"));

  const std::string target = file("mine");
  const std::string link = folder_.path() + "/link";
  std::filesystem::create_symlink(target, link);
  ASSERT_EQ(lchown(link.c_str(), somebody_else, 0), 0);
  EXPECT_FALSE(require_trusted(link));

  const std::string inner = folder("theirs");
  const std::string within = file("theirs/mine");
  ASSERT_EQ(chown(inner.c_str(), somebody_else, 0), 0);
  EXPECT_FALSE(require_trusted(within));
}

TEST_F(TrustedFileTest, LeavesAMissingFileToTheCaller) { EXPECT_TRUE(require_trusted("/nonexistent/file")); }

}  // namespace
}  // namespace casweep::base
