// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace casweep::hub {

/// The hub cannot be used, or it refused something: the command ends with it, and the hub has nothing of what was being
/// sent. `what()` is one sentence for a person with what to do next.
class HubError : public std::runtime_error {
 public:
  enum class Kind {
    conninfo,     ///< the text that says where the hub is
    unreachable,  ///< or the connection was lost
    credentials,  ///< the login was refused, or it may not do this
    certificate,  ///< the server could not prove its identity
    not_a_hub,    ///< a database without casweep's schema
    older,        ///< its schema is older than this program needs
    newer,        ///< it was made by a later version
    not_enrolled,
    busy,          ///< another publisher of the same site
    other_chain,   ///< the hub received other entries of this history than it has now
    refused_rows,  ///< what was sent is not what the ledger recorded
    disk_full,
    interrupted,  ///< by a signal
    failed,       ///< anything else the server reports
  };

  HubError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace casweep::hub
