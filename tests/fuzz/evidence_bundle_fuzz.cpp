// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a tar archive; then SHA256SUMS; then ledger.jsonl: the files of a bundle that are read before they are
// verified.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "evidence/archive.h"
#include "evidence/checksums.h"
#include "evidence/evidence_error.h"
#include "evidence/ledger_lines.h"
#include "tests/fuzz/claim.h"

namespace casweep::fuzz {
namespace {

using namespace evidence;

constexpr std::array<std::string_view, 1> added{"SHA256SUMS.tsr"};

/// Nothing is outside the archive, nothing occurs twice, and no name leads elsewhere.
void read_as_archive(const std::string& bytes) {
  const auto members = read_archive(
      bytes.size(),
      [&](std::uint64_t offset, std::size_t size) {
        claim(offset <= bytes.size() && size <= bytes.size() - offset);
        return bytes.substr(offset, size);
      },
      added);
  for (const auto& member : members) {
    claim(is_bundle_name(member.name));
    claim(member.folder.empty() || is_plain_name(member.folder));
    claim(member.offset <= bytes.size() && member.size <= bytes.size() - member.offset);
    for (const auto& other : members) claim(&other == &member || other.name != member.name);
  }
}

/// Accepted input equals what casweep would write, byte by byte.
void read_as_checksums(const std::string& bytes) { claim(checksum_lines(read_checksum_lines(bytes)) == bytes); }

void read_as_ledger(const std::string& bytes) {
  const auto entries = read_ledger_lines(bytes);
  for (const auto& entry : entries) claim(ledger_hash(entry) == entry.hash);
}

template <typename Read>
void feed(Read read, const std::string& bytes) {
  try {
    read(bytes);
  } catch (const EvidenceError& refused) {
    claim(std::string_view(refused.what()).ends_with('.'));
  }
}

}  // namespace
}  // namespace casweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace casweep::fuzz;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  feed(read_as_archive, bytes);
  feed(read_as_checksums, bytes);
  feed(read_as_ledger, bytes);
  return 0;
}
