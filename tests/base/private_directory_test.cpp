// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/private_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace casweep::base {
namespace {

TEST(PrivateDirectory, IsForItsOwnerOnly) {
  const auto directory = PrivateDirectory::make();
  ASSERT_TRUE(directory);

  struct stat status {};
  ASSERT_EQ(stat(directory->path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  EXPECT_EQ(status.st_uid, geteuid());
}

TEST(PrivateDirectory, IsRemovedWithItsFiles) {
  std::string path;
  {
    const auto directory = PrivateDirectory::make();
    path = directory->path();
    std::ofstream(path + "/ccache") << "ticket";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PrivateDirectory, OutlivesTheObjectItWasMovedFrom) {
  auto first = PrivateDirectory::make();
  const auto path = first->path();
  PrivateDirectory second;
  second = std::move(*first);
  *first = PrivateDirectory();

  EXPECT_TRUE(std::filesystem::exists(path));
}

/// A sweep's workers are forks: when one ends, it must not remove the ticket of the others.
TEST(PrivateDirectory, OutlivesAForkedChild) {
  auto directory = PrivateDirectory::make();
  const pid_t child = fork();
  if (child == 0) {
    *directory = PrivateDirectory();
    _exit(0);
  }
  ASSERT_GT(child, 0);
  waitpid(child, nullptr, 0);

  EXPECT_TRUE(std::filesystem::exists(directory->path()));
}

TEST(PrivateDirectory, FallsBackIfTheRuntimeDirectoryIsMissing) {
  const char* before = std::getenv("XDG_RUNTIME_DIR");
  const std::string kept = before != nullptr ? before : "";
  setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
  const auto directory = PrivateDirectory::make();
  if (before != nullptr) {
    setenv("XDG_RUNTIME_DIR", kept.c_str(), 1);
  } else {
    unsetenv("XDG_RUNTIME_DIR");
  }

  ASSERT_TRUE(directory);
  EXPECT_TRUE(directory->path().starts_with("/tmp/"));
}

}  // namespace
}  // namespace casweep::base
