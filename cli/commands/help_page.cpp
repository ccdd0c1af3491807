// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/help_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "base/decimal.h"
#include "cli/commands/program_facts.h"
#include "cli/options/option_facts.h"
#include "cli/options/option_sections.h"
#include "report/table/text_columns.h"

namespace casweep::cli {
namespace {

constexpr std::size_t indent = 2;
constexpr std::size_t gap = 2;  ///< between a term and its text

void write_paragraph(std::ostream& out, std::string_view text, std::size_t width) {
  report::write_wrapped(out, text, 0, 0, width);
}

void write_heading(std::ostream& out, std::string_view heading) { out << '\n' << heading << ":\n"; }

/// The column of the texts beside `terms`: behind the longest that leaves two thirds of the line to them.
std::size_t text_column(std::span<const std::string> terms, std::size_t width) {
  const std::size_t most = width / 3;
  std::size_t column = 0;
  for (const std::string& term : terms) {
    const std::size_t needed = indent + term.size() + gap;
    if (needed <= most) column = std::max(column, needed);
  }
  return column == 0 ? most : column;
}

void write_definition(std::ostream& out, const Definition& definition, std::size_t column, std::size_t width) {
  out << std::string(indent, ' ') << definition.term;
  const std::size_t end = indent + definition.term.size();
  if (end + gap > column) {
    out << '\n' << std::string(column, ' ');
  } else {
    out << std::string(column - end, ' ');
  }
  report::write_wrapped(out, definition.text, column, column, width);
}

void write_definitions(std::ostream& out, std::span<const Definition> definitions, std::size_t width) {
  std::vector<std::string> terms;
  for (const Definition& definition : definitions) terms.push_back(definition.term);
  const std::size_t column = text_column(terms, width);
  for (const Definition& definition : definitions) write_definition(out, definition, column, width);
}

void write_section(std::ostream& out, const HelpSection& section, std::size_t width) {
  write_heading(out, section.heading);
  for (std::size_t i = 0; i < section.paragraphs.size(); ++i) {
    if (i > 0) out << '\n';
    out << std::string(indent, ' ');
    report::write_wrapped(out, section.paragraphs[i], indent, indent, width);
  }
  if (!section.paragraphs.empty() && !section.definitions.empty()) out << '\n';
  write_definitions(out, section.definitions, width);
}

/// `forms` is what follows "casweep", a line each.
void write_usage(std::ostream& out, std::span<const std::string> forms, std::size_t width) {
  std::string_view before = "\nUsage: ";
  for (const std::string& form : forms) {
    out << before;
    report::write_wrapped(out, "casweep " + form, 7, 9, width);
    before = "       ";
  }
}

void write_examples(std::ostream& out, std::span<const Example> examples) {
  write_heading(out, "Examples");
  for (const Example& example : examples) {
    out << "  " << example.purpose << ":\n    ";
    for (const char character : example.command) {
      out << character;
      if (character == '\n') out << "      ";
    }
    out << '\n';
  }
}

std::string term_of(const OptionFacts& option, bool any_short_name) {
  std::string term;
  if (!option.short_name.empty()) {
    term = fmt::format("-{}, ", option.short_name);
  } else if (any_short_name) {
    term = "    ";
  }
  term += "--" + option.name;
  if (!option.value_name.empty()) term += ' ' + option.value_name;
  return term;
}

void write_options(std::ostream& out, const CommandLine& line, std::size_t width) {
  const auto sections = option_sections(line);
  const bool any_short_name =
      std::ranges::any_of(options_of(line), [](const OptionFacts& option) { return !option.short_name.empty(); });
  std::vector<std::string> terms;
  for (const OptionSection& section : sections) {
    for (const OptionFacts& option : section.options) terms.push_back(term_of(option, any_short_name));
  }
  const std::size_t column = text_column(terms, width);
  auto term = terms.begin();
  for (const OptionSection& section : sections) {
    write_heading(out, section.heading);
    for (const OptionFacts& option : section.options) write_definition(out, {*term++, option.text}, column, width);
  }
  const std::string sentence = configurable_options_sentence(line);
  if (sentence.empty()) return;
  out << '\n';
  write_paragraph(out, sentence + "; see 'casweep help'.", width);
}

void write_operands(std::ostream& out, std::span<const Operand> operands, std::size_t width) {
  std::vector<Definition> definitions;
  for (const Operand& operand : operands) definitions.push_back({operand.name, operand.text});
  if (definitions.empty()) return;
  write_heading(out, "Arguments");
  write_definitions(out, definitions, width);
}

void write_commands(std::ostream& out, std::span<const Command> commands, std::size_t width) {
  std::vector<Definition> definitions;
  for (const Command& command : commands) definitions.push_back({command.line.command, command.summary});
  write_heading(out, "Commands");
  write_definitions(out, definitions, width);
}

}  // namespace

std::size_t help_width(const Environment& environment, bool to_terminal) {
  constexpr std::size_t least = 40;
  constexpr std::size_t most = 100;
  std::size_t columns = to_terminal ? environment.columns : 0;
  if (columns == 0) columns = base::parse_decimal<std::size_t>(environment.variable("COLUMNS")).value_or(0);
  if (columns == 0) columns = 80;
  return std::clamp(columns, least, most);
}

void write_help(std::ostream& out, const Command& command, std::size_t width) {
  write_paragraph(out, fmt::format("casweep {} - {}", command.line.command, command.summary), width);
  std::vector<std::string> forms;
  for (const std::string& usage : command.usage) forms.push_back(command.line.command + ' ' + usage);
  write_usage(out, forms, width);
  for (const std::string& paragraph : command.description) {
    out << '\n';
    write_paragraph(out, paragraph, width);
  }
  write_operands(out, command.line.operands, width);
  write_options(out, command.line, width);
  for (const HelpSection& section : command.sections) write_section(out, section, width);
  write_examples(out, command.examples);
  write_section(out, {.heading = "Exit codes", .definitions = command.exit_codes}, width);
  out << '\n';
  write_paragraph(out, "See 'casweep help' for the other exit codes.", width);
}

void write_general_help(std::ostream& out, std::span<const Command> commands, std::size_t width) {
  const ProgramFacts& facts = program_facts();
  write_paragraph(out, "casweep - " + facts.summary, width);
  const std::vector<std::string> forms{"COMMAND [OPTION]..."};
  write_usage(out, forms, width);
  out << '\n';
  write_paragraph(out, facts.description, width);
  write_commands(out, commands, width);
  out << '\n';
  write_paragraph(out, "'casweep COMMAND --help' or 'casweep help COMMAND' describes a command.", width);
  write_section(out, {.heading = "Options", .definitions = facts.options}, width);
  HelpSection environment{.heading = "Environment", .paragraphs = {facts.precedence}};
  for (const SharedFact& variable : facts.environment) environment.definitions.push_back(variable.definition);
  write_section(out, environment, width);
  write_section(out, {.heading = "Config files", .paragraphs = facts.config_files}, width);
  write_section(out, {.heading = "Passwords", .paragraphs = {facts.passwords}}, width);
  write_examples(out, facts.examples);
  write_section(out, {.heading = "Exit codes", .definitions = facts.exit_codes}, width);
}

void write_family_help(std::ostream& out, std::string_view word, std::span<const Command> family, std::size_t width) {
  write_paragraph(out, fmt::format("Usage: casweep {} COMMAND [OPTION]...", word), width);
  write_commands(out, family, width);
  out << '\n';
  write_paragraph(out, fmt::format("'casweep {} COMMAND --help' describes a command.", word), width);
}

}  // namespace casweep::cli
