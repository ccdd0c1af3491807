// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/history.h"
#include "tests/support/test_folder.h"

namespace casweep::test {

/// Temporarily sets a umask of 0, so that new files are open to everyone unless their creator restricts them.
class ForgivingUmask {
 public:
  ForgivingUmask() : before_(::umask(0)) {}
  ~ForgivingUmask() { ::umask(before_); }
  ForgivingUmask(const ForgivingUmask&) = delete;
  ForgivingUmask& operator=(const ForgivingUmask&) = delete;

 private:
  ::mode_t before_;
};

inline constexpr std::int64_t day = 86'400'000;  ///< in milliseconds

[[nodiscard]] base::Instant at(std::int64_t unix_milliseconds);

/// An objectGUID that ends in `number`.
[[nodiscard]] base::ObjectGuid guid(std::uint8_t number);

[[nodiscard]] history::RunContext start_example();
[[nodiscard]] history::ScanListing listing_example();
[[nodiscard]] discovery::EnrollmentService service_example(std::uint8_t number, std::string common_name);

/// A CA with every optional field, InterfaceFlags 0x641 and the verdict that goes with it.
[[nodiscard]] history::Observation enforced_example(std::uint8_t number, std::string common_name);
[[nodiscard]] history::Observation not_enforced_example(std::uint8_t number, std::string common_name);

/// A CA that did not answer.
[[nodiscard]] history::Observation unknown_example(std::uint8_t number, std::string common_name, assess::Reason reason);

/// Records a complete scan of `cas`; returns its id.
std::int64_t record_scan(store::History& history, const std::vector<history::Observation>& cas,
                         history::ScanState state = history::ScanState::complete);

[[nodiscard]] std::vector<discovery::EnrollmentService> services_of(const std::vector<history::Observation>& cas);

/// Compare every field; a field added to one of these types does not compile here until it is compared.
void expect_same(const discovery::EnrollmentService& actual, const discovery::EnrollmentService& expected);
void expect_same(const assess::Reading& actual, const assess::Reading& expected);
void expect_same(const assess::Judgement& actual, const assess::Judgement& expected);
void expect_same(const history::RunContext& actual, const history::RunContext& expected);
void expect_same(const history::ScanListing& actual, const history::ScanListing& expected);
void expect_same(const history::Observation& actual, const history::Observation& expected);

/// The kind of the StoreError that `work` ends with. A test failure if it ends otherwise.
[[nodiscard]] store::StoreError::Kind kind_of_error(const std::function<void()>& work);

/// Runs `work` in a child process and returns what it returned, or "exception: …".
[[nodiscard]] std::string in_child(const std::function<std::string()>& work);

/// Like `in_child`, but without root's rights, to which file modes do not apply.
[[nodiscard]] std::string without_root(const std::function<std::string()>& work);

}  // namespace casweep::test
