// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include <tl/expected.hpp>

#include "assess/observation.h"
#include "assess/winreg_ndr.h"

namespace casweep::assess {

/// A bound connection to one host's winreg interface.
class RpcChannel {
 public:
  virtual ~RpcChannel() = default;

  /// Sends one request stub and gives the reply's. Blocks until the channel's deadline. After a failure the channel is
  /// of no further use.
  [[nodiscard]] virtual tl::expected<Octets, ReadFailure> call(winreg::Opnum opnum,
                                                               std::span<const std::uint8_t> stub) = 0;
};

}  // namespace casweep::assess
