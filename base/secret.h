// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::base {

/// A password in memory: never printed, never compared with ==, overwritten at destruction.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret& other) = default;
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] bool empty() const { return value_.empty(); }

  /// For the call that sends it. Valid as long as this object.
  [[nodiscard]] const std::string& reveal() const { return value_; }

 private:
  void wipe() noexcept;

  std::string value_;
};

}  // namespace casweep::base
