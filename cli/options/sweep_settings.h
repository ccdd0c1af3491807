// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <span>
#include <string>
#include <vector>

#include "discovery/enrollment_service.h"
#include "sweep/sweep.h"

namespace casweep::cli {

/// --jobs, --deadline, --ca
[[nodiscard]] boost::program_options::options_description sweep_options();

struct SweepSettings {
  sweep::SweepOptions options;
  std::vector<std::string> chosen;  ///< names of the CAs to read; none: all
};

/// Throws CommandError for numbers out of range.
[[nodiscard]] SweepSettings read_sweep_settings(const boost::program_options::variables_map& values);

/// Those of `listed` that `chosen` names, in the order of `listed`: by cn, displayName, "HOST\CA" (either name) or
/// objectGUID, without case; what is an objectGUID of `listed` is nothing else. All, if nothing is chosen. Throws
/// CommandError, with the names there are, for a name that none of them has.
[[nodiscard]] std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                                   std::span<const std::string> chosen);

}  // namespace casweep::cli
