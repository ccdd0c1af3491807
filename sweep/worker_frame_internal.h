// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "assess/reading.h"

namespace casweep::sweep {

/// What a worker tells its parent: where it is, with what it knows so far, and at last its observation.
struct WorkerMessage {
  enum class Kind { stage, result };
  Kind kind = Kind::stage;
  std::string stage;
  assess::Reading reading;
};

/// A frame is four bytes of length (little endian) and that many bytes of JSON; longer than this it is a lie.
inline constexpr std::uint32_t longest_frame = 256 * 1024;

[[nodiscard]] std::string encode_frame(const WorkerMessage& message);

/// Takes a worker's bytes as they come and gives its messages. A worker may have been taken over by the server it
/// talked to: anything but whole, valid frames breaks the reader for good.
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
