// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/endpoint.h"
#include "base/patience.h"
#include "base/tcp_address.h"

namespace casweep::base {

/// How long the first of several endpoints is waited for alone, and how long better ones are waited for after a worse
/// one has answered.
inline constexpr std::chrono::milliseconds head_start{250};
inline constexpr std::chrono::milliseconds grace{1000};

/// Why an endpoint was passed over.
enum class Refusal {
  silent,        ///< it had not answered by then
  refused,       ///< it refused the connection
  not_resolved,  ///< its name has no address, or the resolver did not answer
  unreachable,   ///< the connection failed otherwise
};

/// "did not answer", for a sentence that names the endpoint.
[[nodiscard]] std::string_view words_for(Refusal refusal);

struct PassedOver {
  std::size_t index = 0;
  Refusal refusal = Refusal::silent;

  bool operator==(const PassedOver&) const = default;
};

/// Which of several endpoints answered.
struct Acceptance {
  std::optional<std::size_t> accepted{};  ///< the best that accepted a connection; nullopt: none did
  std::vector<PassedOver> passed_over{};  ///< better ones
};

/// Finds the best of `endpoints`, best first, that accepts a connection. The first has a head start; if it does not
/// answer, all others are asked at once. The names are looked up, and the connections made, in a process that ends with
/// `patience`. The only failures are `interrupted` and `crashed`.
[[nodiscard]] tl::expected<Acceptance, TcpFailure> first_to_accept(std::span<const Endpoint> endpoints,
                                                                   const Patience& patience);

/// Whether each of `endpoints` accepts a connection, all asked at once: nullopt if it does. Of more than 256, only the
/// first 256 are asked. Limits and failures as first_to_accept().
[[nodiscard]] tl::expected<std::vector<std::optional<Refusal>>, TcpFailure> refusals_of(
    std::span<const Endpoint> endpoints, const Patience& patience);

}  // namespace casweep::base
