// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <lber.h>

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "discovery/directory_error.h"
#include "logon/kerberos_service_ticket.h"

namespace casweep::discovery {

/// The client side of the SASL mechanism GSSAPI with Kerberos (RFC 4752), for the one service of a ticket. libldap's
/// own implementation, Cyrus SASL, supports only services with two parts, and lets DNS replace the host's name.
/// Authentication is mutual. Uses neither a KDC nor DNS.
class SaslGssapi {
 public:
  enum class Layer { none, sign_and_seal };

  /// `channel_bindings` as [RFC 5929] has them: "tls-server-end-point:" and a hash; empty: none.
  [[nodiscard]] static tl::expected<SaslGssapi, DirectoryError> make(const logon::ControllerTicket& ticket, Layer layer,
                                                                     const std::string& channel_bindings);

  SaslGssapi(SaslGssapi&& other) noexcept;
  SaslGssapi& operator=(SaslGssapi&& other) noexcept;
  ~SaslGssapi();

  /// The data to send: first for an empty challenge, then for each challenge of the server.
  [[nodiscard]] tl::expected<std::string, DirectoryError> respond(const std::string& challenge);

  /// Whether the service has proven its identity and the layer is negotiated. A "success" before that proves nothing.
  [[nodiscard]] bool is_complete() const;

  /// Size of the sealing key in bits; 0 without a layer.
  [[nodiscard]] int key_bits() const;

  /// Signs and seals everything that `sockbuf` sends from now on, and accepts only sealed data. Must outlive the
  /// Sockbuf.
  void protect(Sockbuf* sockbuf);

  struct State;

 private:
  explicit SaslGssapi(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace casweep::discovery
