// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_inquiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/fake_directory.h"
#include "tests/support/silent_port.h"

namespace casweep::discovery {

using namespace test;
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A forest with many sites, of which a firewall lets through two. An address proves no controller, so the inquiry ends
/// after the first that was connected to.
TEST(DirectoryInquiry, ChoosesInTimeIf38Of40ControllersAreSilent) {
  const std::vector<SilentPort> silent(38);
  const FakeDirectory near([](FakeDirectory::Client& client) { client.wait_until_gone(); });
  const FakeDirectory far([](FakeDirectory::Client& client) { client.wait_until_gone(); });
  DirectoryOptions options;
  for (const SilentPort& port : silent) options.servers.push_back(fmt::format("ldap://127.0.0.1:{}", port.port()));
  options.servers.push_back(near.server().uri());
  options.servers.push_back(far.server().uri());
  options.patience = {10s};
  std::vector<std::string> notes;
  options.note = [&](const std::string& note) { notes.push_back(note); };
  const auto began = std::chrono::steady_clock::now();

  const auto asked =
      ask_directory(options, {.principal = "auditor@CORP.EXAMPLE", .ccache = "FILE:/nonexistent", .password = {}},
                    [](DirectoryConnection&) { return tl::expected<void, DirectoryError>(); });

  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().kind, DirectoryErrorKind::server_unproven) << asked.error().message;
  EXPECT_THAT(notes, ElementsAre(HasSubstr("38 of 40 domain controllers were passed over")));
}

}  // namespace
}  // namespace casweep::discovery
