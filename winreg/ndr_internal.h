// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/octets.h"

namespace casweep::winreg {

/// Writes NDR20, little endian ([C706] chapter 14): each primitive aligned to its own size.
class NdrWriter {
 public:
  void u16(std::uint16_t value) { little_endian(value); }
  void u32(std::uint32_t value) { little_endian(value); }
  void octets(std::span<const std::uint8_t> octets) { out_.insert(out_.end(), octets.begin(), octets.end()); }

  void null_pointer() { u32(0); }
  /// A non-null unique pointer; NDR defers what it points to.
  void pointer() { u32(0x00020000 + 4 * ++pointers_); }

  /// RRP_UNICODE_STRING ([MS-RRP] 2.2.4) with its NUL, which Length and MaximumLength count, and room for `units` if
  /// that is more.
  void unicode_string(std::u16string_view text, std::uint16_t units = 0) {
    const auto sent = static_cast<std::uint32_t>(text.size() + 1);
    const std::uint32_t room = sent < units ? units : sent;
    u16(static_cast<std::uint16_t>(sent * 2));
    u16(static_cast<std::uint16_t>(room * 2));
    pointer();
    u32(room);  // max_count
    u32(0);     // offset
    u32(sent);  // actual_count
    for (const char16_t c : text) u16(c);
    u16(0);
  }

  /// An empty RRP_UNICODE_STRING with room for `units`, for the server to fill.
  void unicode_buffer(std::uint16_t units) {
    u16(0);
    u16(static_cast<std::uint16_t>(units * 2));
    pointer();
    u32(units);
    u32(0);
    u32(0);
  }

  [[nodiscard]] base::Octets take() && { return std::move(out_); }

 private:
  template <typename T>
  void little_endian(T value) {
    while (out_.size() % sizeof(T) != 0) out_.push_back(0);
    for (std::size_t i = 0; i < sizeof(T); ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  base::Octets out_;
  std::uint32_t pointers_ = 0;
};

/// Reads NDR20, little endian, from an untrusted server: past the end, and after the first error, every read returns
/// zeros and `ok()` is false. Never reads outside `stub`; never allocates more than `stub` holds.
class NdrReader {
 public:
  explicit NdrReader(std::span<const std::uint8_t> stub) : stub_(stub) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && at_ == stub_.size(); }
  void refuse() { ok_ = false; }

  std::uint16_t u16() { return little_endian<std::uint16_t>(); }
  std::uint32_t u32() { return little_endian<std::uint32_t>(); }
  bool pointer() { return u32() != 0; }

  std::span<const std::uint8_t> octets(std::size_t count) {
    if (!ok_ || stub_.size() - at_ < count) {
      refuse();
      return {};
    }
    const auto taken = stub_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  /// A conformant varying array of `unit` bytes an element: its elements, of which there must be at most `most`.
  std::span<const std::uint8_t> conformant_varying(std::size_t unit, std::uint32_t most) {
    const std::uint32_t max_count = u32();
    const std::uint32_t offset = u32();
    const std::uint32_t actual_count = u32();
    if (offset != 0 || actual_count > max_count || actual_count > most) refuse();
    if (!ok_) return {};
    return octets(std::size_t{actual_count} * unit);
  }

  /// RRP_UNICODE_STRING of at most `most` UTF-16 units, without its NUL.
  std::u16string unicode_string(std::uint32_t most) {
    const std::uint16_t length = u16();
    u16();  // MaximumLength: the server's buffer, irrelevant here
    if (!pointer()) return {};
    const auto bytes = conformant_varying(2, most);
    if (length % 2 != 0 || length > bytes.size()) refuse();
    if (!ok_) return {};
    std::u16string text;
    for (std::size_t i = 0; i + 1 < length; i += 2) {
      text.push_back(static_cast<char16_t>(bytes[i] | (bytes[i + 1] << 8)));
    }
    if (!text.empty() && text.back() == u'\0') text.pop_back();
    return text;
  }

 private:
  template <typename T>
  T little_endian() {
    const std::size_t padding = (sizeof(T) - at_ % sizeof(T)) % sizeof(T);
    octets(padding);
    const auto bytes = octets(sizeof(T));
    if (!ok_) return 0;
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | (T{bytes[i]} << (8 * i)));
    return value;
  }

  std::span<const std::uint8_t> stub_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace casweep::winreg
