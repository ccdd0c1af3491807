// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "evidence/bundle.h"
#include "evidence/checksums.h"
#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

constexpr std::size_t block = 512;
constexpr std::uint64_t largest_member = 077777777777;  // eleven octal digits
constexpr std::size_t most_members = 100000;

// Offsets and sizes of the fields of a header.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field owner_field{108, 8};
constexpr Field group_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field time_field{136, 12};
constexpr Field checksum_field{148, 8};
constexpr Field type_field{156, 1};
constexpr Field magic_field{257, 8};
constexpr Field prefix_field{345, 155};  // the folder of the name
constexpr std::string_view magic("ustar\00000", 8);

EvidenceError not_our_archive(const std::string& what) {
  return {EvidenceError::Kind::wrong, what +
                                          " If another program packed it, unpack it and verify the folder: only "
                                          "archives with exactly the bytes that casweep writes are accepted."};
}

void put(std::string& header, Field field, std::string_view text) {
  header.replace(field.at, std::min(field.size, text.size()), text.substr(0, field.size));
}

std::string_view text_in(std::string_view header, Field field) { return header.substr(field.at, field.size); }

/// The sum of the header's bytes, with its own field counted as spaces.
unsigned checksum_of(std::string header) {
  put(header, checksum_field, "        ");
  return std::accumulate(header.begin(), header.end(), 0U,
                         [](unsigned sum, char byte) { return sum + static_cast<unsigned char>(byte); });
}

std::string path_of(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

/// Splits a path as POSIX does: the folder has its own field only if the path is too long for the name's field.
std::string header_of(std::string_view folder, std::string_view name, std::uint64_t size) {
  std::string header(block, '\0');
  const auto path = path_of(folder, name);
  const bool fits = path.size() <= name_field.size;
  put(header, name_field, fits ? std::string_view(path) : name);
  put(header, mode_field, "0000644");
  put(header, owner_field, "0000000");
  put(header, group_field, "0000000");
  put(header, size_field, fmt::format("{:011o}", size));
  put(header, time_field, "00000000000");
  put(header, type_field, "0");
  put(header, magic_field, magic);
  if (!fits) put(header, prefix_field, folder);
  put(header, checksum_field, fmt::format("{:06o}", checksum_of(header)) + std::string("\0 ", 2));
  return header;
}

std::uint64_t padding_of(std::uint64_t size) { return (block - size % block) % block; }

std::optional<std::uint64_t> octal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc{} || rest.find_first_not_of(std::string_view("\0 ", 2)) != std::string_view::npos) {
    return std::nullopt;
  }
  return number;
}

bool is_zeros(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

std::string text_until_zero(std::string_view field) { return std::string(field.substr(0, field.find('\0'))); }

bool is_folder_name(std::string_view folder) { return is_plain_name(folder) && folder.size() <= prefix_field.size; }

/// The path of a member. Only POSIX has a prefix; GNU tar stores times in its place.
std::string path_in(std::string_view header) {
  const auto name = text_until_zero(text_in(header, name_field));
  const auto prefix = text_in(header, magic_field) == magic ? text_until_zero(text_in(header, prefix_field)) : "";
  return path_of(prefix, name);
}

/// The folder that an archive unpacks into, from the path of its first member, which in every bundle is SHA256SUMS.
std::string folder_above(std::string_view first) {
  const auto slash = first.rfind('/');
  const bool has_folder = slash != std::string_view::npos && first.substr(slash + 1) == sums_name;
  return std::string(has_folder ? first.substr(0, slash) : "");
}

/// Whether `header`, written by another tar, is of a regular file: only name and size matter.
bool is_plain_member(std::string_view header) {
  const auto sum = octal(text_in(header, checksum_field));
  const auto type = text_in(header, type_field);
  return sum && *sum == checksum_of(std::string(header)) && (type == "0" || type == std::string_view("\0", 1));
}

}  // namespace

void write_archive(std::ostream& out, std::span<const BundleFile> files, std::string_view folder) {
  if (!folder.empty() && !is_folder_name(folder)) throw std::invalid_argument("not a valid folder for an archive");
  const std::string zeros(2 * block, '\0');
  for (const BundleFile& file : files) {
    const auto size = file.size();
    if (size > largest_member || !is_bundle_name(file.name) || file.name.size() > name_field.size) {
      throw EvidenceError(EvidenceError::Kind::unreadable,
                          fmt::format("'{}' does not fit into a tar archive: make the bundle as a folder.", file.name));
    }
    out << header_of(folder, file.name, size);
    file.read([&](std::string_view piece) { out << piece; });
    out << zeros.substr(0, padding_of(size));
  }
  out << zeros;
}

std::vector<ArchiveMember> read_archive(std::uint64_t size,
                                        const std::function<std::string(std::uint64_t offset, std::size_t size)>& read,
                                        std::span<const std::string_view> added) {
  std::vector<ArchiveMember> members;
  std::string folder;
  std::string last;
  std::uint64_t at = 0;
  while (true) {
    if (size - at < 2 * block) throw not_our_archive("The archive is truncated.");
    const auto header = read(at, block);
    if (is_zeros(header)) break;
    if (members.size() == most_members) throw not_our_archive("The archive contains too many files.");
    const auto path = path_in(header);
    if (members.empty()) folder = folder_above(path);
    if (!folder.empty() && !is_folder_name(folder)) {
      throw not_our_archive("The archive unpacks into a folder with an invalid name for a bundle.");
    }
    const bool in_folder = folder.empty() || path.starts_with(folder + "/");
    const auto name = in_folder && !folder.empty() ? path.substr(folder.size() + 1) : path;
    const auto length = octal(text_in(header, size_field));
    if (!is_bundle_name(name)) throw not_our_archive("The archive contains a file with an invalid name for a bundle.");
    if (!in_folder) {
      throw not_our_archive(fmt::format("The archive's member {} is not in the folder {}.", name, folder));
    }
    const bool was_added = std::ranges::find(added, name) != added.end();
    const bool is_own = length && header == header_of(folder, name, *length);
    if (!length || *length > size - at || !(was_added ? is_plain_member(header) : is_own)) {
      throw not_our_archive(fmt::format("The archive's member {} is not in the format that casweep writes.", name));
    }
    const bool twice =
        was_added ? std::ranges::find(members, name, &ArchiveMember::name) != members.end() : name <= last;
    if (twice) {
      throw not_our_archive(fmt::format("The archive's member {} is duplicated or out of order.", name));
    }
    if (!was_added) last = name;
    const auto content = at + block;
    const auto end = content + *length + padding_of(*length);
    if (end > size) throw not_our_archive("The archive is truncated.");
    if (!is_zeros(read(content + *length, static_cast<std::size_t>(padding_of(*length))))) {
      throw not_our_archive(fmt::format("The archive has extra bytes after its member {}.", name));
    }
    members.push_back({.name = name, .offset = content, .size = *length, .folder = folder});
    at = end;
  }
  while (at < size) {
    const auto piece = read(at, static_cast<std::size_t>(std::min<std::uint64_t>(size - at, 64 * block)));
    if (!is_zeros(piece)) throw not_our_archive("The archive has trailing data.");
    at += piece.size();
  }
  return members;
}

}  // namespace casweep::evidence
