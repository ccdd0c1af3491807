// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/unanswered_addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <string_view>

namespace casweep::sweep {
namespace {

constexpr std::string_view syn_sent = "02";
constexpr std::size_t digits_of_word = 8;  // an address is printed as 32-bit numbers of this machine's byte order

std::optional<std::uint32_t> number_in(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// "0100007F": "127.0.0.1".
std::optional<std::string> address_in(std::string_view digits) {
  std::array<std::uint32_t, sizeof(in6_addr) / sizeof(std::uint32_t)> words{};
  const std::size_t count = digits.size() / digits_of_word;
  if (count != 1 && count != words.size()) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = number_in(digits.substr(i * digits_of_word, digits_of_word));
    if (!word) return std::nullopt;
    words[i] = *word;  // NOLINT(cppcoreguidelines-pro-bounds-constant-array-index)
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return text.data();
}

/// Reads one of the kernel's tables. Each line begins with a number and the local address, the remote one and its
/// port, and the state of the connection.
bool read_table(const char* file, std::uint16_t port, std::set<std::string>& addresses) {
  std::ifstream table(file);
  std::string line;
  if (!std::getline(table, line)) return false;  // the heading
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string number;
    std::string local;
    std::string remote;
    std::string state;
    if (!(words >> number >> local >> remote >> state) || state != syn_sent) continue;
    const auto colon = remote.find(':');
    if (colon == std::string::npos || number_in(std::string_view(remote).substr(colon + 1)) != port) continue;
    if (auto address = address_in(std::string_view(remote).substr(0, colon))) addresses.insert(*std::move(address));
  }
  return true;
}

}  // namespace

std::optional<std::set<std::string>> unanswered_addresses(std::uint16_t port) {
  std::set<std::string> addresses;
  if (!read_table("/proc/self/net/tcp", port, addresses)) return std::nullopt;
  static_cast<void>(read_table("/proc/self/net/tcp6", port, addresses));  // a machine may have no IPv6
  return addresses;
}

}  // namespace casweep::sweep
