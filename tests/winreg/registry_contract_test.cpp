// SPDX-License-Identifier: GPL-3.0-or-later
// The behaviour of a registry, checked on the fake that other tests use and on a real host. CASWEEP_CONTRACT_HOST names
// the real host (with an existing Kerberos cache); the forest test runs this program that way.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/fake_registry.h"
#include "winreg/remote_registry.h"
#include "winreg/smb_rpc_channel.h"

namespace casweep::winreg {

using namespace test;
namespace {

constexpr const char* ca_name = "Contoso Issuing CA 03";  // 0x441 in tests/lab/cases

std::unique_ptr<RpcChannel> fake_channel() {
  auto fake = std::make_unique<test::FakeRegistry>();
  auto& key = fake->add(configuration(ca_name));
  key.values["InterfaceFlags"] = dword(0x441);
  key.values["CommonName"] = text(ca_name);
  fake->add(configuration()).values["Active"] = text(ca_name);
  return fake;
}

std::unique_ptr<RpcChannel> real_channel() {
  const char* ccache = std::getenv("KRB5CCNAME");
  const logon::Account account{logon::Logon::kerberos, "", ccache == nullptr ? "" : ccache, {}};
  static SmbClient client(account);
  const char* host = std::getenv("CASWEEP_CONTRACT_HOST");
  auto channel = client.connect_winreg(host, host, std::chrono::steady_clock::now() + std::chrono::seconds(15));
  if (!channel) throw std::runtime_error(channel.error().detail);
  return *std::move(channel);
}

struct Kind {
  const char* name;
  std::unique_ptr<RpcChannel> (*channel)();
};

class RegistryContract : public testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<RpcChannel> channel_ = GetParam().channel();
  RemoteRegistry registry_{*channel_};
};

TEST_P(RegistryContract, AValueIsReadWithItsTypeAndBytes) {
  const auto key = registry_.open(configuration(ca_name), winreg::KEY_QUERY_VALUE);
  ASSERT_TRUE(key && *key);
  EXPECT_EQ(registry_.value(**key, "InterfaceFlags"), dword(0x441));
  EXPECT_EQ(registry_.value(**key, "CommonName"), text(ca_name));
}

TEST_P(RegistryContract, NamesCompareWithoutCase) {
  const auto key = registry_.open(R"(system\currentcontrolset\services\certsvc\configuration\CONTOSO ISSUING CA 03)",
                                  winreg::KEY_QUERY_VALUE);
  ASSERT_TRUE(key);
  EXPECT_TRUE(*key);
}

TEST_P(RegistryContract, AMissingKeyIsAnAnswer) {
  const auto key = registry_.open(configuration("No Such CA"), winreg::KEY_QUERY_VALUE);
  ASSERT_TRUE(key);
  EXPECT_FALSE(*key);
}

TEST_P(RegistryContract, AMissingValueIsAnAnswer) {
  const auto key = registry_.open(configuration(ca_name), winreg::KEY_QUERY_VALUE);
  ASSERT_TRUE(key && *key);
  const auto value = registry_.value(**key, "NoSuchValue");
  ASSERT_TRUE(value);
  EXPECT_FALSE(*value);
}

TEST_P(RegistryContract, AKeyHasItsNumberOfSubKeys) {
  const auto key = registry_.open(configuration(), winreg::KEY_QUERY_VALUE);
  ASSERT_TRUE(key && *key);
  const auto info = registry_.info(**key);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->sub_keys, 1U);
}

TEST_P(RegistryContract, SubKeysAreListedToTheirEnd) {
  const auto key = registry_.open(configuration(), winreg::KEY_QUERY_VALUE | winreg::KEY_ENUMERATE_SUB_KEYS);
  ASSERT_TRUE(key && *key);
  EXPECT_EQ(registry_.sub_key(**key, 0), ca_name);
  EXPECT_EQ(registry_.sub_key(**key, 1), std::nullopt);
}

std::vector<Kind> kinds() {
  std::vector<Kind> kinds{{"Fake", fake_channel}};
  if (std::getenv("CASWEEP_CONTRACT_HOST") != nullptr) kinds.push_back({"Real", real_channel});
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Every, RegistryContract, testing::ValuesIn(kinds()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace casweep::winreg
