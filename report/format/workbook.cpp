// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/workbook.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

#include "base/utf8.h"

namespace casweep::report {
namespace {

constexpr std::size_t longest_cell = 32'000;  // Excel refuses a file with more than 32,767 characters in a cell

/// `text` as the content of <t>. The strings of a workbook have escapes of their own: "_x202e_" is the character
/// U+202E.
std::string cell_xml(std::string_view text) {
  std::string xml;
  std::string_view rest = text;
  while (!rest.empty() && xml.size() < longest_cell) {
    const std::string_view before = rest;
    (void)base::take_code_point(rest);
    const std::string_view character = before.substr(0, before.size() - rest.size());
    if (character == "&") {
      xml += "&amp;";
    } else if (character == "<") {
      xml += "&lt;";
    } else if (character == ">") {
      xml += "&gt;";
    } else if (character == "_" && rest.starts_with('x')) {
      xml += "_x005F_";
    } else if (character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf") {
      xml += "\xef\xbf\xbd";  // XML has no U+FFFE and U+FFFF
    } else {
      xml += character;
    }
  }
  return rest.empty() ? xml : xml + "…";
}

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view main_schema = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view package_schema = "http://schemas.openxmlformats.org/package/2006";
constexpr std::string_view office_schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

struct Part {
  std::string_view name;
  std::string content;
};

std::vector<Part> parts_of(const std::string& rows) {
  const auto relation = [&](std::string_view id, std::string_view type, std::string_view target) {
    return fmt::format("<Relationship Id=\"{}\" Type=\"{}/{}\" Target=\"{}\"/>", id, office_schema, type, target);
  };
  const auto relations = [&](const std::string& all) {
    return fmt::format("{}<Relationships xmlns=\"{}/relationships\">{}</Relationships>", xml_head, package_schema, all);
  };
  constexpr std::string_view type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  return {
      {"[Content_Types].xml",
       fmt::format("{0}<Types xmlns=\"{1}/content-types\"><Default Extension=\"rels\" "
                   "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default "
                   "Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" "
                   "ContentType=\"{2}sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" "
                   "ContentType=\"{2}worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" "
                   "ContentType=\"{2}styles+xml\"/></Types>",
                   xml_head, package_schema, type)},
      {"_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml"))},
      {"xl/workbook.xml",
       fmt::format("{}<workbook xmlns=\"{}\" xmlns:r=\"{}\"><sheets><sheet name=\"ESC11\" sheetId=\"1\" "
                   "r:id=\"rId1\"/></sheets></workbook>",
                   xml_head, main_schema, office_schema)},
      {"xl/_rels/workbook.xml.rels",
       relations(relation("rId1", "worksheet", "worksheets/sheet1.xml") + relation("rId2", "styles", "styles.xml"))},
      {"xl/styles.xml",
       fmt::format(
           "{}<styleSheet xmlns=\"{}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ "
           "hh:mm:ss\"/></numFmts><fonts count=\"1\"><font/></fonts><fills count=\"2\"><fill><patternFill "
           "patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders "
           "count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
           "borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
           "borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
           "applyNumberFormat=\"1\"/></cellXfs></styleSheet>",
           xml_head, main_schema)},
      {"xl/worksheets/sheet1.xml",
       fmt::format("{}<worksheet xmlns=\"{}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
                   "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
                   "<sheetFormatPr defaultColWidth=\"20\" defaultRowHeight=\"15\"/><sheetData>{}</sheetData>"
                   "</worksheet>",
                   xml_head, main_schema, rows)},
  };
}

/// The CRC of ZIP files (APPNOTE 4.4.7).
std::uint32_t crc32_of(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> values{};
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
      values.at(i) = value;
    }
    return values;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) crc = table.at((crc ^ static_cast<unsigned char>(byte)) & 0xFFU) ^ (crc >> 8U);
  return ~crc;
}

/// Little-endian numbers, one after the other.
template <typename... Numbers>
void append(std::string& bytes, Numbers... numbers) {
  const auto one = [&](auto number) {
    for (std::size_t i = 0; i < sizeof number; ++i)
      bytes += static_cast<char>((std::uint64_t{number} >> (8 * i)) & 0xFFU);
  };
  (one(numbers), ...);
}

/// What the local header and the central directory have in common (APPNOTE 4.3.7 and 4.3.12).
void append_entry(std::string& bytes, const Part& part) {
  constexpr std::uint16_t version = 20;
  constexpr std::uint16_t utf8_name = 0x0800;
  constexpr std::uint16_t stored = 0;
  constexpr std::uint16_t midnight = 0;
  constexpr std::uint16_t first_of_1980 = 0x0021;
  const auto size = static_cast<std::uint32_t>(part.content.size());
  append(bytes, version, utf8_name, stored, midnight, first_of_1980, crc32_of(part.content), size, size,
         static_cast<std::uint16_t>(part.name.size()), std::uint16_t{0});
}

}  // namespace

void Workbook::begin_row() {
  rows_ += fmt::format("<row r=\"{}\">", ++row_);
  column_ = 0;
}

void Workbook::begin_cell() {
  std::string letters;  // A … Z, AA …
  for (std::size_t rest = ++column_; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  rows_ += fmt::format("<c r=\"{}{}\"", letters, row_);
}

void Workbook::add_text(std::string_view text) {
  begin_cell();
  rows_ += text.empty() ? "/>"
                        : fmt::format(" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", cell_xml(text));
}

void Workbook::add_time(base::Instant instant) {
  // Days since 1899-12-30 (ECMA-376 part 1, 18.17.4.1); whole seconds, as they are shown.
  constexpr std::int64_t epoch = 25'569;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  constexpr double day = 86'400;
  begin_cell();
  rows_ += fmt::format(" s=\"1\"><v>{:.8f}</v></c>", static_cast<double>(epoch) + static_cast<double>(seconds) / day);
}

void Workbook::end_row() { rows_ += "</row>"; }

void Workbook::write(std::ostream& out) const {
  std::string file;
  std::string directory;
  const auto parts = parts_of(rows_);
  for (const Part& part : parts) {
    constexpr std::uint32_t local_header = 0x04034B50;
    constexpr std::uint32_t directory_header = 0x02014B50;
    constexpr std::uint16_t made_by = 20;
    append(directory, directory_header, made_by);
    append_entry(directory, part);
    // No comment, the first disk, no attributes, and where the local header is.
    append(directory, std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0}, std::uint32_t{0},
           static_cast<std::uint32_t>(file.size()));
    directory += part.name;
    append(file, local_header);
    append_entry(file, part);
    file += part.name;
    file += part.content;
  }
  constexpr std::uint32_t end_of_directory = 0x06054B50;
  const auto count = static_cast<std::uint16_t>(parts.size());
  const auto offset = static_cast<std::uint32_t>(file.size());
  const auto size = static_cast<std::uint32_t>(directory.size());
  file += directory;
  append(file, end_of_directory, std::uint16_t{0}, std::uint16_t{0}, count, count, size, offset, std::uint16_t{0});
  out << file;
}

}  // namespace casweep::report
