// SPDX-License-Identifier: GPL-3.0-or-later
// The input is data that a worker wrote into its pipe; then the payload of one frame with a correct length.
#include "sweep/worker_frame_internal.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/fuzz/claim.h"

namespace casweep::fuzz {
namespace {

using namespace assess;
using namespace sweep;

bool same(const WorkerMessage& left, const WorkerMessage& right) {
  const Reading& a = left.reading;
  const Reading& b = right.reading;
  return left.kind == right.kind && left.stage == right.stage && a.result == b.result && a.key_path == b.key_path &&
         a.address == b.address && a.protocol == b.protocol && a.account == b.account && a.started_at == b.started_at &&
         a.finished_at == b.finished_at;
}

/// The result of reading `bytes` in pieces of size `piece`.
struct Answer {
  std::vector<WorkerMessage> messages;
  bool broken = false;
};

Answer read(std::string_view bytes, std::size_t piece) {
  Answer reading;
  FrameReader reader;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto message = reader.next()) reading.messages.push_back(*std::move(message));
  }
  reading.broken = reader.broken();
  return reading;
}

/// Decoded data must survive encoding and decoding, and the parent must be able to store and print it.
void claim_is_usable(const WorkerMessage& message) {
  const Answer again = read(encode_frame(message), std::string_view::npos);
  claim(!again.broken && again.messages.size() == 1 && same(again.messages.front(), message));

  const auto& result = message.reading.result;
  if (!result) {
    claim(!word_of(result.error().reason).empty());
    return;
  }
  claim(!word_of(result->found_by).empty() && !word_of(result->matched_by).empty());
  if (result->key_last_write) {
    const std::chrono::sys_time<std::chrono::milliseconds> stored = *result->key_last_write;
    claim(std::chrono::floor<std::chrono::seconds>(stored) == *result->key_last_write);
  }
}

void read_as_pipe(std::string_view bytes) {
  const Answer whole = read(bytes, std::string_view::npos);
  const Answer pieces = read(bytes, 7);
  claim(whole.broken == pieces.broken && whole.messages.size() == pieces.messages.size());
  for (std::size_t i = 0; i < whole.messages.size(); ++i) {
    claim(same(whole.messages[i], pieces.messages[i]));
    claim_is_usable(whole.messages[i]);
  }
}

}  // namespace
}  // namespace casweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace casweep::fuzz;
  const std::string input(data, data + size);
  read_as_pipe(input);
  std::string frame;
  for (unsigned shift = 0; shift < 32; shift += 8) frame.push_back(static_cast<char>((size >> shift) & 0xFF));
  read_as_pipe(frame + input);
  return 0;
}
