// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "assess/report_stage.h"
#include "base/tcp_address.h"
#include "sweep/concurrency.h"
#include "tests/support/fake_registry.h"
#include "tests/support/listening_port.h"
#include "tests/support/silent_port.h"
#include "tests/support/swept.h"
#include "tests/support/test_folder.h"

namespace casweep::sweep {

using namespace test;
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint16_t closed_port = 1;

std::vector<discovery::EnrollmentService> services(const std::vector<std::string>& names) {
  std::vector<discovery::EnrollmentService> list;
  for (const std::string& name : names) {
    list.push_back(enrollment_service(name));
    list.back().dns_host_name = "127.0.0.1";  // where the scout is refused, so that a worker reads it
  }
  return list;
}

assess::Reading observed(std::uint32_t flags) {
  assess::Reading reading;
  assess::RegistryFacts facts;
  facts.interface_flags = dword(flags);
  reading.result = facts;
  return reading;
}

assess::Reason reason_of(const assess::Reading& reading) {
  return reading.result ? assess::Reason::flag_set : reading.result.error().reason;
}

std::string detail_of(const assess::Reading& reading) {
  return reading.result ? std::string{} : reading.result.error().detail;
}

/// A worker that does what its CA's name says. The parent must survive all of it.
assess::Reading act(const discovery::EnrollmentService& ca, std::chrono::steady_clock::time_point,
                    const assess::ReportStage& stage) {
  assess::Reading so_far;
  so_far.address = "192.0.2.1";
  stage("reading the registry", so_far);
  if (ca.display_name == "abort") std::abort();
  if (ca.display_name == "segv") {
    ::signal(SIGSEGV, SIG_DFL);  // a sanitizer would turn it into an exit
    ::raise(SIGSEGV);
  }
  if (ca.display_name == "exit") ::_exit(3);
  if (ca.display_name == "throw") throw 1;
  if (ca.display_name == "hang") std::this_thread::sleep_for(1h);
  if (ca.display_name == "slow") std::this_thread::sleep_for(100ms);
  if (ca.display_name == "babble" || ca.display_name == "flood") {
    for (int fd = 3; fd < 256; ++fd) {
      const std::string nonsense(ca.display_name == "flood" ? 4096 : 64, '\xff');
      while (::write(fd, nonsense.data(), nonsense.size()) > 0 && ca.display_name == "flood") {
      }
    }
  }
  if (ca.display_name == "closes and hangs") {
    for (int fd = 3; fd < 256; ++fd) ::close(fd);
    std::this_thread::sleep_for(1h);
  }
  return observed(0x641);
}

bool no_child_is_left() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

class Sweep : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(no_child_is_left()); }
};

TEST_F(Sweep, GivesResultsInTheOrderOfTheCas) {
  const auto cas = services({"slow", "1", "2", "3"});

  const auto readings = swept(cas,
                              [](const auto& ca, auto, const auto&) {
                                if (ca.display_name == "slow") std::this_thread::sleep_for(100ms);
                                assess::Reading reading = observed(0x641);
                                reading.address = ca.display_name;
                                return reading;
                              },
                              {.jobs = 4, .deadline = 5s, .port = closed_port});

  ASSERT_EQ(readings.size(), 4U);
  for (std::size_t i = 0; i < cas.size(); ++i) EXPECT_EQ(readings[i].address, cas[i].display_name);
}

TEST_F(Sweep, CostsNoProcessWhereTheAnswerIsKnown) {
  const auto cas = services({"known", "asked", "known", "known"});
  struct Collector : SweepListener {
    std::map<std::size_t, pid_t> processes;
    std::vector<std::size_t> begun;
    void started(std::size_t index) override { begun.push_back(index); }
    void finished(std::size_t index, assess::Reading&& reading) override {
      processes[index] = static_cast<pid_t>(std::stol(reading.address));
    }
  } collector;
  const auto own_process = [] {
    assess::Reading reading = observed(0x641);
    reading.address = std::to_string(::getpid());
    return reading;
  };

  sweep(
      cas, [&](const auto&, auto, const auto&) { return own_process(); },
      {.jobs = 1, .deadline = 5s, .port = closed_port}, collector, {},
      [&](const auto& ca) -> std::optional<assess::Reading> {
        if (ca.display_name == "known") return own_process();
        return std::nullopt;
      });

  EXPECT_THAT(collector.begun, testing::ElementsAre(0, 2, 3, 1));
  ASSERT_EQ(collector.processes.size(), 4U);
  for (const auto& [index, process] : collector.processes) EXPECT_EQ(process == ::getpid(), index != 1) << index;
}

TEST_F(Sweep, EndsWhereEveryAnswerIsKnown) {
  struct Counter : SweepListener {
    std::size_t count = 0;
    void finished(std::size_t, assess::Reading&&) override { ++count; }
  } counter;
  sweep(services({"1", "2"}), act, {}, counter, {}, [](const auto&) { return std::optional(observed(0x641)); });

  EXPECT_EQ(counter.count, 2U);
}

TEST_F(Sweep, OfNothingIsNothing) { EXPECT_TRUE(swept({}, act, {}).empty()); }

/// One bad CA of each kind among good ones: only its own result is lost, and each says what happened.
TEST_F(Sweep, ABadWorkerCostsOnlyItsOwnCa) {
  const auto cas = services(
      {"good", "abort", "good", "segv", "exit", "throw", "hang", "babble", "flood", "closes and hangs", "good"});

  const auto readings = swept(cas, act, {.jobs = 3, .deadline = 2s, .port = closed_port});

  for (const std::size_t good : {0U, 2U, 10U}) EXPECT_TRUE(readings[good].result) << good;
  EXPECT_EQ(reason_of(readings[1]), assess::Reason::worker_crashed);
  EXPECT_THAT(detail_of(readings[1]), HasSubstr("SIGABRT while reading the registry"));
  EXPECT_EQ(reason_of(readings[3]), assess::Reason::worker_crashed);
  EXPECT_EQ(readings[3].result.error().error, (base::ForeignError{"signal", SIGSEGV, "SIGSEGV"}));
  EXPECT_EQ(reason_of(readings[4]), assess::Reason::worker_crashed);
  EXPECT_EQ(readings[4].result.error().error.number, 3);
  EXPECT_EQ(reason_of(readings[5]), assess::Reason::worker_crashed);
  EXPECT_EQ(reason_of(readings[6]), assess::Reason::timed_out);
  EXPECT_EQ(reason_of(readings[7]), assess::Reason::protocol_error);
  EXPECT_EQ(reason_of(readings[8]), assess::Reason::protocol_error);
  EXPECT_EQ(reason_of(readings[9]), assess::Reason::worker_crashed);
}

TEST_F(Sweep, ATimedOutCaKeepsWhatWasKnownAndSaysWhere) {
  const auto readings = swept(services({"hang"}), act, {.jobs = 1, .deadline = 2s, .port = closed_port});

  EXPECT_EQ(readings[0].address, "192.0.2.1");
  EXPECT_EQ(detail_of(readings[0]), "No answer within the deadline of 2 s, while reading the registry.");
  EXPECT_GE(readings[0].finished_at - readings[0].started_at, 0ms);
}

TEST_F(Sweep, AFailureSentInTimeCounts) {
  const auto readings = swept(services({"stalls"}),
                              [](const auto&, auto, const assess::ReportStage& stage) {
                                assess::Reading refused;
                                refused.result = tl::unexpected(assess::ReadFailure{
                                    assess::Reason::kerberos_failed, "The host did not accept the ticket.", {}});
                                stage("asking the host for its time", refused);
                                std::this_thread::sleep_for(1h);
                                return assess::Reading{};
                              },
                              {.jobs = 1, .deadline = 2s, .port = closed_port});

  EXPECT_EQ(reason_of(readings[0]), assess::Reason::kerberos_failed);
  EXPECT_EQ(detail_of(readings[0]), "The host did not accept the ticket.");
}

TEST_F(Sweep, FactsSentInTimeCount) {
  const auto readings = swept(services({"stalls"}),
                              [](const auto&, auto, const assess::ReportStage& stage) {
                                stage("asking when the key was last written", observed(0x641));
                                std::this_thread::sleep_for(1h);
                                return assess::Reading{};
                              },
                              {.jobs = 1, .deadline = 2s, .port = closed_port});

  ASSERT_TRUE(readings[0].result);
  EXPECT_EQ(readings[0].result->interface_flags, dword(0x641));
}

TEST_F(Sweep, EveryDeadlineCountsFromItsOwnStart) {
  // Two workers, six CAs that hang: three rounds, not one.
  const auto begin = std::chrono::steady_clock::now();
  const auto readings =
      swept(services(std::vector<std::string>(6, "hang")), act, {.jobs = 2, .deadline = 200ms, .port = closed_port});

  EXPECT_GE(std::chrono::steady_clock::now() - begin, 600ms);
  for (const assess::Reading& reading : readings) EXPECT_EQ(reason_of(reading), assess::Reason::timed_out);
}

TEST_F(Sweep, RunsNoMoreWorkersThanJobs) {
  struct Counter : SweepListener {
    int running = 0;
    int most = 0;
    void started(std::size_t) override { most = std::max(most, ++running); }
    void finished(std::size_t, assess::Reading&&) override { --running; }
  } counter;

  sweep(services(std::vector<std::string>(12, "slow")), act, {.jobs = 3, .deadline = 5s, .port = closed_port}, counter);

  EXPECT_EQ(counter.most, 3);
  EXPECT_EQ(counter.running, 0);
}

/// So that a clock on a terminal does not stop while the sweep waits for silent hosts.
TEST_F(Sweep, ReportsThatItWaits) {
  struct Counter : SweepListener {
    void waiting() override { ++count; }
    int count = 0;
  } counter;

  sweep(services({"hang"}), act, {.jobs = 1, .deadline = 2s, .port = closed_port}, counter);

  EXPECT_GE(counter.count, 3);
}

TEST_F(Sweep, InterruptedKeepsTheResultsAndKillsTheOtherWorkers) {
  static volatile std::sig_atomic_t interrupted;
  interrupted = 0;
  struct Interrupter : SweepListener {
    std::vector<std::size_t> done;
    void finished(std::size_t index, assess::Reading&&) override {
      done.push_back(index);
      interrupted = 1;
    }
  } interrupter;

  EXPECT_THROW(sweep(services({"good", "hang", "hang"}), act, {.jobs = 3, .deadline = 1h, .port = closed_port},
                     interrupter, base::StopSignal(interrupted)),
               SweepInterrupted);

  EXPECT_THAT(interrupter.done, testing::ElementsAre(0));
}

TEST_F(Sweep, AnExceptionOfTheListenerLeavesNoChild) {
  struct Thrower : SweepListener {
    void finished(std::size_t, assess::Reading&&) override { throw std::runtime_error("full"); }
  } thrower;

  EXPECT_THROW(sweep(services({"good", "hang"}), act, {.jobs = 2, .deadline = 1h, .port = closed_port}, thrower),
               std::runtime_error);
}

/// The parent cannot handle kill -9, so the kernel has to end the workers.
TEST_F(Sweep, WorkersDieWithTheirParent) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // orphans become children of this process, which can count them
  std::array<int, 2> started{};
  ASSERT_EQ(::pipe(started.data()), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    struct Teller : SweepListener {
      explicit Teller(int descriptor) : fd(descriptor) {}
      void started(std::size_t) override {
        if (::write(fd, "x", 1) != 1) ::_exit(1);
      }
      int fd;
    } teller(started[1]);
    sweep(services(std::vector<std::string>(4, "hang")), act, {.jobs = 4, .deadline = 1h, .port = closed_port}, teller);
    ::_exit(0);
  }
  ::close(started[1]);
  for (int worker = 0; worker < 4; ++worker) {
    char byte = 0;
    ASSERT_EQ(::read(started[0], &byte, 1), 1);
  }
  ::close(started[0]);
  std::this_thread::sleep_for(300ms);  // until each has asked to be ended with its parent
  ASSERT_EQ(::kill(parent, SIGKILL), 0);

  std::vector<int> signals;
  for (int status = 0; ::wait(&status) > 0;) signals.push_back(WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  EXPECT_THAT(signals, testing::ElementsAre(SIGKILL, SIGKILL, SIGKILL, SIGKILL, SIGKILL));
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/// What a busy machine may need to begin the workers, and a deadline that is longer.
constexpr auto time_to_begin = 1500ms;
constexpr auto long_deadline = 3s;

/// A host on which the first readings take longer than the deadline.
class SlowAtFirst {
 public:
  assess::Reading operator()(const discovery::EnrollmentService& ca, std::chrono::steady_clock::time_point deadline,
                             const assess::ReportStage& stage) const {
    assess::Reading so_far;
    so_far.address = "192.0.2.1";
    if (ca.display_name == "session") so_far.protocol = "required: signing";
    stage("reading the registry", so_far);
    if (was_begun(ca.display_name)) {
      std::this_thread::sleep_for(later);
    } else {
      // A worker may not write files, so a named pipe would not do either: the parent notes what was begun.
      std::this_thread::sleep_until(deadline + 1h);
    }
    return observed(0x641);
  }

  std::chrono::milliseconds later{0};  ///< what the other readings take

  /// Notes that the CA was begun.
  void begun(const std::string& name) const { std::ofstream(folder_.path() / name) << 'x'; }
  [[nodiscard]] bool was_begun(const std::string& name) const {
    return static_cast<bool>(std::ifstream(folder_.path() / name));
  }

 private:
  TestFolder folder_;
};

struct LateListener : SweepListener {
  std::map<std::size_t, std::vector<assess::Reading>> readings;
  std::size_t begun = 0;
  void started(std::size_t) override { ++begun; }
  void finished(std::size_t index, assess::Reading&& reading) override {
    readings[index].push_back(std::move(reading));
  }
};

/// Notes that the CAs of this name were begun, once all are: a further reading of them succeeds.
struct NotingListener : LateListener {
  NotingListener(const SlowAtFirst& slow, std::string cas) : host(slow), name(std::move(cas)) {}
  void waiting() override {
    if (std::chrono::steady_clock::now() > second_reading) host.begun(name);
  }
  const SlowAtFirst& host;
  std::string name;
  std::chrono::steady_clock::time_point second_reading = std::chrono::steady_clock::now() + time_to_begin;
};

TEST_F(Sweep, ReadsALateCaOnceMoreAtTheEnd) {
  const SlowAtFirst host;
  const auto cas = services({"session", "good"});
  NotingListener listener(host, "session");
  host.begun("good");

  sweep(cas, std::cref(host), {.jobs = 2, .deadline = long_deadline, .port = closed_port}, listener);

  ASSERT_EQ(listener.readings[0].size(), 1U) << "one result";
  EXPECT_TRUE(listener.readings[0].front().result);
  EXPECT_EQ(listener.begun, 2U) << "it is not announced twice";
}

/// Together they take longer than a deadline.
TEST_F(Sweep, ReadsManyLateCasOnceMoreAsLongAsTheyAreRead) {
  SlowAtFirst host;
  host.later = 700ms;
  const auto cas = services(std::vector<std::string>(24, "session"));
  NotingListener listener(host, "session");

  sweep(cas, std::cref(host), {.jobs = 24, .deadline = long_deadline, .port = closed_port}, listener);

  ASSERT_EQ(listener.readings.size(), cas.size());
  for (const auto& [index, readings] : listener.readings) {
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_TRUE(readings.front().result) << index;
  }
}

TEST_F(Sweep, KeepsTheFirstReadingIfItIsLateAgain) {
  const SlowAtFirst host;
  LateListener listener;
  const auto begin = std::chrono::steady_clock::now();
  sweep(services({"session"}), std::cref(host), {.jobs = 1, .deadline = 2s, .port = closed_port}, listener);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s) << "two deadlines";
  ASSERT_EQ(listener.readings[0].size(), 1U);
  EXPECT_EQ(detail_of(listener.readings[0].front()),
            "No answer within the deadline of 2 s, while reading the registry.");
}

/// A refusal of a password may be on its way, and would count against the account a second time.
TEST_F(Sweep, DoesNotRepeatALogonThatMayHaveBeenRefused) {
  const SlowAtFirst host;
  NotingListener listener(host, "no session");
  host.begun("good");

  sweep(services({"no session", "good"}), std::cref(host), {.jobs = 1, .deadline = long_deadline, .port = closed_port},
        listener);

  ASSERT_EQ(listener.readings[0].size(), 1U);
  EXPECT_EQ(reason_of(listener.readings[0].front()), assess::Reason::timed_out) << "a second reading would succeed";
}

TEST_F(Sweep, ReadsALateCaOnceMoreIfItsHostAcceptedAConnection) {
  const SlowAtFirst host;
  const auto cas = services({"no session", "good"});
  NotingListener listener(host, "no session");
  host.begun("good");

  sweep(cas, std::cref(host),
        {.jobs = 1, .deadline = long_deadline, .logon_may_be_repeated = true, .port = closed_port}, listener);

  ASSERT_EQ(listener.readings[0].size(), 1U);
  EXPECT_TRUE(listener.readings[0].front().result);
}

/// A connection costs a host a process, and DNS two queries.
TEST_F(Sweep, AsksNoHostInAdvanceWhileAllAnswer) {
  const ListeningPort listening;
  const auto logs_on_slowly = [](const auto&, auto, const assess::ReportStage& stage) {
    assess::Reading so_far;
    so_far.address = "192.0.2.1";
    stage(assess::connecting_stage, so_far);
    std::this_thread::sleep_for(1500ms);
    return observed(0x641);
  };
  const auto readings = swept(services(std::vector<std::string>(6, "slow")), logs_on_slowly,
                              {.jobs = 2, .deadline = 4s, .port = listening.port()});

  EXPECT_EQ(readings.size(), 6U);
  EXPECT_EQ(::accept(listening.fd(), nullptr, nullptr), -1) << "no worker of this test connects";
  EXPECT_EQ(errno, EAGAIN);
}

/// In a worker: waits for a connection to 127.0.0.1.
assess::Reading wait_for(const SilentPort& silent, const assess::ReportStage& stage) {
  assess::Reading so_far;
  so_far.account = "auditor@CORP.EXAMPLE";
  so_far.address = "127.0.0.1";
  stage(assess::connecting_stage, so_far);
  static_cast<void>(base::connect_tcp({"127.0.0.1"}, silent.port(), base::Patience{1h}));
  return so_far;
}

/// Of hosts that drop every packet.
TEST_F(Sweep, ASilentHostCostsNoTurnAndNoWorker) {
  const SilentPort silent;
  LateListener listener;
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<std::string> names(40, "silent");
  sweep(
      services(names), [&](const auto&, auto, const assess::ReportStage& stage) { return wait_for(silent, stage); },
      {.jobs = 2, .deadline = 4s, .account = "auditor@CORP.EXAMPLE", .port = silent.port()}, listener);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s) << "one by one they would take 80 s";
  ASSERT_EQ(listener.readings.size(), names.size());
  for (const auto& [index, readings] : listener.readings) {
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(reason_of(readings.front()), assess::Reason::timed_out);
    EXPECT_EQ(detail_of(readings.front()),
              "No answer within the deadline of 4 s, while connecting to TCP port 445 and logging on.");
    EXPECT_EQ(readings.front().address, "127.0.0.1");
    EXPECT_EQ(readings.front().account, "auditor@CORP.EXAMPLE");
  }
}

/// It cannot have answered, so there is nothing to hope for.
TEST_F(Sweep, DoesNotRepeatASilentHost) {
  const SilentPort silent;
  const SlowAtFirst host;
  NotingListener listener(host, "silent");

  sweep(
      services({"silent", "good"}),
      [&](const auto& ca, auto, const assess::ReportStage& stage) {
        if (ca.display_name == "good" || host.was_begun("silent")) return observed(0x641);
        return wait_for(silent, stage);
      },
      {.jobs = 1, .deadline = long_deadline, .logon_may_be_repeated = true, .port = silent.port()}, listener);

  ASSERT_EQ(listener.readings[0].size(), 1U);
  EXPECT_EQ(reason_of(listener.readings[0].front()), assess::Reason::timed_out) << "a second reading would succeed";
}

/// The only worker waits for a host, or for DNS, that is silent; the other CAs are not kept waiting for it.
class AWorkerInVain : public Sweep, public testing::WithParamInterface<std::string> {};

TEST_P(AWorkerInVain, TakesNoOtherCasPlace) {
  const SilentPort silent;
  auto cas = services({GetParam(), "good", "good", "good"});
  for (std::size_t i = 1; i < cas.size(); ++i) cas[i].dns_host_name = "127.0.0.2";  // refuses the scout
  struct Order : SweepListener {
    std::vector<std::size_t> done;
    void finished(std::size_t index, assess::Reading&&) override { done.push_back(index); }
  } listener;

  sweep(
      cas,
      [&](const auto& ca, auto, const assess::ReportStage& stage) {
        if (ca.display_name == "silent") return wait_for(silent, stage);
        if (ca.display_name == "silent DNS") {
          stage(assess::lookup_stage("pki"), assess::Reading{});
          std::this_thread::sleep_for(1h);
        }
        return observed(0x641);
      },
      {.jobs = 1, .deadline = 8s, .port = silent.port()}, listener);

  ASSERT_EQ(listener.done.size(), cas.size());
  EXPECT_EQ(listener.done.back(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Sweep, AWorkerInVain, testing::Values("silent", "silent DNS"));

TEST_F(Sweep, FindsItsLevelWithoutANumberOfJobs) {
  struct Counter : SweepListener {
    std::size_t running = 0;
    std::size_t most = 0;
    std::size_t done = 0;
    void started(std::size_t) override { most = std::max(most, ++running); }
    void finished(std::size_t, assess::Reading&&) override { --running, ++done; }
  } counter;
  sweep(services(std::vector<std::string>(100, "slow")), act, {.deadline = 20s, .port = closed_port}, counter);
  EXPECT_EQ(counter.done, 100U);
  EXPECT_GE(counter.most, Concurrency::fewest);
  EXPECT_LE(counter.most, Concurrency::most);
}

}  // namespace
}  // namespace casweep::sweep
