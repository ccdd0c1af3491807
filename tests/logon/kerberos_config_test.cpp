// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_config.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/file_descriptor.h"
#include "logon/kdc_list.h"
#include "tests/support/silent_port.h"

namespace casweep::logon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A krb5.conf with a KDC where nothing listens and one that accepts connections.
class KerberosConfigTest : public testing::Test {
 protected:
  KerberosConfigTest() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_.get(), 8);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    live_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  }
  ~KerberosConfigTest() override { unsetenv("KRB5_CONFIG"); }

  void configure(const std::vector<std::string>& kdcs, const std::string& realm = "CORP.EXAMPLE") {
    std::ofstream file(config_);
    file << "[libdefaults]\n  dns_lookup_kdc = false\n[realms]\n  " << realm << " = {\n";
    for (const std::string& kdc : kdcs) file << "    kdc = " << kdc << '\n';
    file << "    admin_server = admin.corp.example\n  }\n";
    setenv("KRB5_CONFIG", config_.c_str(), 1);
  }

  const std::string dead_ = "127.0.0.1:1";
  std::string live_;
  base::FileDescriptor listener_;
  base::PrivateDirectory directory_ = base::PrivateDirectory::make().value();
  std::string config_ = directory_.path() + "/krb5.conf";
};

TEST_F(KerberosConfigTest, PutsTheKdcThatAnswersFirstWhileItLives) {
  configure({dead_, live_});
  {
    const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->kdc(), live_);
    EXPECT_THAT(config->passed_over(), ElementsAre(dead_ + " refused the connection"));

    const auto kdcs = kdcs_of_realm("CORP.EXAMPLE").kdcs;
    ASSERT_GE(kdcs.size(), 2);
    EXPECT_EQ(base::endpoint_text(kdcs.front()), live_);
  }
  EXPECT_STREQ(std::getenv("KRB5_CONFIG"), config_.c_str());
}

TEST_F(KerberosConfigTest, PrefersNoKdcIfTheFirstAnswersOrNoneDoes) {
  for (const auto& kdcs : {std::vector{live_, dead_}, std::vector{dead_, dead_}, std::vector{dead_}}) {
    configure(kdcs);
    const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->kdc(), "");
    EXPECT_EQ(kdcs_of_realm("CORP.EXAMPLE").kdcs.size(), kdcs.size());
  }
}

TEST_F(KerberosConfigTest, ChoosesInTimeIf38Of40KdcsAreSilent) {
  const std::vector<test::SilentPort> silent(38);
  std::vector<std::string> kdcs;
  for (const test::SilentPort& port : silent) kdcs.push_back(fmt::format("127.0.0.1:{}", port.port()));
  kdcs.push_back(live_);
  kdcs.push_back("127.0.0.2:" + live_.substr(live_.find(':') + 1));
  configure(kdcs);
  const auto began = std::chrono::steady_clock::now();

  const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{10s});

  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->kdc(), live_);
  EXPECT_EQ(config->passed_over().size(), 38);
}

/// KDCs from DNS are asked only if no line names one, so the file must name them all.
TEST_F(KerberosConfigTest, NamesTheOtherKdcsAfterTheOneThatAnswers) {
  configure({dead_, live_, "127.0.0.1:2"});
  const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{});
  ASSERT_TRUE(config);
  const std::string both = std::getenv("KRB5_CONFIG");
  setenv("KRB5_CONFIG", both.substr(0, both.find(':')).c_str(), 1);  // casweep's own file alone

  std::vector<std::string> named;
  for (const base::Endpoint& kdc : kdcs_of_realm("CORP.EXAMPLE").kdcs) named.push_back(base::endpoint_text(kdc));

  EXPECT_THAT(named, ElementsAre(live_, dead_, "127.0.0.1:2"));
}

/// The suffix of a userPrincipalName may be no realm; the KDCs are then those of the domain.
TEST_F(KerberosConfigTest, AsksTheKdcsOfTheFirstRealmThatHasAny) {
  configure({dead_, live_});
  const auto config = KerberosConfig::make({"BRAND.EXAMPLE", "CORP.EXAMPLE"}, base::Patience{});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->kdc(), live_);
  EXPECT_EQ(base::endpoint_text(kdcs_of_realm("CORP.EXAMPLE").kdcs.front()), live_);
}

TEST_F(KerberosConfigTest, PrefersNoKdcOfAnUnknownRealm) {
  configure({dead_, live_});
  EXPECT_EQ(KerberosConfig::make({"OTHER.EXAMPLE"}, base::Patience{})->kdc(), "");
}

/// A realm comes from an option or a ticket cache, and a krb5.conf can load programs.
TEST_F(KerberosConfigTest, WritesNoRealmThatIsNoName) {
  configure({dead_, live_}, "X}");
  EXPECT_EQ(kdcs_of_realm("X}").kdcs.size(), 2);

  const auto config = KerberosConfig::make({"X}"}, base::Patience{});

  ASSERT_TRUE(config);
  EXPECT_EQ(config->kdc(), "");
  EXPECT_EQ(kdcs_of_realm("X}").kdcs.size(), 2);
}

TEST_F(KerberosConfigTest, KeepsTheRestOfKrb5Conf) {
  configure({live_});
  const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{});
  ASSERT_TRUE(config);
  EXPECT_TRUE(std::string(std::getenv("KRB5_CONFIG")).ends_with(":" + config_));
  EXPECT_EQ(kdcs_of_realm("CORP.EXAMPLE").kdcs.size(), 1);
}

TEST_F(KerberosConfigTest, StandsBeforeTheDefaultFile) {
  unsetenv("KRB5_CONFIG");
  {
    const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{});
    EXPECT_TRUE(std::string(std::getenv("KRB5_CONFIG")).ends_with(":/etc/krb5.conf"));
  }
  EXPECT_EQ(std::getenv("KRB5_CONFIG"), nullptr);
}

TEST_F(KerberosConfigTest, EndsWithASignal) {
  configure({dead_, live_});
  const volatile std::sig_atomic_t signalled = 1;
  const auto config = KerberosConfig::make({"CORP.EXAMPLE"}, base::Patience{10s, base::StopSignal(signalled)});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, LogonErrorKind::interrupted);
}

}  // namespace
}  // namespace casweep::logon
