// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

#include "discovery/directory.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// Opens and binds a connection to a domain controller and lets `question` use it. If several servers are
/// known and the first does not answer at once, all are asked at once. If the chosen server stops answering, the whole
/// question is repeated with another; if it refuses, it is not.
[[nodiscard]] tl::expected<void, DirectoryError> ask_directory(
    const DirectoryOptions& options, const logon::Account& account,
    const std::function<tl::expected<void, DirectoryError>(DirectoryConnection&)>& question);

/// The same for a question with an answer: the result of `question`, a tl::expected<T, DirectoryError>, or why no
/// server could be queried.
template <typename Question>
[[nodiscard]] auto answer_of(const DirectoryOptions& options, const logon::Account& account, const Question& question) {
  using Answer = std::invoke_result_t<const Question&, DirectoryConnection&>;
  Answer answer;
  const auto asked =
      ask_directory(options, account, [&](DirectoryConnection& connection) -> tl::expected<void, DirectoryError> {
        answer = question(connection);
        if (!answer) return tl::unexpected(answer.error());
        return {};
      });
  if (!asked) answer = tl::unexpected(asked.error());
  return answer;
}

}  // namespace casweep::discovery
