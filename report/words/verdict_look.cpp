// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/verdict_look.h"

namespace casweep::report {

using assess::Verdict;

VerdictLook look_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::enforced:
      return {"enforced", "✓", "+", "\x1b[32m"};
    case Verdict::not_enforced:
      return {"not enforced", "✗", "x", "\x1b[31m"};
    case Verdict::not_exposed:
      return {"not exposed", "○", "o", "\x1b[36m"};
    case Verdict::unknown:
      break;
  }
  return {"unknown", "?", "?", "\x1b[33m"};
}

}  // namespace casweep::report
