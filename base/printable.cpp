// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/printable.h"

namespace casweep::base {

std::string printable(std::string_view foreign) {
  constexpr std::size_t longest = 200;
  while (!foreign.empty() && (foreign.back() == '\n' || foreign.back() == ' ' || foreign.back() == '\0')) {
    foreign.remove_suffix(1);
  }
  std::string text(foreign.substr(0, longest));
  for (char& byte : text) {
    if (byte < ' ' || byte > '~') byte = '?';
  }
  if (foreign.size() > longest) text += "...";
  return text;
}

}  // namespace casweep::base
