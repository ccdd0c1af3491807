// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_directory.h"

#include <arpa/inet.h>
#include <ldap.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace casweep::test {

FakeDirectory::Client::Client(int descriptor) : descriptor_(descriptor), sockbuf_(ber_sockbuf_alloc()) {
  ber_sockbuf_add_io(sockbuf_.get(), &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, nullptr);
  ber_sockbuf_ctrl(sockbuf_.get(), LBER_SB_OPT_SET_FD, &descriptor_);
}

std::optional<FakeDirectory::Search> FakeDirectory::Client::receive() {
  for (;;) {
    BerElement* ber = ber_alloc_t(LBER_USE_DER);
    ber_len_t size = 0;
    if (ber_get_next(sockbuf_.get(), &size, ber) != LBER_SEQUENCE) {
      ber_free(ber, 1);
      return std::nullopt;
    }
    Search search;
    ber_tag_t operation = 0;
    ber_scanf(ber, "it", &search.id, &operation);
    if (operation == LDAP_REQ_SEARCH) {
      berval base{};
      char** attributes = nullptr;
      ber_int_t ignored = 0;
      ber_scanf(ber, "{meeiibx{v}", &base, &ignored, &ignored, &ignored, &ignored, &ignored, &attributes);
      search.base.assign(base.bv_val, base.bv_len);
      for (char** attribute = attributes; attribute != nullptr && *attribute != nullptr; ++attribute) {
        search.attributes.emplace_back(*attribute);
      }
      ber_memvfree(reinterpret_cast<void**>(attributes));
    }
    ber_free(ber, 1);
    if (operation == LDAP_REQ_UNBIND) return std::nullopt;
    if (operation == LDAP_REQ_SEARCH) return search;
  }
}

void FakeDirectory::Client::send(BerElement* message) {
  berval octets{};
  ber_flatten2(message, &octets, 0);
  bytes({octets.bv_val, octets.bv_len});
  ber_free(message, 1);
}

void FakeDirectory::Client::bytes(std::string_view raw) {
  while (!raw.empty()) {
    const ssize_t sent = ::send(descriptor_, raw.data(), raw.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    raw.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void FakeDirectory::Client::entry(const Search& search, const std::string& name, const Attributes& attributes) {
  BerElement* ber = ber_alloc_t(LBER_USE_DER);
  ber_printf(ber, "{it{s{", search.id, LDAP_RES_SEARCH_ENTRY, name.c_str());
  for (const auto& [description, values] : attributes) {
    ber_printf(ber, "{s[", description.c_str());
    for (const auto& value : values) ber_printf(ber, "o", value.data(), value.size());
    ber_printf(ber, "]}");
  }
  ber_printf(ber, "}}}");
  send(ber);
}

void FakeDirectory::Client::reference(const Search& search, const std::string& uri) {
  BerElement* ber = ber_alloc_t(LBER_USE_DER);
  ber_printf(ber, "{it{s}}", search.id, LDAP_RES_SEARCH_REFERENCE, uri.c_str());
  send(ber);
}

void FakeDirectory::Client::result(const Search& search, int code, std::optional<std::string_view> cookie) {
  BerElement* ber = ber_alloc_t(LBER_USE_DER);
  ber_printf(ber, "{it{ess}", search.id, LDAP_RES_SEARCH_RESULT, code, "", "");
  if (cookie) {
    BerElement* paging = ber_alloc_t(LBER_USE_DER);
    berval value{};
    ber_printf(paging, "{io}", 0, cookie->data(), cookie->size());
    ber_flatten2(paging, &value, 0);
    ber_printf(ber, "t{{sO}}", LDAP_TAG_CONTROLS, LDAP_CONTROL_PAGEDRESULTS, &value);
    ber_free(paging, 1);
  }
  ber_printf(ber, "}");
  send(ber);
}

void FakeDirectory::Client::root_dse(const Search& search) {
  entry(search, "",
        {{"configurationNamingContext", {"CN=Configuration,DC=corp,DC=example"}},
         {"rootDomainNamingContext", {"DC=corp,DC=example"}},
         {"dnsHostName", {"dc1.corp.example"}},
         {"supportedControl", {LDAP_CONTROL_PAGEDRESULTS}}});
  result(search);
}

std::size_t FakeDirectory::Client::wait_until_gone() {
  std::array<char, 512> ignored;
  std::size_t all = 0;
  for (;;) {
    const ssize_t got = recv(descriptor_, ignored.data(), ignored.size(), 0);
    if (got <= 0) return all;
    all += static_cast<std::size_t>(got);
  }
}

FakeDirectory::FakeDirectory(std::function<void(Client&)> behave) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  bind(listener_, generic, size);
  listen(listener_, 8);
  getsockname(listener_, generic, &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([listener = listener_, behave = std::move(behave)] {
    for (int descriptor; (descriptor = accept(listener, nullptr, nullptr)) >= 0;) {
      Client client(descriptor);  // its Sockbuf closes the descriptor
      behave(client);
    }
  });
}

FakeDirectory::~FakeDirectory() {
  shutdown(listener_, SHUT_RDWR);  // ends the accept
  thread_.join();
  close(listener_);
}

}  // namespace casweep::test
