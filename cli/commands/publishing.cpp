// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/publishing.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/terminal/interruption.h"
#include "hub/connection.h"
#include "hub/hub_error.h"
#include "store/publication_reader.h"

namespace casweep::cli {
namespace {

/// A line on a terminal that is erased at the end.
class PublicationLine {
 public:
  explicit PublicationLine(const Environment& environment) : environment_(environment) {}
  PublicationLine(const PublicationLine&) = delete;
  PublicationLine& operator=(const PublicationLine&) = delete;
  ~PublicationLine() {
    if (drawn_) environment_.err << "\r\x1b[K" << std::flush;
  }

  void draw(std::int64_t done, std::int64_t all) {
    if (!environment_.err_is_terminal) return;
    environment_.err << fmt::format("\r\x1b[K{}/{} ledger entries", done, all) << std::flush;
    drawn_ = true;
  }

 private:
  const Environment& environment_;
  bool drawn_ = false;
};

/// What `work` returns, with a signal as Interrupted.
template <typename Work>
auto or_signal(const Work& work) {
  try {
    return work();
  } catch (const hub::HubError& error) {
    if (error.kind() == hub::HubError::Kind::interrupted) Interruption::throw_if_signalled(error.what());
    throw;
  } catch (const store::StoreError& error) {
    if (error.kind() == store::StoreError::Kind::busy) Interruption::throw_if_signalled();
    throw;
  }
}

}  // namespace

hub::Publication publish_history(const std::filesystem::path& file, const hub::HubAddress& address,
                                 const Environment& environment) {
  const Interruption interruption;
  PublicationLine shown(environment);
  return or_signal([&] {
    const store::PublicationReader history(file, Interruption::flag());
    hub::Connection connection(address, Interruption::flag());
    return hub::publish(history, connection, [&](std::int64_t done, std::int64_t all) { shown.draw(done, all); });
  });
}

hub::HubComparison compare_history(const std::filesystem::path& file, const hub::HubAddress& address) {
  const Interruption interruption;
  return or_signal([&] {
    const store::PublicationReader history(file, Interruption::flag());
    hub::Connection connection(address, Interruption::flag());
    return hub::compare_with_hub(history, connection);
  });
}

std::optional<hub::Receipt> receipt_of_history(const std::filesystem::path& file, const hub::HubAddress& address) {
  const hub::HubComparison comparison = compare_history(file, address);
  hub::require_agreement(comparison);
  return comparison.receipt;
}

}  // namespace casweep::cli
