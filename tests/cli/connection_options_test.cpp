// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/connection_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/terminal/password.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

namespace po = boost::program_options;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ConnectionOptions read(const std::vector<std::string>& arguments) {
  po::options_description options;
  options.add(directory_options().options).add(account_options(Asks::directory_and_cas).options);
  po::variables_map values;
  po::store(po::command_line_parser(arguments).options(options).run(), values);
  return read_connection_options(values);
}

TEST(ConnectionOptions, ServersKeepTheirOrder) {
  EXPECT_THAT(read({"--server", "ldaps://b ldaps://a", "--server", "LDAP://c"}).directory.servers,
              ElementsAre("ldaps://b", "ldaps://a", "LDAP://c"));
}

TEST(ConnectionOptions, DefaultIsKerberosWithTheCacheAtHand) {
  const ConnectionOptions options = read({});

  EXPECT_FALSE(options.ntlm);
  EXPECT_TRUE(options.user.empty());
  EXPECT_TRUE(options.directory.domain.empty());
}

struct Refused {
  const char* why;
  std::vector<std::string> arguments;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.why; }

class RefusedOptions : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedOptions, AreUsage) {
  try {
    (void)read(GetParam().arguments);
    FAIL() << GetParam().why;
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    ConnectionOptions, RefusedOptions,
    ::testing::Values(
        Refused{"two ways to the directory", {"--domain", "corp.example", "--server", "ldap://dc"}},
        Refused{"not a URI", {"--server", "dc01.corp.example"}}, Refused{"not LDAP", {"--server", "http://dc01"}},
        Refused{"a URI without a host", {"--server", "ldap://"}},
        Refused{"a user without a realm", {"--user", "auditor"}}, Refused{"an empty realm", {"--user", "auditor@"}},
        Refused{"a realm without a user", {"--user", "@CORP.EXAMPLE"}},
        Refused{"a keytab of nobody", {"--keytab", "k"}}, Refused{"a password of nobody", {"--password-file", "p"}},
        Refused{"two secrets", {"--user", "a@R", "--keytab", "k", "--password-file", "p"}},
        Refused{"NTLM as nobody", {"--ntlm", "--server", "ldaps://dc"}},
        Refused{"NTLM with a keytab", {"--ntlm", "--server", "ldaps://dc", "--user", "a@R", "--keytab", "k"}},
        Refused{"NTLM without TLS", {"--ntlm", "--server", "ldap://dc", "--user", "a@R"}},
        Refused{"NTLM with TLS to some servers", {"--ntlm", "--server", "ldaps://a ldap://b", "--user", "a@R"}},
        Refused{"NTLM to whatever the domain has", {"--ntlm", "--domain", "corp.example", "--user", "a@R"}},
        Refused{"NTLM with StartTLS to a server that DNS names",
                {"--ntlm", "--domain", "corp.example", "--start-tls", "--user", "a@R"}},
        Refused{"NTLM with a trusted root to a server that DNS names",
                {"--ntlm", "--start-tls", "--ca-cert", "/dev/null", "--user", "a@R"}}));

TEST(ConnectionOptions, NtlmIsTakenInsideTls) {
  EXPECT_TRUE(read({"--ntlm", "--server", "ldaps://dc", "--user", "a@R"}).ntlm);
  EXPECT_TRUE(read({"--ntlm", "--server", "ldap://dc", "--start-tls", "--user", "a@R"}).ntlm);
}

/// What a configuration says for other servers keeps nobody from naming one that is TLS from its first byte.
TEST(ConnectionOptions, StartTlsGoesBesideLdaps) {
  const auto options = read({"--server", "ldaps://a ldap://b", "--start-tls"});
  EXPECT_TRUE(options.directory.start_tls);
  EXPECT_THAT(options.directory.servers, ElementsAre("ldaps://a", "ldap://b"));
}

TEST(ConnectionOptions, AMissingRootFileIsBadData) {
  try {
    (void)read({"--ca-cert", "/nonexistent.pem"});
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
  }
}

TEST(NameDirectory, TakesTheRealmAndSaysSo) {
  TestEnvironment environment;
  discovery::DirectoryOptions directory;

  name_directory(directory, "auditor@CORP.EXAMPLE", environment.environment);

  EXPECT_EQ(directory.domain, "corp.example");
  EXPECT_THAT(environment.err.str(), HasSubstr("asking the domain corp.example, from the realm of auditor"));
}

TEST(NameDirectory, LeavesAChosenDirectoryAlone) {
  TestEnvironment environment;
  discovery::DirectoryOptions directory;
  directory.servers = {"ldap://dc"};

  name_directory(directory, "auditor@CORP.EXAMPLE", environment.environment);

  EXPECT_EQ(directory.domain, "");
  EXPECT_EQ(environment.err.str(), "");
}

TEST(NameDirectory, NeedsARealm) {
  TestEnvironment environment;
  discovery::DirectoryOptions directory;
  EXPECT_THROW(name_directory(directory, "", environment.environment), CommandError);
}

TEST(PasswordFile, IsItsFirstLine) {
  const TestFolder folder;
  TestEnvironment environment;
  EXPECT_EQ(read_password_file(folder.file("a", "pass word \r\nmore\n"), environment.environment).reveal(),
            "pass word ");
  EXPECT_EQ(read_password_file(folder.file("b", "no newline"), environment.environment).reveal(), "no newline");
}

TEST(PasswordFile, ThatEverybodyMayReadIsReported) {
  const TestFolder folder;
  const std::string file = folder.file("a", "secret\n");
  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  TestEnvironment environment;

  (void)read_password_file(file, environment.environment);

  EXPECT_THAT(environment.err.str(), HasSubstr("chmod 600"));
}

TEST(PasswordFile, ThatOthersMayWriteIsACredentialsError) {
  const TestFolder folder;
  const std::string file = folder.file("a", "secret\n");
  std::filesystem::permissions(file, std::filesystem::perms::group_write, std::filesystem::perm_options::add);
  TestEnvironment environment;
  try {
    (void)read_password_file(file, environment.environment);
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::credentials);
    EXPECT_THAT(error.what(), HasSubstr(file));
  }
}

/// With keys of their own, and a KDC of their own, others could prove any server to be a domain controller.
TEST(ConnectionOptions, FilesThatOthersMayWriteAreRefused) {
  const TestFolder folder;
  const std::string file = folder.file("a", "x");
  std::filesystem::permissions(file, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  const auto code_of = [](const std::vector<std::string>& arguments) {
    try {
      (void)read(arguments);
    } catch (const CommandError& error) {
      return error.code();
    }
    return ExitCode::ok;
  };
  EXPECT_EQ(code_of({"--user", "a@R", "--keytab", file}), ExitCode::credentials);
  EXPECT_EQ(code_of({"--ca-cert", file}), ExitCode::data);
}

TEST(PasswordFile, WithoutAPasswordIsACredentialsError) {
  const TestFolder folder;
  TestEnvironment environment;
  for (const std::string& file : {folder.file("empty", ""), folder.file("blank", "\nsecret\n"),
                                  folder.file("long", std::string(5000, 'x')), std::string("/nonexistent")}) {
    try {
      (void)read_password_file(file, environment.environment);
      FAIL() << file;
    } catch (const CommandError& error) {
      EXPECT_EQ(error.code(), ExitCode::credentials);
    }
  }
}

}  // namespace
}  // namespace casweep::cli
