// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// One domain of the forest, as its crossRef object describes it ([MS-ADTS] 6.1.1.2.1.1.4); hostile text, as it came.
struct ForestDomain {
  std::string naming_context{};  ///< nCName: "DC=corp,DC=example"
  std::string dns_name{};        ///< dnsRoot: "corp.example"
};

}  // namespace casweep::discovery
