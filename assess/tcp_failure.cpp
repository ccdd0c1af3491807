// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/tcp_failure.h"

#include <fmt/format.h>
#include <netdb.h>

#include <cerrno>
#include <cstring>

#include "base/foreign_error.h"
#include "winreg/smb_port.h"

namespace casweep::assess {
namespace {

ReadFailure failure_to_resolve(int error, const std::string& host) {
  const bool absent = error == EAI_NONAME || error == EAI_NODATA;
  return {Reason::name_not_resolved,
          absent ? fmt::format("This machine's resolver knows no address of {}.", host)
                 : fmt::format("This machine's resolver got no answer about {}: {}.", host, ::gai_strerror(error)),
          {"resolver", error, std::string(base::resolver_symbol(error))}};
}

ReadFailure failure_to_connect(int error, const std::string& address) {
  const base::ForeignError foreign{"errno", error, std::string(base::errno_symbol(error))};
  switch (error) {
    case ECONNREFUSED:
      return {Reason::connection_refused,
              fmt::format("{} refused the connection to TCP port {}: nothing listens there, or a firewall rejects it.",
                          address, winreg::smb_port),
              foreign};
    case ETIMEDOUT:
      return {Reason::timed_out, fmt::format("{} did not answer on TCP port {}.", address, winreg::smb_port), foreign};
    default:
      return {Reason::host_unreachable,
              fmt::format("{} cannot be reached on TCP port {}: {}.", address, winreg::smb_port, std::strerror(error)),
              foreign};
  }
}

}  // namespace

ReadFailure tcp_failure(const base::TcpFailure& failure, const std::string& host) {
  return failure.kind == base::TcpFailure::Kind::not_resolved ? failure_to_resolve(failure.code, host)
                                                              : failure_to_connect(failure.code, host);
}

}  // namespace casweep::assess
