// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_registry.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "assess/sanitized_name.h"
#include "base/utf16.h"
#include "tests/support/example_certificates.h"
#include "winreg/ndr_internal.h"
#include "winreg/remote_registry.h"
#include "winreg/win32_error.h"

namespace casweep::test {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

winreg::Handle handle_of(std::size_t number) {
  winreg::Handle handle{};
  handle[4] = 0xC5;
  handle[5] = static_cast<std::uint8_t>(number);
  return handle;
}

base::Octets utf16_octets(std::string_view utf8) {
  base::Octets octets;
  for (const char16_t c : base::to_utf16(utf8).value_or(u"")) {
    octets.push_back(static_cast<std::uint8_t>(c & 0xFF));
    octets.push_back(static_cast<std::uint8_t>(c >> 8));
  }
  octets.insert(octets.end(), {0, 0});
  return octets;
}

void write_data(winreg::NdrWriter& ndr, const winreg::RegistryValue& value) {
  const auto size = static_cast<std::uint32_t>(value.data.size());
  ndr.pointer();
  ndr.u32(value.type);
  ndr.pointer();
  ndr.u32(winreg::largest_value);
  ndr.u32(0);
  ndr.u32(size);
  ndr.octets(value.data);
  ndr.pointer();
  ndr.u32(size);
  ndr.pointer();
  ndr.u32(size);
  ndr.u32(winreg::ERROR_SUCCESS);
}

}  // namespace

FakeRegistry::Key& FakeRegistry::add(const std::string& path) {
  for (auto at = path.find('\\'); at != std::string::npos; at = path.find('\\', at + 1)) keys[path.substr(0, at)];
  return keys[path];
}

std::vector<std::string> FakeRegistry::sub_keys_of(const std::string& path) const {
  std::vector<std::string> names;
  for (const auto& [key, unused] : keys) {
    if (key.starts_with(path + '\\') && key.find('\\', path.size() + 1) == std::string::npos) {
      names.push_back(key.substr(path.size() + 1));
    }
  }
  return names;
}

tl::expected<base::Octets, winreg::RegistryFailure> FakeRegistry::call(winreg::Opnum opnum,
                                                                       std::span<const std::uint8_t> stub) {
  base::Octets reply = answer(opnum, stub);
  if (!next_reply.empty()) return std::exchange(next_reply, {});
  return reply;
}

base::Octets FakeRegistry::answer(winreg::Opnum opnum, std::span<const std::uint8_t> stub) {
  winreg::NdrReader in(stub);
  winreg::NdrWriter out;
  if (opnum == winreg::Opnum::open_local_machine) {
    asked.emplace_back("OpenLocalMachine");
    handles_ = {""};
    out.octets(handle_of(0));
    out.u32(root_error);
    return std::move(out).take();
  }
  const std::string path = handles_.at(in.octets(20)[5]);
  switch (opnum) {
    case winreg::Opnum::base_reg_open_key: {
      const std::string wanted = base::to_utf8(in.unicode_string(4096));
      asked.push_back("OpenKey " + wanted);
      const auto found = std::ranges::find_if(keys, [&](const auto& key) { return lower(key.first) == lower(wanted); });
      std::uint32_t error =
          found == keys.end() ? std::uint32_t{winreg::ERROR_FILE_NOT_FOUND} : found->second.open_error;
      if (error == 0) handles_.push_back(found->first);
      out.octets(error == 0 ? handle_of(handles_.size() - 1) : winreg::Handle{});
      out.u32(error);
      break;
    }
    case winreg::Opnum::base_reg_query_value: {
      const std::string name = base::to_utf8(in.unicode_string(4096));
      asked.push_back("QueryValue " + name);
      const Key& key = keys.at(path);
      const auto value = key.values.find(name);
      const bool denied = denied_values.contains(name);
      if (value != key.values.end() && !denied) {
        write_data(out, value->second);
        break;
      }
      for (int pointer = 0; pointer < 4; ++pointer) out.null_pointer();
      out.u32(denied ? winreg::ERROR_ACCESS_DENIED : winreg::ERROR_FILE_NOT_FOUND);
      break;
    }
    case winreg::Opnum::base_reg_query_info_key:
      asked.emplace_back("QueryInfoKey");
      out.unicode_string(u"");
      out.u32(static_cast<std::uint32_t>(sub_keys_of(path).size()));
      for (int unused = 0; unused < 6; ++unused) out.u32(0);
      out.u32(static_cast<std::uint32_t>(keys.at(path).last_write));
      out.u32(static_cast<std::uint32_t>(keys.at(path).last_write >> 32));
      out.u32(winreg::ERROR_SUCCESS);
      break;
    case winreg::Opnum::base_reg_enum_key: {
      const std::uint32_t index = in.u32();
      asked.push_back(fmt::format("EnumKey {}", index));
      const auto names = sub_keys_of(path);
      std::uint32_t error = keys.at(path).enum_error;
      if (error == 0 && index >= names.size()) error = winreg::ERROR_NO_MORE_ITEMS;
      out.unicode_string(error == 0 ? base::to_utf16(names[index]).value_or(u"") : u"");
      out.null_pointer();
      out.null_pointer();
      out.u32(error);
      break;
    }
    case winreg::Opnum::open_local_machine:
      break;
  }
  return std::move(out).take();
}

winreg::RegistryValue dword(std::uint32_t value) {
  base::Octets data;
  for (int shift = 0; shift < 32; shift += 8) data.push_back(static_cast<std::uint8_t>(value >> shift));
  return {winreg::REG_DWORD, data};
}

winreg::RegistryValue text(std::string_view utf8) { return {winreg::REG_SZ, utf16_octets(utf8)}; }

winreg::RegistryValue texts(const std::vector<std::string>& utf8) {
  base::Octets data;
  for (const std::string& one : utf8) {
    const base::Octets octets = utf16_octets(one);
    data.insert(data.end(), octets.begin(), octets.end());
  }
  data.insert(data.end(), {0, 0});
  return {winreg::REG_MULTI_SZ, data};
}

std::string configuration(std::string_view key) {
  return R"(SYSTEM\CurrentControlSet\Services\CertSvc\Configuration)" + (key.empty() ? "" : "\\" + std::string(key));
}

std::string spaced_hash(const base::Octets& certificate) {
  base::Octets hash(SHA_DIGEST_LENGTH);
  ::SHA1(certificate.data(), certificate.size(), hash.data());
  std::string spaced;
  for (const std::uint8_t octet : hash) spaced += fmt::format("{}{:02x}", spaced.empty() ? "" : " ", octet);
  return spaced;
}

const base::Octets& certificate_of(std::string_view display_name) {
  static std::map<std::string, base::Octets, std::less<>> made;
  const auto found = made.find(display_name);
  if (found != made.end()) return found->second;
  constexpr std::chrono::sys_seconds not_before(std::chrono::seconds(1'700'000'000));
  return made.emplace(display_name, test::example_certificate(not_before, not_before + std::chrono::years(10)))
      .first->second;
}

discovery::EnrollmentService enrollment_service(std::string_view display_name) {
  discovery::EnrollmentService ca{*base::ObjectGuid::from_string("8b1e0c52-4a6b-4f0e-9d53-0f3c2a1b9e77")};
  ca.display_name = display_name;
  ca.common_name = assess::sanitized_short_name(assess::sanitize(display_name).value_or(""));
  ca.dns_host_name = "ca.corp.example";
  ca.ca_certificates = {certificate_of(display_name)};
  return ca;
}

}  // namespace casweep::test
