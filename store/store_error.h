// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>

namespace casweep::store {

/// The history cannot be used: the command ends with it. `what()` is one sentence for a person with what to do next.
class StoreError : public std::runtime_error {
 public:
  enum class Kind {
    cannot_open,  ///< missing folder, permissions
    read_only,
    not_a_database,  ///< some other file
    not_ours,        ///< an SQLite file of another program
    newer,           ///< written by a later version of this program
    disk_full,
    busy,     ///< another process kept it locked for too long
    damaged,  ///< SQLite or our own checks found it inconsistent
    altered,  ///< its schema, or what it returns, is not what casweep wrote
    no_such_scan,
    no_such_ca,
    failed,  ///< anything else SQLite reports
  };

  StoreError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace casweep::store
