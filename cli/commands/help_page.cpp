// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/help_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "base/decimal.h"
#include "cli/options/option_facts.h"
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

std::string heading_of(const OptionFacts& option, std::span<const OptionFacts> options) {
  if (!option.heading.empty()) return option.heading;
  const bool alone = std::ranges::all_of(options, [](const OptionFacts& other) { return other.heading.empty(); });
  return alone ? "Options" : "Other options";
}

std::string list_of(std::span<const std::string> names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.first(names.size() - 1), ", "), names.back());
}

/// Which of `options` a config file and variables may hold, in a sentence; empty: none.
std::string configurable_sentence(std::span<const OptionFacts> options) {
  std::vector<std::string> configurable;
  std::vector<std::string> others;
  for (const OptionFacts& option : options) {
    (option.source == Source::anywhere ? configurable : others).push_back("--" + option.name);
  }
  if (configurable.empty()) return {};
  constexpr std::string_view where = "can also be set in a config file or in the environment; see 'casweep help'.";
  // The shorter list is easier to read.
  if (others.size() < configurable.size()) {
    return fmt::format("All options except {} {}", list_of(others), where);
  }
  return fmt::format("{} {}", list_of(configurable), where);
}

void write_options(std::ostream& out, const CommandLine& line, std::size_t width) {
  const auto options = options_of(line);
  const bool any_short_name =
      std::ranges::any_of(options, [](const OptionFacts& option) { return !option.short_name.empty(); });
  std::vector<std::string> terms;
  std::vector<std::string> headings;
  for (const OptionFacts& option : options) {
    terms.push_back(term_of(option, any_short_name));
    const std::string heading = heading_of(option, options);
    if (std::ranges::find(headings, heading) == headings.end()) headings.push_back(heading);
  }
  // groups_of() has --config at its end, so the general options come last.
  const auto general = std::ranges::find(headings, heading_of(options.back(), options));
  std::rotate(general, general + 1, headings.end());
  const std::size_t column = text_column(terms, width);
  for (const std::string& heading : headings) {
    write_heading(out, heading);
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (heading_of(options[i], options) != heading) continue;
      write_definition(out, {terms[i], options[i].text}, column, width);
    }
  }
  const std::string sentence = configurable_sentence(options);
  if (sentence.empty()) return;
  out << '\n';
  write_paragraph(out, sentence, width);
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
  write_paragraph(out, "casweep - check the enterprise CAs of a forest for ESC11", width);
  const std::vector<std::string> forms{"COMMAND [OPTION]..."};
  write_usage(out, forms, width);
  out << '\n';
  write_paragraph(out,
                  "casweep finds every enterprise CA of an Active Directory forest and reads from each one's registry "
                  "whether it enforces encryption for RPC certificate enrollment (IF_ENFORCEENCRYPTICERTREQUEST). It "
                  "changes nothing and needs only an ordinary domain account. A history keeps every answer with its "
                  "evidence.",
                  width);
  write_commands(out, commands, width);
  out << '\n';
  write_paragraph(out, "'casweep COMMAND --help' or 'casweep help COMMAND' describes a command.", width);
  write_section(out,
                {.heading = "Options",
                 .definitions = {{"-h, --help", "show this help"}, {"-V, --version", "show the version of casweep"}}},
                width);
  write_section(
      out,
      {.heading = "Environment",
       .paragraphs = {"Arguments override environment variables, which override the config file. This also holds for "
                      "options that exclude each other, such as --server and --domain."},
       .definitions =
           {{"CASWEEP_...",
             "an option that the config file may hold: CASWEEP_DOMAIN for --domain, CASWEEP_PASSWORD_FILE for "
             "--password-file; CASWEEP_SERVER may hold several URIs, separated by spaces"},
            {"CASWEEP_CONFIG", "the config file, as with --config; none is read if it is set and empty"},
            {"CASWEEP_FOREST", "the section of the config file, as with --forest"},
            {"XDG_CONFIG_HOME", "where the user's config file is: $XDG_CONFIG_HOME/casweep/casweep.conf"},
            {"XDG_DATA_HOME", "where the history is by default: $XDG_DATA_HOME/casweep/history.db"},
            {"KRB5CCNAME, KRB5_CONFIG", "the Kerberos cache and configuration, as for every Kerberos program"},
            {"NO_COLOR", "no colour if set and not empty"},
            {"COLUMNS", "the width of help if the terminal does not report one"}}},
      width);
  write_section(
      out,
      {.heading = "Config files",
       .paragraphs = {"casweep reads /etc/casweep/casweep.conf and ~/.config/casweep/casweep.conf if they exist; the "
                      "user's own overrides the other. A line is \"name = value\" with the name of an option without "
                      "its dashes; # begins a comment.",
                      "Lines below [forest NAME] hold for one forest, which --forest NAME chooses. Each of these "
                      "forests has its own history: /var/lib/casweep/NAME/history.db for those in /etc, and "
                      "~/.local/share/casweep/NAME/history.db for those of a user.",
                      "'casweep config check' checks the files, and 'casweep config show' shows what is in effect and "
                      "where it comes from."}},
      width);
  write_section(
      out,
      {.heading = "Passwords",
       .paragraphs = {"A password never comes from an argument, a variable or the config file: casweep reads it "
                      "from --password-file or asks for it on the terminal. Password files, keytabs, "
                      "trusted roots and config files that other users can write are refused. A ticket obtained "
                      "with a password or a keytab is private to the run and removed at its end."}},
      width);
  const std::vector<Example> examples{{"Scan with a Kerberos ticket", "kinit auditor@CORP.EXAMPLE && casweep scan"},
                                      {"Scan with a keytab, for a scheduled job",
                                       "casweep scan --user auditor@CORP.EXAMPLE --keytab /etc/casweep/scan.keytab"},
                                      {"Show one CA", "casweep show 'Contoso Issuing CA 03'"},
                                      {"Export the last scan", "casweep export csv -o esc11.csv"}};
  write_examples(out, examples);
  write_section(
      out,
      {.heading = "Exit codes",
       .definitions = {{"0", "success; after a scan: every CA is compliant or excepted"},
                       {"1", "a CA does not enforce encryption"},
                       {"2", "the verdict on a CA is unknown"},
                       {"3", "both 1 and 2"},
                       {"64", "wrong usage, or no such CA or scan"},
                       {"65", "bad configuration or data, or no complete scan yet"},
                       {"69",
                        "the directory cannot be reached or proven, no CA was found, or Samba's client library "
                        "is missing"},
                       {"70", "internal error"},
                       {"74", "the history or a file cannot be used"},
                       {"77", "the account, its password or its key was refused"},
                       {"128 + N", "interrupted by signal N"}}},
      width);
}

void write_family_help(std::ostream& out, std::string_view word, std::span<const Command> family, std::size_t width) {
  write_paragraph(out, fmt::format("Usage: casweep {} COMMAND [OPTION]...", word), width);
  write_commands(out, family, width);
  out << '\n';
  write_paragraph(out, fmt::format("'casweep {} COMMAND --help' describes a command.", word), width);
}

}  // namespace casweep::cli
