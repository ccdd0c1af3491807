// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/document_file.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <string>

#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/options/export_format.h"

namespace casweep::cli {

OptionGroup document_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "write to FILE, which appears complete or not at all (default: standard output)");
  add("force", po::bool_switch(), "replace an existing file");
  return group;
}

std::string output_file_name(const po::variables_map& values) {
  std::string file = text_of(values, "output");
  if (file.empty()) throw CommandError(ExitCode::usage, "-o needs the name of a file.");
  if (format_before_file(file)) {
    throw CommandError(ExitCode::usage,
                       fmt::format("-o '{}' names a format, which only 'casweep export' takes there. For a file of "
                                   "that name, write -o './{}'.",
                                   file, file));
  }
  return file;
}

std::optional<OutputFile> document_file(const po::variables_map& values) {
  const bool force = values["force"].as<bool>();
  if (values.count("output") == 0) {
    if (force) throw CommandError(ExitCode::usage, "--force is for the file of -o; name one.");
    return std::nullopt;
  }
  return OutputFile(output_file_name(values), force ? Force::given : Force::not_given);
}

}  // namespace casweep::cli
