// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/signing_options.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/program_options/value_semantic.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string>

#include "base/secret.h"
#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/password.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

/// Anyone who can read the key can sign in its owner's name, which makes the evidence worthless.
void require_private(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) {
    throw CommandError(ExitCode::file,
                       fmt::format("The signing key '{}' cannot be read ({}).", file, std::strerror(errno)));
  }
  constexpr mode_t of_others = S_IRWXG | S_IRWXO;
  if (S_ISREG(status.st_mode) && (status.st_mode & of_others) != 0) {
    throw CommandError(
        ExitCode::credentials,
        fmt::format("Other users on this host can read or write the signing key '{}': run 'chmod 600' on it, and "
                    "consider who may have read it.",
                    file));
  }
}

}  // namespace

OptionGroup signing_options() {
  OptionGroup group{.heading = "Signature"};
  auto add = group.options.add_options();
  add("sign", po::value<std::string>()->value_name("FILE"),
      "sign with the first certificate in this PEM file; the intermediate certificates follow it");
  add("key", po::value<std::string>()->value_name("FILE"),
      "the certificate's private key, in PEM; only its owner may read the file");
  add("key-password-file", po::value<std::string>()->value_name("FILE"),
      "read the key's passphrase from the first line of FILE; without this option, casweep asks for it on the "
      "terminal");
  return group;
}

std::string read_pem_file(const std::string& file) {
  constexpr auto most = std::size_t{1024} * 1024;
  std::ifstream stream(file, std::ios::binary);
  std::string content(most + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  const auto size = static_cast<std::size_t>(stream.gcount());
  if (size == 0 || size > most) {
    throw CommandError(ExitCode::file, fmt::format("'{}' cannot be read, or contains no certificate or key.", file));
  }
  content.resize(size);
  return content;
}

std::optional<evidence::SigningIdentity> signing_identity(const po::variables_map& values,
                                                          const Environment& environment) {
  const auto certificate = text_of(values, "sign");
  const auto key = text_of(values, "key");
  const auto password_file = text_of(values, "key-password-file");
  if (certificate.empty() && key.empty() && password_file.empty()) return std::nullopt;
  if (certificate.empty() || key.empty()) {
    throw CommandError(ExitCode::usage, "Signing needs a certificate and its key; give both --sign and --key.");
  }
  require_private(key);
  const Interruption interruption;
  const auto passphrase = [&] {
    if (!password_file.empty()) return read_password_file(password_file, environment);
    return ask_for_password(fmt::format("the key {}", key), "--key-password-file");
  };
  const base::Secret key_pem(read_pem_file(key));
  return evidence::SigningIdentity::read(read_pem_file(certificate), key_pem.reveal(), passphrase,
                                         std::chrono::floor<std::chrono::seconds>(environment.now()));
}

}  // namespace casweep::cli
