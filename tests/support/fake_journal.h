// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file_descriptor.h"

namespace casweep::test {

/// A socket at `file` that takes entries as systemd's journal does.
class FakeJournal {
 public:
  explicit FakeJournal(const std::filesystem::path& file) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, file.c_str(), sizeof address.sun_path - 1);
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("bind");
    }
  }

  /// The entries so far, each with its fields; a field that comes twice has both values.
  std::vector<std::multimap<std::string, std::string>> entries() {
    std::vector<std::multimap<std::string, std::string>> all;
    std::string datagram(1 << 20, '\0');
    for (;;) {
      const ssize_t got = ::recv(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
      if (got < 0) return all;
      all.push_back(fields_of(datagram.substr(0, static_cast<std::size_t>(got))));
    }
  }

 private:
  /// As https://systemd.io/JOURNAL_NATIVE_PROTOCOL describes a datagram.
  static std::multimap<std::string, std::string> fields_of(const std::string& datagram) {
    std::multimap<std::string, std::string> fields;
    for (std::size_t at = 0; at < datagram.size();) {
      const auto end = datagram.find('\n', at);
      const std::string head = datagram.substr(at, end - at);
      if (const auto equals = head.find('='); equals != std::string::npos) {
        fields.emplace(head.substr(0, equals), head.substr(equals + 1));
        at = end + 1;
        continue;
      }
      std::uint64_t size = 0;
      std::memcpy(&size, datagram.data() + end + 1, sizeof size);  // little-endian, as this machine
      fields.emplace(head, datagram.substr(end + 1 + sizeof size, size));
      at = end + 1 + sizeof size + size + 1;
    }
    return fields;
  }

  base::FileDescriptor socket_;
};

}  // namespace casweep::test
