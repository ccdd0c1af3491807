// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/smb_clock.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <future>
#include <nlohmann/json.hpp>

#include "base/bounded_call.h"
#include "base/file_descriptor.h"
#include "base/octets.h"
#include "base/patience.h"
#include "base/tcp_address.h"
#include "base/whole_number.h"
#include "winreg/smb_negotiate_internal.h"
#include "winreg/smb_port.h"

namespace casweep::winreg {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

/// Exactly `size` octets; nullopt if they do not come by `deadline`.
std::optional<base::Octets> receive_octets(int socket, std::size_t size, Deadline deadline) {
  base::Octets octets(size);
  for (std::size_t got = 0; got < size;) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    if (!base::wait_until_ready(waiting, deadline, {})) return std::nullopt;
    const ssize_t more = ::recv(socket, octets.data() + got, size - got, 0);
    if (more < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (more <= 0) return std::nullopt;
    got += static_cast<std::size_t>(more);
  }
  return octets;
}

}  // namespace

std::optional<std::chrono::seconds> clock_lead_of_host(const std::string& address, Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto socket = base::connect_tcp({address}, smb_port, {.time = left});
  if (!socket) return std::nullopt;
  const base::Octets request = negotiate_request();
  // A new socket takes so small a message at once.
  if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return std::nullopt;
  const auto header = receive_octets(socket->get(), smb_transport_header, deadline);
  const auto length = header ? smb_message_length(*header) : std::nullopt;
  const auto answer = length ? receive_octets(socket->get(), *length, deadline) : std::nullopt;
  const auto time = answer ? system_time_of(*answer) : std::nullopt;
  if (!time) return std::nullopt;
  return *time - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

tl::expected<std::vector<std::optional<std::chrono::seconds>>, base::TcpFailure> clock_leads_of_hosts(
    std::span<const std::string> addresses, const base::Patience& patience) {
  const auto ask_all = [&]() -> tl::expected<std::string, base::SlowCallError> {
    const auto deadline = std::chrono::steady_clock::now() + patience.time;
    std::vector<std::future<std::optional<std::chrono::seconds>>> leads;
    for (const std::string& address : addresses) {
      leads.push_back(
          std::async(std::launch::async, [&address, deadline] { return clock_lead_of_host(address, deadline); }));
    }
    auto answers = nlohmann::json::array();
    for (auto& lead : leads) {
      const auto seconds = lead.get();
      answers.push_back(seconds ? nlohmann::json(seconds->count()) : nullptr);
    }
    return answers.dump();
  };
  base::Patience with_reserve = patience;
  with_reserve.time += std::chrono::seconds(1);
  const auto text = base::bounded_call(ask_all, with_reserve);
  using Failure = base::BoundedCallFailure::Kind;
  if (!text && text.error().kind != Failure::timed_out) {
    const bool interrupted = text.error().kind == Failure::interrupted;
    return tl::unexpected(
        base::TcpFailure{interrupted ? base::TcpFailure::Kind::interrupted : base::TcpFailure::Kind::crashed, 0});
  }
  std::vector<std::optional<std::chrono::seconds>> leads(addresses.size());
  const auto answers = nlohmann::json::parse(text.value_or("[]"), nullptr, false);
  if (!answers.is_array() || answers.size() != leads.size()) return leads;
  for (std::size_t index = 0; index < leads.size(); ++index) {
    if (const auto seconds = base::whole_number<std::int64_t>(answers[index]))
      leads[index] = std::chrono::seconds(*seconds);
  }
  return leads;
}

}  // namespace casweep::winreg
