// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include <tl/expected.hpp>

#include "base/octets.h"
#include "winreg/registry_failure.h"
#include "winreg/winreg_ndr.h"

namespace casweep::winreg {

/// A bound connection to one host's winreg interface.
class RpcChannel {
 public:
  virtual ~RpcChannel() = default;

  /// Sends one request stub and returns the reply's stub. Blocks until the channel's deadline. After a failure the
  /// channel is unusable.
  [[nodiscard]] virtual tl::expected<base::Octets, RegistryFailure> call(Opnum opnum,
                                                                         std::span<const std::uint8_t> stub) = 0;
};

}  // namespace casweep::winreg
