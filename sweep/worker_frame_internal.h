// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "assess/reading.h"

namespace casweep::sweep {

/// What a worker sends to its parent: its stage, with what it knows so far, and finally its reading.
struct WorkerMessage {
  enum class Kind { stage, result };
  Kind kind = Kind::stage;
  std::string stage;
  assess::Reading reading;
};

/// A frame is four bytes of length (little endian) and that many bytes of JSON; a greater length is an error.
inline constexpr std::uint32_t longest_frame = 256 * 1024;

[[nodiscard]] std::string encode_frame(const WorkerMessage& message);

/// Takes a worker's bytes as they arrive and returns its messages. A hostile server may have taken over the worker:
/// anything except complete, valid frames breaks the reader permanently.
class FrameReader {
 public:
  void feed(std::span<const char> bytes) { buffer_.append(bytes.data(), bytes.size()); }

  /// The next whole message; nullopt if there is none yet, or the reader is broken.
  [[nodiscard]] std::optional<WorkerMessage> next();

  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::string buffer_;
  bool broken_ = false;
};

}  // namespace casweep::sweep
