// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>

namespace casweep::base {

/// Whether a signal asks to stop: a view of the flag that a signal handler sets, which must outlive it.
class StopSignal {
 public:
  StopSignal() = default;  ///< never raised
  explicit StopSignal(const volatile std::sig_atomic_t& flag) : flag_(&flag) {}

  [[nodiscard]] bool is_raised() const { return flag_ != nullptr && *flag_ != 0; }

 private:
  const volatile std::sig_atomic_t* flag_ = nullptr;
};

}  // namespace casweep::base
