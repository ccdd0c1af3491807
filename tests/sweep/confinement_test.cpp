// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/confinement.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/tcp_address.h"
#include "sweep/sweep.h"
#include "tests/support/fake_registry.h"
#include "tests/support/swept.h"

namespace casweep::sweep {

using namespace test;
namespace {

constexpr int killed = 128;

/// What `deed` returns in a confined child; `killed` and the signal's number if the child was killed. `before` runs in
/// the child before it is confined.
int confined(
    const std::function<int()>& deed, const std::function<void()>& before = [] {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    before();
    confine_worker(STDERR_FILENO);
    ::_exit(deed());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : killed + WTERMSIG(status);
}

/// The errno of a failed call, 0 of a successful one.
int error_of(long result) { return result < 0 ? errno : 0; }

/// With a file of the parent, which must not change.
class ConfinedWorker : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "casweep-confinement-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    file_ = folder_ / "file";
    std::ofstream(file_) << "before";
  }

  void TearDown() override {
    std::string content;
    std::ifstream(file_) >> content;
    EXPECT_EQ(content, "before");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(ConfinedWorker, CannotWriteAFile) {
  for (const int flags : {O_WRONLY | O_APPEND, O_RDWR, O_RDONLY | O_TRUNC}) {
    EXPECT_EQ(confined([&] { return error_of(::open(file_.c_str(), flags)); }), EPERM) << flags;
  }
  EXPECT_EQ(confined([&] { return error_of(::truncate(file_.c_str(), 0)); }), EPERM);
}

TEST_F(ConfinedWorker, CannotMakeRemoveOrChangeAFile) {
  const std::string another = folder_ / "another";
  EXPECT_EQ(confined([&] { return error_of(::open(another.c_str(), O_RDONLY | O_CREAT, 0600)); }), EPERM);
  EXPECT_EQ(confined([&] { return error_of(::mkdir(another.c_str(), 0700)); }), EPERM);
  EXPECT_EQ(confined([&] { return error_of(::symlink("/etc/passwd", another.c_str())); }), EPERM);
  EXPECT_EQ(confined([&] { return error_of(::rename(file_.c_str(), another.c_str())); }), EPERM);
  EXPECT_EQ(confined([&] { return error_of(::unlink(file_.c_str())); }), EPERM);
  EXPECT_EQ(confined([&] { return error_of(::chmod(file_.c_str(), 0777)); }), EPERM);
}

/// FD_CLOEXEC has no effect on a fork, so the child inherits the parent's database.
TEST_F(ConfinedWorker, HasNoneOfTheParentsFiles) {
  const int inherited = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(inherited, 0);
  EXPECT_EQ(confined([&] { return error_of(::write(inherited, "after", 5)); }), EBADF);
  ::close(inherited);
}

TEST_F(ConfinedWorker, CannotFillAFileThatIsStillOpen) {
  EXPECT_EQ(confined([] { return error_of(::write(STDIN_FILENO, "after", 5)); },
                     [&] { ::dup2(::open(file_.c_str(), O_RDWR | O_APPEND), STDIN_FILENO); }),
            EFBIG);
}

TEST_F(ConfinedWorker, CannotStartAProgram) {
  const auto start = [] {
    char name[] = "true";
    char* arguments[] = {name, nullptr};
    return error_of(::execve("/bin/true", arguments, arguments + 1));
  };
  EXPECT_EQ(confined(start), EPERM);
}

TEST_F(ConfinedWorker, CannotMakeAProcess) {
  EXPECT_EQ(confined([] { return error_of(::fork()); }), EPERM);
}

TEST_F(ConfinedWorker, CannotReachItsParent) {
  EXPECT_EQ(confined([] { return error_of(::kill(::getppid(), 0)); }), EPERM);
  EXPECT_EQ(confined([] { return error_of(::syscall(SYS_pidfd_open, ::getppid(), 0)); }), EPERM);
}

/// It inherits the operator's terminal as its controlling terminal. The operator's shell would run what it types there.
TEST_F(ConfinedWorker, CannotTypeIntoATerminal) {
  const auto type = [] {
    char letter = 'x';
    return error_of(::ioctl(::open("/dev/null", O_RDONLY), TIOCSTI, &letter));
  };
  EXPECT_EQ(confined(type), EPERM);
}

TEST_F(ConfinedWorker, CannotServe) {
  EXPECT_EQ(confined([] { return error_of(::listen(::socket(AF_INET, SOCK_STREAM, 0), 1)); }), EPERM);
}

TEST_F(ConfinedWorker, CannotLiftItsLimits) {
  const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
  EXPECT_EQ(confined([&] { return error_of(::setrlimit(RLIMIT_FSIZE, &none)); }), EPERM);
}

TEST_F(ConfinedWorker, CannotBeReadByOthers) {
  EXPECT_EQ(confined([] { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }), 0);
}

TEST_F(ConfinedWorker, CannotTakeAllMemory) {
  const auto take = [] {
    constexpr std::size_t gigabyte = 1 << 30;
    void* taken = ::mmap(nullptr, gigabyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return taken == MAP_FAILED ? errno : 0;
  };
  EXPECT_EQ(confined(take), ENOMEM);
}

TEST_F(ConfinedWorker, ThatTakesAllMemoryCostsOnlyItsOwnCa) {
  const std::vector services{enrollment_service("greedy"), enrollment_service("modest")};

  const auto readings = swept(services,
                              [](const auto& ca, auto, const auto&) {
                                const std::vector<char> memory(ca.display_name == "greedy" ? 1 << 30 : 1);
                                assess::Reading reading;
                                reading.result = assess::RegistryFacts{};
                                reading.address = std::string(memory.begin(), memory.begin() + 1);
                                return reading;
                              },
                              {});

  ASSERT_FALSE(readings[0].result);
  EXPECT_EQ(readings[0].result.error().reason, assess::Reason::worker_crashed);
  EXPECT_TRUE(readings[1].result);
}

TEST_F(ConfinedWorker, StillReadsFiles) {
  EXPECT_EQ(confined([&] { return error_of(::open(file_.c_str(), O_RDONLY)); }), 0);
}

TEST_F(ConfinedWorker, StillLooksUpNames) {
  EXPECT_EQ(confined([] { return base::resolve("localhost") ? 0 : 1; }), 0);
}

TEST_F(ConfinedWorker, StillConnects) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const int server = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(server, generic, size), 0);
  ASSERT_EQ(::listen(server, 1), 0);
  ASSERT_EQ(::getsockname(server, generic, &size), 0);

  EXPECT_EQ(confined([&] { return error_of(::connect(::socket(AF_INET, SOCK_STREAM, 0), generic, size)); }), 0);
  ::close(server);
}

TEST_F(ConfinedWorker, StillHasThreads) {
  const auto think = [] {
    int thought = 1;
    std::thread([&] { thought = 0; }).join();
    return thought;
  };
  EXPECT_EQ(confined(think), 0);
}

TEST_F(ConfinedWorker, StillAborts) {
  EXPECT_EQ(confined([]() -> int { std::abort(); }), killed + SIGABRT);
}

TEST(Confinement, IsAllThatThisKernelHas) {
  const Confinement confinement = try_confinement();
  const bool has_landlock = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
  for (const Measure measure : all_measures()) {
    EXPECT_EQ(confinement.has(measure), measure != Measure::landlock || has_landlock) << word_of(measure);
  }
}

TEST(Confinement, TriedDoesNotConfineTheCaller) {
  static_cast<void>(try_confinement());
  EXPECT_EQ(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
  EXPECT_EQ(error_of(::open(std::filesystem::temp_directory_path().c_str(), O_TMPFILE | O_RDWR, 0600)), 0);
}

}  // namespace
}  // namespace casweep::sweep
