// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page/page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/iso_time.h"
#include "base/sha256.h"
#include "report/page/sections_internal.h"
#include "report/words/ca_background.h"
#include "report/words/dates.h"
#include "report/words/esc11.h"
#include "report/words/event_text.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using assess::Verdict;

struct EmbeddedFile {
  std::string_view name;
  Markup content;
};

constexpr auto files = std::to_array<EmbeddedFile>({
#include "page.inc"
});

consteval Markup file_named(std::string_view name) {
  return std::ranges::find(files, name, &EmbeddedFile::name)->content;
}

constexpr Markup css = file_named("page.css");
constexpr Markup javascript = file_named("page.js");

/// The source expression for an inline style or script in a Content-Security-Policy (CSP Level 3, 2.3.1).
std::string hash_source(Markup inlined) {
  const auto digest = base::sha256(inlined.text());
  std::array<unsigned char, 4 * 11 + 1> base64{};
  const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return fmt::format("'sha256-{}'",
                     std::string_view(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)));
}

/// CAs that need attention come first.
int order_of(std::optional<Verdict> verdict) {
  if (!verdict) return 2;
  switch (*verdict) {
    case Verdict::not_enforced:
      return 0;
    case Verdict::unknown:
      return 1;
    case Verdict::not_exposed:
      return 3;
    case Verdict::enforced:
      return 4;
  }
  return 1;
}

std::vector<PageCa> page_cas(const PageSubject& subject) {
  std::map<base::ObjectGuid, const history::Observation*> read;
  for (const history::Observation& ca : subject.scan.cas) read.emplace(ca.service.object_guid, &ca);
  std::vector<PageCa> cas;
  for (const history::CaSummary& known : subject.forest.cas) {
    PageCa ca{.known = &known, .status = known.status};
    if (const auto found = read.find(known.object_guid); found != read.end()) {
      ca.read = found->second;
      ca.status = background_of(subject.scan, *ca.read, known).status;
    }
    cas.push_back(ca);
  }
  std::ranges::stable_sort(cas, {}, [](const PageCa& ca) { return order_of(ca.verdict()); });
  return cas;
}

const history::ScanHeadline& headline_of(const PageSubject& subject) {
  static const history::ScanHeadline none;
  const auto& scans = subject.trend.scans;
  const auto found = std::ranges::find(scans, subject.scan.id, &history::ScanHeadline::id);
  return found == scans.end() ? none : *found;
}

void write_head(HtmlWriter& html, const PageView& view) {
  begin_head(html, Script::of_tables);
  html << "ESC11 in " << foreign_words(view.subject.forest.forest) << ", scan " << view.scan.id;
  end_head(html);
}

void write_header(HtmlWriter& html, const PageView& view) {
  html << "<header>\n<p class=\"kicker\">" << foreign(view.subject.forest.forest) << " · scan " << view.scan.id
       << " of ";
  write_time(html, view.subject.scan.start.started_at);
  html << "</p>\n<h1>" << own(esc11_title) << "</h1>\n"
       << "<p class=\"lead\">If a certification authority (CA) accepts certificate requests over RPC without "
          "encryption, an attacker can relay a victim's authentication to it and obtain a certificate in the victim's "
          "name. "
       << own(esc11_description) << "</p>\n"
       << "<nav aria-label=\"On this page\">\n<ul>\n<li><a href=\"#to-do\">What to do</a></li>\n"
       << "<li><a href=\"#cas\">CAs</a></li>\n<li><a href=\"#trend\">Trend</a></li>\n"
       << "<li><a href=\"#exceptions\">Exceptions</a></li>\n"
       << (view.subject.scan.listing ? Markup("<li><a href=\"#logon-trust\">Trusted for logon</a></li>\n") : Markup(""))
       << "<li><a href=\"#made\">How this scan was made</a></li>\n"
       << "</ul>\n</nav>\n</header>\n";
}

}  // namespace

void begin_head(HtmlWriter& html, Script script) {
  html << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       << "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
       << own(hash_source(css));
  if (script == Script::of_tables) html << "; script-src " << own(hash_source(javascript));
  html << "; base-uri 'none'; form-action 'none'\">\n"
       << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
       << "<meta name=\"color-scheme\" content=\"light dark\">\n"
       << "<meta name=\"referrer\" content=\"no-referrer\">\n"
       << "<title>";
}

void end_head(HtmlWriter& html) { html << "</title>\n<style>" << css << "</style>\n</head>\n"; }

void write_footer(HtmlWriter& html, std::string_view tool_version) {
  html << "<footer>\n<p>Written by casweep " << own(tool_version)
       << ". It shows the configuration in the registry when the CAs were read; a CA applies changes when its service "
          "starts. "
       << "<a href=\"" << own(esc11_reference)
       << "\" rel=\"noreferrer\">Microsoft&#39;s description of this assessment</a>.</p>\n</footer>\n";
}

std::optional<Verdict> PageCa::verdict() const {
  if (read == nullptr) return std::nullopt;
  return read->judgement.verdict;
}

std::string_view PageCa::word() const {
  return read == nullptr ? "not-read" : assess::word_of(read->judgement.verdict);
}

const history::Decision* PageCa::decision() const {
  const history::Decision* decision = known->decision();
  const bool withdrawn = decision != nullptr && decision->status == history::Status::to_address;
  return withdrawn || status == history::Status::completed ? nullptr : decision;
}

history::Need PageCa::need(base::Instant then) const {
  if (known->hidden() && !history::covers_hiding(*known)) return history::Need::action;
  return history::need_of(status, decision(), then);
}

std::size_t PageView::count(history::Need need) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cas, [&](const PageCa& ca) { return ca.need(then()) == need; }));
}

PageView::PageView(const PageSubject& of) : subject(of), scan(headline_of(of)), cas(page_cas(of)) {
  for (const history::ScanHeadline& earlier : of.trend.scans) {
    // A scan without an answer from the directory does not know its forest.
    const bool same_forest = earlier.forest == (scan.listed ? scan.forest : of.forest.forest) ||
                             (of.scan.since && of.scan.since->since == earlier.id);  // the forest was renamed
    if (earlier.id < scan.id && earlier.speaks_of_forest() && same_forest) previous = &earlier;
  }
}

void write_verdict(HtmlWriter& html, std::optional<Verdict> verdict) {
  if (!verdict) {
    html << "<span class=\"verdict not-read\"><span aria-hidden=\"true\">–</span> not read</span>";
    return;
  }
  const VerdictLook look = look_of(*verdict);
  html << "<span class=\"verdict " << own(assess::word_of(*verdict)) << "\"><span aria-hidden=\"true\">"
       << own(look.glyph) << "</span> " << own(look.words) << "</span>";
}

void write_link(HtmlWriter& html, const PageCa& ca) {
  const base::ObjectGuid& guid = ca.known->object_guid;
  html << "<a href=\"#ca-" << own(guid.to_string()) << "\">"
       << foreign(base::name_or_guid(name_of(ca.known->identity), guid)) << "</a>";
}

void write_time(HtmlWriter& html, base::Instant instant) {
  const std::string iso = base::iso_time(instant);
  if (!iso.empty()) html << "<time datetime=\"" << own(iso) << "\">" << own(short_time(instant)) << "</time>";
}

void write_day(HtmlWriter& html, base::Instant instant) {
  const std::string iso = base::iso_time(instant);
  if (!iso.empty()) html << "<time datetime=\"" << own(iso) << "\">" << own(short_date(instant)) << "</time>";
}

void write_references(HtmlWriter& html) {
  html << "<p class=\"references\"><a href=\"" << own(esc11_reference)
       << "\" rel=\"noreferrer\">Microsoft: " << own(esc11_title) << "</a>";
  for (const AttackTechnique& technique : esc11_techniques) {
    html << " · <a href=\"" << own(technique.url) << "\" rel=\"noreferrer\">MITRE ATT&amp;CK " << own(technique.id)
         << ": " << own(technique.name) << "</a>";
  }
  html << "</p>\n";
}

void write_commands(HtmlWriter& html, Markup title, const std::vector<std::string>& commands) {
  if (commands.empty()) return;
  html << "<h4>" << title << "</h4>\n<pre>";
  for (const std::string& command : commands) html << "<code>" << foreign_command(command) << "\n</code>";
  html << "</pre>\n";
}

void write_event(HtmlWriter& html, const history::Event& event) {
  write_time(html, event.at);
  html << " " << foreign(base::name_or_guid(name_of(*event.identity), event.object_guid)) << ": ";
  for (const Phrase& phrase : phrases_of(event)) html << (phrase.foreign ? foreign(phrase.text) : own(phrase.text));
}

PageSubject page_subject(const store::History& history, std::int64_t scan, std::string_view tool_version) {
  return page_subject(history, history.scan(scan), tool_version);
}

PageSubject page_subject(const store::History& history, history::ScanRecord scan, std::string_view tool_version) {
  const std::int64_t id = scan.id;
  return {.scan = std::move(scan),
          .forest = history.forest_status_of_scan(id),
          .trend = history.trend_until_scan(id),
          .tool_version = std::string(tool_version)};
}

void write_page(std::ostream& out, const PageSubject& subject) {
  const PageView view(subject);
  HtmlWriter html(out);
  write_head(html, view);
  html << "<body>\n<a class=\"skip\" href=\"#cas\">Skip to the CAs</a>\n";
  write_header(html, view);
  html << "<main>\n";
  write_summary(html, view);
  write_what_to_do(html, view);
  write_ca_table(html, view);
  write_trend(html, view);
  write_exceptions(html, view);
  write_logon_trust(html, view);
  write_scan_facts(html, view);
  html << "</main>\n";
  write_footer(html, subject.tool_version);
  html << "<script>" << javascript << "</script>\n</body>\n</html>\n";
}

}  // namespace casweep::report
