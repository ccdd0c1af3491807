// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kdc_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/private_directory.h"

namespace casweep::logon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The KDCs of CORP.EXAMPLE by a krb5.conf with `lines`.
std::vector<base::Endpoint> kdcs_with(const std::string& lines) {
  const auto directory = base::PrivateDirectory::make().value();
  const std::string file = directory.path() + "/krb5.conf";
  std::ofstream(file) << "[libdefaults]\n  dns_lookup_kdc = false\n[realms]\n  CORP.EXAMPLE = {\n" << lines << "  }\n";
  setenv("KRB5_CONFIG", file.c_str(), 1);
  auto kdcs = kdcs_of_realm("CORP.EXAMPLE").kdcs;
  unsetenv("KRB5_CONFIG");
  return kdcs;
}

TEST(KdcList, HoldsTheKdcsOfKrb5ConfInItsOrder) {
  EXPECT_THAT(kdcs_with("    kdc = dc2.corp.example\n    kdc = 192.0.2.7:1088\n    kdc = [2001:db8::7]\n"),
              ElementsAre(base::Endpoint{"dc2.corp.example", 88}, base::Endpoint{"192.0.2.7", 1088},
                          base::Endpoint{"2001:db8::7", 88}));
}

TEST(KdcList, IsEmptyIfAnyKdcHasAnotherForm) {
  EXPECT_THAT(kdcs_with("    kdc = dc2.corp.example\n    kdc = https://proxy.corp.example/KdcProxy\n"), IsEmpty());
}

TEST(KdcList, IsEmptyWithoutKdcs) { EXPECT_THAT(kdcs_with(""), IsEmpty()); }

}  // namespace
}  // namespace casweep::logon
