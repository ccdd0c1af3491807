// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/manual/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/ascii_case.h"
#include "cli/commands/program_facts.h"
#include "cli/manual/roff.h"
#include "cli/options/option_sections.h"
#include "cli/version.h"

namespace casweep::cli {
namespace {

constexpr std::string_view program = "casweep";

constexpr auto config_example =
    "deadline = 30\n\n[forest corp]\ndomain = corp.example\nuser = svc-casweep@CORP.EXAMPLE\nkeytab = "
    "/etc/casweep/corp.keytab\n\n[forest plant]\nserver = ldaps://dc1.plant.example\nserver = "
    "ldaps://dc2.plant.example\nca-cert = /etc/casweep/plant-ca.pem\nuser = svc-casweep@PLANT.EXAMPLE\nkeytab = "
    "/etc/casweep/plant.keytab";

std::string page_name_of(std::string_view command) {
  std::string name = fmt::format("{}-{}", program, command);
  std::ranges::replace(name, ' ', '-');
  return name;
}

void write_title(RoffWriter& page, std::string_view name, std::string_view summary) {
  page.title(name, 1, fmt::format("{} {}", program, version()), "User Commands");
  page.section("NAME");
  page.name_line(name, summary);
}

void write_definitions_in_bold(RoffWriter& page, const std::vector<Definition>& definitions) {
  for (const Definition& definition : definitions) {
    page.definition("\\fB" + roff_escaped(definition.term) + "\\fR", definition.text);
  }
}

void write_help_section(RoffWriter& page, const HelpSection& section) {
  for (const std::string& paragraph : section.paragraphs) page.paragraph(paragraph);
  write_definitions_in_bold(page, section.definitions);
}

std::string option_term(const OptionFacts& option) {
  std::string term;
  if (!option.short_name.empty()) term = roff_form('-' + option.short_name) + ", ";
  term += roff_form("--" + option.name);
  if (!option.value_name.empty()) term += ' ' + roff_form(option.value_name);
  return term;
}

/// A section that explains words belongs to the options and operands that take them.
bool explains_words(const HelpSection& section) { return !section.definitions.empty(); }

void write_options_of(RoffWriter& page, const Command& command) {
  page.section("OPTIONS");
  const auto sections = option_sections(command.line);
  for (const OptionSection& section : sections) {
    if (sections.size() > 1) page.subsection(section.heading);
    for (const OptionFacts& option : section.options) page.definition(option_term(option), option.text);
  }
  const std::string sentence = configurable_options_sentence(command.line);
  if (!sentence.empty()) page.paragraph(sentence + "; see casweep(1).");
  for (const HelpSection& section : command.sections) {
    if (!explains_words(section)) continue;
    page.subsection(section.heading);
    write_help_section(page, section);
  }
}

void write_other_sections(RoffWriter& page, const Command& command) {
  for (const HelpSection& section : command.sections) {
    if (explains_words(section)) continue;
    std::string heading = section.heading;
    std::ranges::transform(heading, heading.begin(), base::ascii_upper);
    page.section(heading);
    write_help_section(page, section);
  }
}

/// The variables that may hold the values of `options`.
std::vector<Definition> own_variables(const std::vector<OptionFacts>& options) {
  std::vector<std::string> names;
  for (const OptionFacts& option : options) {
    if (option.source == Source::anywhere) names.push_back(variable_name(option.name));
  }
  if (names.empty()) return {};
  const std::string_view text = names.size() == 1 ? "the option with this name" : "the options with these names";
  return {{fmt::format("{}", fmt::join(names, ", ")), std::string(text)}};
}

/// Those of `facts` that concern a command with `options`.
std::vector<Definition> concerning(const std::vector<SharedFact>& facts, const std::vector<OptionFacts>& options) {
  std::vector<Definition> definitions;
  for (const SharedFact& fact : facts) {
    if (std::ranges::find(options, fact.option, &OptionFacts::name) != options.end()) {
      definitions.push_back(fact.definition);
    }
  }
  return definitions;
}

std::vector<Definition> all_of(const std::vector<SharedFact>& facts) {
  std::vector<Definition> definitions;
  std::ranges::transform(facts, std::back_inserter(definitions), &SharedFact::definition);
  return definitions;
}

void write_section_of(RoffWriter& page, std::string_view heading, const std::vector<Definition>& definitions) {
  if (definitions.empty()) return;
  page.section(heading);
  write_definitions_in_bold(page, definitions);
}

void write_examples_of(RoffWriter& page, const std::vector<Example>& examples) {
  page.section("EXAMPLES");
  for (const Example& example : examples) page.example(example);
}

/// Whether `text` names the command: "casweep scan", but not in "casweep scans".
bool names_command(std::string_view text, std::string_view command) {
  const std::string name = fmt::format("{} {}", program, command);
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if (end == text.size() || text[end] < 'a' || text[end] > 'z') return true;
  }
  return false;
}

bool are_of_one_family(const Command& left, const Command& right) {
  const std::string& name = left.line.command;
  const auto space = name.find(' ');
  return space != std::string::npos && right.line.command.starts_with(name.substr(0, space + 1));
}

/// The pages of the commands that `text`, the page of `command`, names, and of those that share its first word.
std::vector<std::string> related_pages(const Command& command, std::string_view text,
                                       std::span<const Command> commands) {
  std::vector<std::string> related{std::string(program)};
  for (const Command& other : commands) {
    if (&other == &command) continue;
    if (are_of_one_family(command, other) || names_command(text, other.line.command)) {
      related.push_back(manual_page_name(other));
    }
  }
  return related;
}

void write_see_also(RoffWriter& page, const std::vector<std::string>& pages) {
  page.section("SEE ALSO");
  page.references(pages);
}

}  // namespace

std::string manual_page_name(const Command& command) { return page_name_of(command.line.command); }

void write_manual_page(std::ostream& out, const Command& command, std::span<const Command> commands) {
  std::ostringstream body;
  RoffWriter page(body);
  const auto options = options_of(command.line);
  const ProgramFacts& facts = program_facts();

  write_title(page, manual_page_name(command), command.summary);
  page.section("SYNOPSIS");
  page.synopsis(fmt::format("{} {}", program, command.line.command), command.usage);
  page.section("DESCRIPTION");
  for (const std::string& paragraph : command.description) page.paragraph(paragraph);
  if (!command.line.operands.empty()) page.section("ARGUMENTS");
  for (const Operand& operand : command.line.operands) page.definition(roff_form(operand.name), operand.text);
  write_options_of(page, command);
  write_other_sections(page, command);
  write_examples_of(page, command.examples);
  page.section("EXIT STATUS");
  write_definitions_in_bold(page, command.exit_codes);
  page.paragraph("See casweep(1) for the other exit codes.");
  write_section_of(page, "FILES", concerning(facts.files, options));
  auto variables = own_variables(options);
  std::ranges::move(concerning(facts.environment, options), std::back_inserter(variables));
  write_section_of(page, "ENVIRONMENT", variables);
  if (std::ranges::find(options, "password-file", &OptionFacts::name) != options.end()) {
    page.section("SECURITY");
    page.paragraph(facts.passwords);
  }

  write_see_also(page, related_pages(command, body.str(), commands));
  out << body.str();
}

void write_program_manual_page(std::ostream& out, std::span<const Command> commands) {
  RoffWriter page(out);
  const ProgramFacts& facts = program_facts();
  write_title(page, program, facts.summary);
  page.section("SYNOPSIS");
  const std::vector<std::string> forms{"COMMAND [OPTION]...", "--help", "--version"};
  page.synopsis(program, forms);
  page.section("DESCRIPTION");
  page.paragraph(facts.description);
  page.section("COMMANDS");
  for (const Command& command : commands) {
    page.definition(fmt::format("\\fB{}\\fR(1)", roff_escaped(manual_page_name(command))), command.summary);
  }
  page.section("OPTIONS");
  write_definitions_in_bold(page, facts.options);
  page.paragraph("Every command describes itself with --help.");
  write_examples_of(page, facts.examples);
  page.section("EXIT STATUS");
  write_definitions_in_bold(page, facts.exit_codes);
  write_section_of(page, "FILES", all_of(facts.files));
  page.section("CONFIGURATION");
  for (const std::string& paragraph : facts.config_files) page.paragraph(paragraph);
  page.section("ENVIRONMENT");
  page.paragraph(facts.precedence);
  write_definitions_in_bold(page, all_of(facts.environment));
  page.section("SECURITY");
  page.paragraph(facts.passwords);
  std::vector<std::string> related;
  std::ranges::transform(commands, std::back_inserter(related), manual_page_name);
  write_see_also(page, related);
}

void write_config_manual_page(std::ostream& out, std::span<const Command> commands) {
  RoffWriter page(out);
  const ProgramFacts& facts = program_facts();
  page.title("casweep.conf", 5, fmt::format("{} {}", program, version()), "File Formats");
  page.section("NAME");
  page.name_line("casweep.conf", "options of casweep, and the forests that it scans");
  page.section("SYNOPSIS");
  for (const SharedFact& file : facts.files) {
    if (file.option == "config") page.paragraph(file.definition.term);
  }
  page.section("DESCRIPTION");
  for (const std::string& paragraph : facts.config_files) page.paragraph(paragraph);
  page.paragraph(facts.precedence);
  page.section("OPTIONS");
  std::set<std::string> written;
  for (const Command& command : commands) {
    for (const OptionFacts& option : options_of(command.line)) {
      if (option.source != Source::anywhere || !written.insert(option.name).second) continue;
      const std::string value = option.value_name.empty() ? "yes" : option.value_name;
      page.definition(fmt::format("{} = {}", roff_form(option.name), roff_form(value)), option.text);
    }
  }
  page.section("EXAMPLES");
  page.paragraph("Two forests, each scanned with its own account:");
  page.file(config_example);
  page.section("SECURITY");
  page.paragraph(facts.passwords);
  const std::vector<std::string> pages{std::string(program), page_name_of("config check"), page_name_of("config show")};
  write_see_also(page, pages);
}

}  // namespace casweep::cli
