// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "hub/hub_error.h"

namespace casweep::hub {

/// An error as the server reports it.
struct Refusal {
  std::string sqlstate{};
  std::string message{};
  std::string detail{};  ///< for the classes of schema/hub, a JSON object
  std::string table{};
};

/// SQLSTATEs of schema/hub that the code decides on.
inline constexpr auto entries_already_received = "ZC008";

/// A refusal as an exception, with its sentence, that keeps what the server said.
class RefusedByHub : public HubError {
 public:
  RefusedByHub(const std::string& hub, Refusal refusal);
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  Refusal refusal_;
};

/// "entry 12 …, on 2026-11-23 02:43Z": the sentence for a history whose entry `seq` is not the one that the hub
/// received at `received_at` (Unix milliseconds; 0: not known).
[[nodiscard]] std::string sentence_of_other_chain(std::int64_t seq, std::int64_t received_at);

}  // namespace casweep::hub
