// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/sweep_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>
#include <string>
#include <vector>

#include "cli/command_error.h"

namespace casweep::cli {

namespace {

namespace po = boost::program_options;
using ::testing::HasSubstr;

SweepSettings read(const std::vector<std::string>& arguments) {
  const auto options = sweep_options().options;
  po::variables_map values;
  po::store(po::command_line_parser(arguments).options(options).run(), values);
  return read_sweep_settings(values);
}

TEST(SweepSettings, HaveDefaults) {
  EXPECT_EQ(read({}).jobs, 0U) << "it finds its level";
  EXPECT_EQ(read({}).deadline, std::chrono::seconds(15));
}

TEST(SweepSettings, RefuseNumbersOutOfRange) {
  for (const char* wrong : {"--jobs=0", "--jobs=-1", "--jobs=257", "--deadline=0", "--deadline=3601"}) {
    EXPECT_THROW((void)read({wrong}), CommandError) << wrong;
  }
}

}  // namespace
}  // namespace casweep::cli
