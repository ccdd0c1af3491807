// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bitset>
#include <cstddef>
#include <span>
#include <string_view>

namespace casweep::sweep {

/// What keeps a worker that the server it talks to has taken over from doing harm
/// (docs/adr/0004-worker-confinement.md).
enum class Measure {
  limits,        ///< memory, CPU time, size of files (none), descriptors
  descriptors,   ///< the parent's files are closed: its database, its locks
  not_dumpable,  ///< no other process may read the worker's memory
  no_new_privs,  ///< no set-user-ID program gives it more rights
  landlock,      ///< it cannot write, make or remove files, nor start programs
  seccomp,       ///< the same, and it cannot make processes or reach into others
};

inline constexpr std::size_t measures = 6;

[[nodiscard]] std::span<const Measure> all_measures();

/// Stable words: "no-new-privs".
[[nodiscard]] std::string_view word_of(Measure measure);

/// The measures that took effect. A kernel without Landlock or seccomp gives the others, and that is not an error.
class Confinement {
 public:
  [[nodiscard]] bool has(Measure measure) const { return in_force_.test(static_cast<std::size_t>(measure)); }
  void set(Measure measure, bool in_force) { in_force_.set(static_cast<std::size_t>(measure), in_force); }

  bool operator==(const Confinement&) const = default;

 private:
  friend Confinement try_confinement();
  std::bitset<measures> in_force_;
};

/// Does, in the parent, what need not be done again for every worker. Without it each worker does it for itself.
void prepare_confinement();

/// Confines the calling process for good: a worker, after its fork and before it talks to anybody. Of its descriptors
/// only the standard ones and `to_parent` stay open. Reading files, name lookups, sockets and threads go on working.
Confinement confine_worker(int to_parent) noexcept;

/// What a worker on this machine gets; confines a child to see, and leaves the calling process as it is. Throws
/// std::system_error if there can be no child.
[[nodiscard]] Confinement try_confinement();

}  // namespace casweep::sweep
