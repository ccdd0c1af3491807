// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <lber.h>

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "discovery/directory_error.h"
#include "logon/kerberos_service_ticket.h"

namespace casweep::discovery {

/// The client's side of the SASL mechanism GSSAPI with Kerberos (RFC 4752), towards the one service that a ticket is
/// for. libldap's own, by Cyrus SASL, knows services of two parts only, and lets DNS replace the host's name. The
/// service proves itself too. Asks neither a KDC nor DNS.
class SaslGssapi {
 public:
  enum class Layer { none, sign_and_seal };

  /// `channel_bindings` as [RFC 5929] has them: "tls-server-end-point:" and a hash; empty: none.
  [[nodiscard]] static tl::expected<SaslGssapi, DirectoryError> make(const logon::ControllerTicket& ticket, Layer layer,
                                                                     const std::string& channel_bindings);

  SaslGssapi(SaslGssapi&& other) noexcept;
  SaslGssapi& operator=(SaslGssapi&& other) noexcept;
  ~SaslGssapi();

  /// What to send: at first, with an empty challenge, and then for each challenge of the server.
  [[nodiscard]] tl::expected<std::string, DirectoryError> respond(const std::string& challenge);

  /// Whether the service has proven itself and the layer is agreed. A server that says "success" before has not.
  [[nodiscard]] bool is_complete() const;

  /// Bits of the key that seals; 0 without a layer.
  [[nodiscard]] int key_bits() const;

  /// Signs and seals all that `sockbuf` sends from now on, and takes only what is. Outlives the Sockbuf.
  void protect(Sockbuf* sockbuf);

  struct State;

 private:
  explicit SaslGssapi(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace casweep::discovery
