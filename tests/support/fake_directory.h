// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <lber.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "discovery/directory_server.h"

namespace casweep::test {

/// A fake domain controller: it implements just enough LDAP on 127.0.0.1 to answer a search, and behaviour that a real
/// one cannot be made to show. It supports no bind, no TLS and no filters.
class FakeDirectory {
 public:
  struct Search {
    ber_int_t id = 0;
    std::string base;
    std::vector<std::string> attributes;
  };

  /// The fake's end of one connection.
  class Client {
   public:
    explicit Client(int descriptor);

    /// The next search; nullopt: the client has disconnected.
    std::optional<Search> receive();

    using Attributes = std::map<std::string, std::vector<std::string>>;
    void entry(const Search& search, const std::string& name, const Attributes& attributes);
    void reference(const Search& search, const std::string& uri);
    void result(const Search& search, int code = 0, std::optional<std::string_view> cookie = std::nullopt);
    void bytes(std::string_view raw);

    /// Answers a search for the rootDSE as a domain controller of corp.example does.
    void root_dse(const Search& search);

    /// Stays silent until the client disconnects. Returns how many octets it sent until then.
    std::size_t wait_until_gone();

   private:
    struct FreeSockbuf {
      void operator()(Sockbuf* sockbuf) const { ber_sockbuf_free(sockbuf); }
    };
    void send(BerElement* message);

    int descriptor_;
    std::unique_ptr<Sockbuf, FreeSockbuf> sockbuf_;
  };

  /// `behave` is run for each connection, one after the other; when it returns the connection is closed.
  explicit FakeDirectory(std::function<void(Client&)> behave);
  ~FakeDirectory();
  FakeDirectory(const FakeDirectory&) = delete;
  FakeDirectory& operator=(const FakeDirectory&) = delete;

  [[nodiscard]] discovery::DirectoryServer server() const {
    return {.ldaps = false, .host = "127.0.0.1", .port = port_};
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace casweep::test
