// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/confinement.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/words.h"

namespace casweep::sweep {
namespace {

// Recorded with every scan: add, never rename.
constexpr auto measure_words = base::words<Measure>({
    {Measure::limits, "limits"},
    {Measure::descriptors, "descriptors"},
    {Measure::not_dumpable, "not-dumpable"},
    {Measure::no_new_privs, "no-new-privs"},
    {Measure::landlock, "landlock"},
    {Measure::seccomp, "seccomp"},
});
static_assert(measure_words.keys().size() == measures);

bool limit(decltype(RLIMIT_AS) resource, rlim_t most) {
  const rlimit both{most, most};
  return ::setrlimit(resource, &both) == 0;
}

/// The size of the address space in use, in bytes: the first number of proc(5)'s statm, in pages. Read without a
/// stream, which would take longer than everything else here except seccomp.
std::optional<rlim_t> size_of_process() {
  std::array<char, 32> text{};
  const int statm = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t length = ::read(statm, text.data(), text.size());
  ::close(statm);
  rlim_t pages = 0;
  if (length <= 0 || std::from_chars(text.data(), text.data() + length, pages).ec != std::errc()) return std::nullopt;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

/// Relative to what the parent had, which may be a large history or a sanitizer's shadow. A reading takes 0.2 MB more;
/// a name service plug-in and a thread of it, ten.
bool limit_memory() {
  constexpr rlim_t growth = 64 << 20;
  const auto size = size_of_process();
  return size && limit(RLIMIT_AS, *size + growth);
}

bool limit_resources(rlim_t descriptors) {
  constexpr rlim_t cpu_seconds = 30;  // a reading takes milliseconds
  ::signal(SIGXFSZ, SIG_IGN);         // a write to a file fails instead of killing the process
  const std::array done{limit_memory(), limit(RLIMIT_CPU, cpu_seconds), limit(RLIMIT_FSIZE, 0),
                        limit(RLIMIT_NOFILE, descriptors)};
  return std::ranges::all_of(done, std::identity());
}

/// A fork inherits every open file, even with FD_CLOEXEC: here the parent's database.
bool close_all_but_standard_and(int kept) {
  constexpr unsigned first = STDERR_FILENO + 1;
  constexpr unsigned last = std::numeric_limits<unsigned>::max();
  if (kept < static_cast<int>(first)) return ::close_range(first, last, 0) == 0;
  const auto between = static_cast<unsigned>(kept);
  return (between == first || ::close_range(first, between - 1, 0) == 0) && ::close_range(between + 1, last, 0) == 0;
}

/// Landlock without any rule: what it handles is forbidden everywhere. Reading is not handled, because a name service
/// plug-in, krb5.conf and the credential cache may lie anywhere.
bool forbid_changing_files() {
  constexpr std::uint64_t truncate = 1ULL << 14;  // LANDLOCK_ACCESS_FS_TRUNCATE, younger than Debian 12's headers
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
      LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
      LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) |
      (version >= 3 ? truncate : 0);
  const auto rules =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0));
  if (rules < 0) return false;
  const bool restricted = ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  ::close(rules);
  return restricted;
}

struct ReleaseFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};

/// A seccomp filter that allows everything that is not forbidden.
class Filter {
 public:
  Filter() : filter_(::seccomp_init(SCMP_ACT_ALLOW)), complete_(filter_ != nullptr) {}

  /// Makes `call` fail with `error` if all of `arguments` match. A call that this architecture lacks is skipped.
  void forbid(int call, std::initializer_list<scmp_arg_cmp> arguments = {}, int error = EPERM) {
    if (::seccomp_rule_add_array(filter_.get(), SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), call,
                                 static_cast<unsigned>(arguments.size()), arguments.begin()) != 0) {
      complete_ = false;
    }
  }

  void forbid_all(std::span<const int> calls) {
    for (const int call : calls) forbid(call);
  }

  /// The filter as the kernel expects it; empty if a rule could not be added.
  [[nodiscard]] std::vector<sock_filter> program() const {
    const int file = complete_ ? ::memfd_create("seccomp", MFD_CLOEXEC) : -1;
    if (file < 0) return {};
    std::vector<sock_filter> instructions;
    if (::seccomp_export_bpf(filter_.get(), file) == 0) {
      instructions.resize(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)) / sizeof(sock_filter));
      const std::size_t size = instructions.size() * sizeof(sock_filter);
      if (::pread(file, instructions.data(), size, 0) != static_cast<ssize_t>(size)) instructions.clear();
    }
    ::close(file);
    return instructions;
  }

 private:
  std::unique_ptr<void, ReleaseFilter> filter_;
  bool complete_;
};

scmp_arg_cmp bits(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

scmp_arg_cmp is_not(unsigned argument, scmp_datum_t value) { return {argument, SCMP_CMP_NE, value, 0}; }

/// Stands for a worker's own process id until there is one; no process has so high a number (PID_MAX_LIMIT is 2^22).
constexpr std::uint32_t own_process = 0x5E1F'5E1F;

// Threads may be started with clone.
constexpr std::array starting_programs{SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork)};

// Processes of the same user, or the parent: neither to read nor to signal them.
constexpr std::array touching_other_processes{
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise),
    SCMP_SYS(kcmp),   SCMP_SYS(pidfd_open),       SCMP_SYS(pidfd_getfd),       SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(tkill),  SCMP_SYS(rt_sigqueueinfo),  SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(setpriority)};

// Files may only be opened for reading.
constexpr std::array changing_files{
    SCMP_SYS(creat),       SCMP_SYS(truncate),     SCMP_SYS(mknod),       SCMP_SYS(mknodat),   SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),     SCMP_SYS(rmdir),        SCMP_SYS(unlink),      SCMP_SYS(unlinkat),  SCMP_SYS(rename),
    SCMP_SYS(renameat),    SCMP_SYS(renameat2),    SCMP_SYS(link),        SCMP_SYS(linkat),    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),   SCMP_SYS(chmod),        SCMP_SYS(fchmod),      SCMP_SYS(fchmodat),  SCMP_SYS(chown),
    SCMP_SYS(fchown),      SCMP_SYS(lchown),       SCMP_SYS(fchownat),    SCMP_SYS(utime),     SCMP_SYS(utimes),
    SCMP_SYS(futimesat),   SCMP_SYS(utimensat),    SCMP_SYS(setxattr),    SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr)};

// A worker is a client only.
constexpr std::array serving{SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4)};

constexpr std::array using_kernel_keys{SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key)};

// Parts of the kernel that attackers like best.
constexpr std::array often_attacked{SCMP_SYS(bpf),
                                    SCMP_SYS(perf_event_open),
                                    SCMP_SYS(userfaultfd),
                                    SCMP_SYS(io_uring_setup),
                                    SCMP_SYS(io_uring_enter),
                                    SCMP_SYS(io_uring_register)};

constexpr std::array changing_namespaces_and_mounts{
    SCMP_SYS(unshare), SCMP_SYS(setns),      SCMP_SYS(chroot),    SCMP_SYS(pivot_root), SCMP_SYS(mount),
    SCMP_SYS(umount2), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),     SCMP_SYS(fspick)};

constexpr std::array changing_the_kernel{SCMP_SYS(init_module), SCMP_SYS(finit_module),    SCMP_SYS(delete_module),
                                         SCMP_SYS(kexec_load),  SCMP_SYS(kexec_file_load), SCMP_SYS(iopl),
                                         SCMP_SYS(ioperm)};

constexpr std::array changing_the_clock{SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(adjtimex),
                                        SCMP_SYS(clock_adjtime)};

constexpr std::array administering{SCMP_SYS(syslog), SCMP_SYS(acct),        SCMP_SYS(swapon),       SCMP_SYS(swapoff),
                                   SCMP_SYS(reboot), SCMP_SYS(sethostname), SCMP_SYS(setdomainname)};

/// A list of what is dangerous, not of what is needed: the plug-ins that nsswitch.conf names decide what getaddrinfo
/// needs.
std::vector<sock_filter> compile_filter() {
  Filter filter;
  filter.forbid_all(starting_programs);
  filter.forbid(SCMP_SYS(clone), {bits(0, CLONE_THREAD, 0)});
  filter.forbid(SCMP_SYS(clone3), {}, ENOSYS);  // hides its flags in memory; the C library uses clone instead
  filter.forbid_all(touching_other_processes);
  filter.forbid(SCMP_SYS(kill), {is_not(0, own_process)});  // abort() and raise() still work
  filter.forbid(SCMP_SYS(tgkill), {is_not(0, own_process)});
  // Changing its own limits.
  filter.forbid(SCMP_SYS(setrlimit));
  filter.forbid(SCMP_SYS(prlimit64), {is_not(2, 0)});
  for (const auto& [call, flags] : {std::pair{SCMP_SYS(open), 1U}, std::pair{SCMP_SYS(openat), 2U}}) {
    filter.forbid(call, {bits(flags, O_ACCMODE, O_WRONLY)});
    filter.forbid(call, {bits(flags, O_ACCMODE, O_RDWR)});
    filter.forbid(call, {bits(flags, O_CREAT, O_CREAT)});
    filter.forbid(call, {bits(flags, O_TRUNC, O_TRUNC)});
  }
  filter.forbid(SCMP_SYS(openat2), {}, ENOSYS);  // hides its flags in memory
  filter.forbid_all(changing_files);
  // Typing into the operator's terminal, whichever descriptor of it the worker gets.
  filter.forbid(SCMP_SYS(ioctl), {bits(1, 0xFFFFFFFF, TIOCSTI)});
  filter.forbid(SCMP_SYS(ioctl), {bits(1, 0xFFFFFFFF, TIOCLINUX)});
  filter.forbid_all(serving);
  filter.forbid_all(using_kernel_keys);
  filter.forbid_all(often_attacked);
  filter.forbid_all(changing_namespaces_and_mounts);
  filter.forbid_all(changing_the_kernel);
  filter.forbid_all(changing_the_clock);
  filter.forbid_all(administering);
  return filter.program();
}

/// Compiling takes five times as long as the rest of a confinement, so it is done once, by the first caller: normally
/// the parent of the workers.
const std::vector<sock_filter>& compiled_filter() {
  static const std::vector<sock_filter> compiled = compile_filter();
  return compiled;
}

bool forbid_system_calls() {
  std::vector<sock_filter> filter = compiled_filter();
  if (filter.empty()) return false;
  for (sock_filter& instruction : filter) {
    if (instruction.k == own_process) instruction.k = static_cast<std::uint32_t>(::getpid());
  }
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

void silence() noexcept {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC); null >= 0) {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
  }
}

void prepare_confinement() { static_cast<void>(compiled_filter()); }

std::span<const Measure> all_measures() { return measure_words.keys(); }
std::string_view word_of(Measure measure) { return measure_words.word_of(measure); }

Confinement confine_worker(int to_parent, std::size_t descriptors) noexcept {
  prepare_confinement();  // needs a file descriptor, which is forbidden below
  Confinement confinement;
  confinement.set(Measure::descriptors, close_all_but_standard_and(to_parent));
  confinement.set(Measure::limits, limit_resources(descriptors));
  confinement.set(Measure::not_dumpable, ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
  // An ordinary account needs it for the two below.
  confinement.set(Measure::no_new_privs, ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  confinement.set(Measure::landlock, forbid_changing_files());
  confinement.set(Measure::seccomp, forbid_system_calls());
  return confinement;
}

Confinement try_confinement() {
  prepare_confinement();
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) ::_exit(static_cast<int>(confine_worker(STDERR_FILENO).in_force_.to_ulong()));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Confinement confinement;
  if (WIFEXITED(status)) confinement.in_force_ = static_cast<unsigned long long>(WEXITSTATUS(status));
  return confinement;
}

}  // namespace casweep::sweep
