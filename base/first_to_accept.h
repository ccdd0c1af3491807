// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/tcp_address.h"

namespace casweep::base {

/// A TCP service: a host name or an address, and its port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// How long the first of several endpoints is waited for alone, and how long better ones are waited for after a worse
/// one has answered.
inline constexpr std::chrono::milliseconds head_start{250};
inline constexpr std::chrono::milliseconds grace{1000};

/// Which of several endpoints answered.
struct Acceptance {
  std::optional<std::size_t> accepted{};   ///< the best that accepted a connection; nullopt: none did
  std::vector<std::size_t> passed_over{};  ///< better ones, which refused it or had not answered by then
};

/// Finds the best of `endpoints`, best first, that accepts a connection. The first has a head start; if it does not
/// answer, all others are asked at once. The names are looked up, and the connections made, in a process that ends with
/// `patience`. The only failures are `interrupted` and `crashed`.
[[nodiscard]] tl::expected<Acceptance, TcpFailure> first_to_accept(std::span<const Endpoint> endpoints,
                                                                   const Patience& patience);

}  // namespace casweep::base
