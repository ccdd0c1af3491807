// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/log/journal_log.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/terminal_text.h"

namespace casweep::cli {
namespace {

/// Of one value: an entry must fit into a datagram.
constexpr std::size_t longest_value = std::size_t{16} * 1024;

/// How long a journal that does not read may delay the run, once: after that, entries go to standard error.
constexpr timeval time_to_send{.tv_sec = 5, .tv_usec = 0};

std::string shortened_value(std::string text) {
  if (text.size() <= longest_value) return text;
  const auto continues_character = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t end = longest_value;
  while (end > 0 && continues_character(end)) --end;
  text.resize(end);
  return text + "…";
}

/// NAME, a line break, the length of the value in 64 bits, the value, a line break.
void append_field(std::string& datagram, std::string_view name, std::string value) {
  value = shortened_value(std::move(value));
  datagram.append(name).append("\n");
  const std::uint64_t size = value.size();
  for (unsigned shift = 0; shift < 64; shift += 8) datagram += static_cast<char>(size >> shift & 0xFF);
  datagram.append(value).append("\n");
}

}  // namespace

tl::expected<std::unique_ptr<EventLog>, int> JournalLog::connect(const std::filesystem::path& socket,
                                                                 std::vector<LogField> common, std::ostream& err) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = socket.string();
  if (path.empty()) return tl::unexpected(ENOENT);
  if (path.size() >= sizeof address.sun_path) return tl::unexpected(ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::FileDescriptor descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!descriptor) return tl::unexpected(errno);
  if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return tl::unexpected(errno);
  }
  ::setsockopt(descriptor.get(), SOL_SOCKET, SO_SNDTIMEO, &time_to_send, sizeof time_to_send);
  return std::unique_ptr<EventLog>(new JournalLog(std::move(descriptor), std::move(common), err));
}

void JournalLog::write(const LogEntry& entry) {
  const LogEventFacts& facts = facts_of(entry.event);
  std::string message = base::terminal_safe(entry.message);
  for (const std::string& line : entry.lines) message += '\n' + base::terminal_safe(line);
  std::string datagram;
  append_field(datagram, "MESSAGE", std::move(message));
  append_field(datagram, "MESSAGE_ID", std::string(facts.message_id));
  append_field(datagram, "PRIORITY", fmt::format("{}", static_cast<int>(entry.priority.value_or(facts.priority))));
  append_field(datagram, "SYSLOG_IDENTIFIER", "casweep");
  append_field(datagram, "CASWEEP_EVENT", std::string(facts.word));
  const auto append = [&](const std::vector<LogField>& fields) {
    for (const auto& [name, value] : fields) append_field(datagram, name, base::terminal_safe(value));
  };
  append(common_);
  append(entry.fields);
  const ssize_t sent = hangs_ ? -1 : ::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(datagram.size())) return;
  if (errno == EAGAIN) hangs_ = true;
  otherwise_.write(entry);
}

}  // namespace casweep::cli
