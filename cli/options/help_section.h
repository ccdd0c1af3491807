// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

// What the help says beyond the options, unwrapped: a paragraph is one line.
namespace casweep::cli {

/// A word and what it means.
struct Definition {
  std::string term;
  std::string text;
};

struct HelpSection {
  std::string heading;
  std::vector<std::string> paragraphs{};
  std::vector<Definition> definitions{};
};

/// A command line to copy, which is never wrapped; a longer one has its own line breaks after a backslash.
struct Example {
  std::string purpose;
  std::string command;
};

}  // namespace casweep::cli
