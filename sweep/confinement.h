// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bitset>
#include <cstddef>
#include <span>
#include <string_view>

namespace casweep::sweep {

/// What limits the harm of a worker that a hostile server has taken over (docs/adr/0004-worker-confinement.md).
enum class Measure {
  limits,        ///< memory, CPU time, size of files (none), descriptors
  descriptors,   ///< the parent's files are closed: its database, its locks
  not_dumpable,  ///< no other process may read the worker's memory
  no_new_privs,  ///< no set-user-ID program gives it more rights
  landlock,      ///< it cannot write, create or remove files, nor start programs
  seccomp,       ///< the same, and it cannot create processes or access others
};

inline constexpr std::size_t measures = 6;

/// base::first_to_answer() has one for each address of a host.
inline constexpr std::size_t descriptors_of_worker = 256;

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

/// For a child process, before its confinement: no core dump, and nothing on the standard streams, to which libraries
/// write their own messages.
void silence() noexcept;

/// Prepares in the parent what is the same for every worker. Without this call each worker does it for itself.
void prepare_confinement();

/// Confines the calling process permanently: a worker, after its fork and before it connects to a host. Only the
/// standard descriptors and `to_parent` stay open, and there are at most `descriptors`. Reading files, name lookups,
/// sockets and threads still work.
Confinement confine_worker(int to_parent, std::size_t descriptors = descriptors_of_worker) noexcept;

/// The measures that a worker on this machine gets. Confines a child process to find out; the calling process does not
/// change. Throws std::system_error if it cannot fork.
[[nodiscard]] Confinement try_confinement();

}  // namespace casweep::sweep
