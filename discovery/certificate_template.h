// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// One pKICertificateTemplate object ([MS-CRTD]); unchanged, untrusted text.
struct CertificateTemplate {
  std::string common_name{};  ///< cn: what a CA's certificateTemplates names
  std::string display_name{};
};

}  // namespace casweep::discovery
