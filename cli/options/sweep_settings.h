// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "cli/options/option_group.h"

namespace casweep::cli {

/// --jobs, --deadline and --ca, with what the latter does and, after the description of names, a remark about it.
[[nodiscard]] OptionGroup sweep_options(const std::string& what_ca_does = "read only this CA",
                                        const std::string& remark = ". The scan is recorded as partial");

struct SweepSettings {
  unsigned jobs = 0;                          ///< as in sweep::SweepOptions
  std::chrono::milliseconds deadline{15000};  ///< for each CA
  std::vector<std::string> cas{};             ///< names of the CAs to read; empty: all
};

/// Throws CommandError for numbers out of range.
[[nodiscard]] SweepSettings read_sweep_settings(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
