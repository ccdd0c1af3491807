// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/tcp_failure_internal.h"

#include <netdb.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace casweep::discovery {

namespace {

DirectoryError resolve_failure(const DirectoryServer& server, int code) {
  if (code == EAI_AGAIN) {
    return {DirectoryErrorKind::name_not_resolved,
            fmt::format("DNS did not answer a query for {}; check /etc/resolv.conf.", server.host)};
  }
  return {DirectoryErrorKind::name_not_resolved,
          fmt::format("{} has no address ({}); check the name and that this host uses the domain's DNS servers.",
                      server.host, gai_strerror(code))};
}

DirectoryError connect_failure(const DirectoryServer& server, int error) {
  if (error == ETIMEDOUT) {
    return {DirectoryErrorKind::timed_out,
            fmt::format("{} did not answer on port {}; check that it is running and that no firewall blocks the port.",
                        server.uri(), server.port)};
  }
  return {DirectoryErrorKind::unreachable,
          fmt::format("{} could not be reached on port {} ({}); check that it is running and is a domain controller.",
                      server.uri(), server.port, std::strerror(error))};
}

}  // namespace

DirectoryError tcp_failure(const base::TcpFailure& failure, const DirectoryServer& server) {
  switch (failure.kind) {
    case base::TcpFailure::Kind::not_resolved:
      return resolve_failure(server, failure.code);
    case base::TcpFailure::Kind::not_connected:
      return connect_failure(server, failure.code);
    case base::TcpFailure::Kind::interrupted:
      return interrupted_error();
    case base::TcpFailure::Kind::crashed:
      break;
  }
  return crashed_error();
}

}  // namespace casweep::discovery
