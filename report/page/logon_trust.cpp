// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/logon_trust.h"

#include "report/page/sections_internal.h"

namespace casweep::report {

void write_logon_trust(HtmlWriter& html, const PageView& view) {
  const history::ScanRecord& scan = view.subject.scan;
  if (!scan.listing) return;
  html << "<section id=\"logon-trust\" aria-labelledby=\"logon-trust-title\">\n<h2 id=\"logon-trust-title\">"
       << "Trusted for logon without a visible enrollment object</h2>\n";
  const auto unlisted = unlisted_logon_certificates(scan);
  if (!unlisted) {
    html << "<p>The object NTAuthCertificates could not be read or does not exist. CAs that are trusted for logon but "
            "have no visible enrollment object cannot be detected.</p>\n";
  } else if (unlisted->empty()) {
    html << "<p>Every certificate in NTAuthCertificates belongs to a CA of this scan.</p>\n";
  } else {
    html << "<p>Domain controllers accept logon certificates issued by the CAs below (object NTAuthCertificates), but "
            "the account of this scan sees no enrollment object for them. The object may be hidden, or it was removed "
            "and the certificate was left behind. This does not affect any verdict.</p>\n<ul>\n";
    for (const UnlistedCertificate& certificate : *unlisted) {
      html << "<li>" << foreign(text_of(certificate, view.then())) << "</li>\n";
    }
    html << "</ul>\n";
  }
  html << "</section>\n";
}

}  // namespace casweep::report
