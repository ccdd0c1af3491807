// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle_source.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "evidence/evidence_error.h"
#include "tests/support/test_folder.h"

namespace casweep::evidence {

using namespace test;
namespace {

/// So many descriptors and no more, while it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{.rlim_cur = most, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

class FolderOfABundle : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream{folder_.path() / name} << content;
  }

  static std::string content_of(const BundleSource& source, const BundleSource::Entry& entry) {
    std::string content;
    source.read(entry, [&](std::string_view piece) { content += piece; });
    return content;
  }

  const test::TestFolder folder_;
};

/// A file for each CA: there may be more of them than descriptors.
TEST_F(FolderOfABundle, MayHoldMoreFilesThanAProcessMayHaveOpen) {
  for (int i = 100; i < 400; ++i) write("raw/" + std::to_string(i) + ".json", std::to_string(i));
  const FewDescriptors few(64);

  const auto source = BundleSource::open(folder_.path());

  ASSERT_EQ(source->entries().size(), 300U);
  EXPECT_EQ(source->entries().front().name, "raw/100.json");
  EXPECT_EQ(content_of(*source, source->entries().front()), "100");
  EXPECT_EQ(content_of(*source, source->entries().back()), "399");
}

TEST_F(FolderOfABundle, IsReadAsItWasLookedAt) {
  write("SHA256SUMS", "before");
  const auto source = BundleSource::open(folder_.path());
  write("other", "before");
  std::filesystem::rename(folder_.path() / "other", folder_.path() / "SHA256SUMS");

  EXPECT_THROW((void)content_of(*source, source->entries().front()), EvidenceError);
}

}  // namespace
}  // namespace casweep::evidence
