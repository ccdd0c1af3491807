// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "sweep/worker_frame_internal.h"

namespace casweep::sweep {
namespace {

WorkerMessage message_with_facts() {
  WorkerMessage message{WorkerMessage::Kind::result, "", {}};
  message.reading.result = assess::RegistryFacts{.key_path = R"(HKLM\SYSTEM\…\"x")",
                                                 .found_by = assess::KeyFoundBy::enumeration,
                                                 .matched_by = assess::KeyMatchedBy::common_name,
                                                 .interface_flags = winreg::RegistryValue{4, {0x41, 0x06, 0x00, 0xff}},
                                                 .key_last_write = std::chrono::sys_seconds(std::chrono::seconds(-7)),
                                                 .server_name = "ca02",
                                                 .identity = {"x", "X", {{1, 2}, {3}}}};
  message.reading.key_path = "k";
  message.reading.address = "2001:db8::1";
  message.reading.protocol = "p";
  message.reading.account = "a@B";
  message.reading.started_at += std::chrono::milliseconds(1'795'000'000'123);
  message.reading.finished_at += std::chrono::milliseconds(1'795'000'000'456);
  return message;
}

WorkerMessage message_with_failure(assess::Reason reason) {
  WorkerMessage message{WorkerMessage::Kind::stage, "reading the registry", {}};
  message.reading.result =
      tl::unexpected(assess::ReadFailure{reason, "why \x1b[2J", {"ntstatus", 0xC0000022, "STATUS_ACCESS_DENIED"}});
  return message;
}

std::optional<WorkerMessage> decoded(std::string_view bytes) {
  FrameReader reader;
  reader.feed(bytes);
  return reader.next();
}

void expect_same(const assess::Reading& left, const assess::Reading& right) {
  EXPECT_EQ(left.result, right.result);
  EXPECT_EQ(left.key_path, right.key_path);
  EXPECT_EQ(left.address, right.address);
  EXPECT_EQ(left.protocol, right.protocol);
  EXPECT_EQ(left.account, right.account);
  EXPECT_EQ(left.started_at, right.started_at);
  EXPECT_EQ(left.finished_at, right.finished_at);
}

TEST(WorkerFrame, CarriesFacts) {
  const WorkerMessage sent = message_with_facts();
  const auto got = decoded(encode_frame(sent));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->kind, WorkerMessage::Kind::result);
  expect_same(got->reading, sent.reading);
}

TEST(WorkerFrame, CarriesAnAbsentValueAsAbsent) {
  WorkerMessage sent = message_with_facts();
  sent.reading.result->interface_flags.reset();
  sent.reading.result->key_last_write.reset();
  expect_same(decoded(encode_frame(sent))->reading, sent.reading);
}

TEST(WorkerFrame, CarriesEveryFailure) {
  for (const assess::Reason reason : assess::all_reasons()) {
    const WorkerMessage sent = message_with_failure(reason);
    const auto got = decoded(encode_frame(sent));
    ASSERT_TRUE(got) << word_of(reason);
    EXPECT_EQ(got->stage, sent.stage);
    expect_same(got->reading, sent.reading);
  }
}

TEST(WorkerFrame, TextThatIsNotUtf8IsReplaced) {
  WorkerMessage sent = message_with_failure(assess::Reason::protocol_error);
  sent.reading.result.error().detail = "a\xffz";
  EXPECT_EQ(decoded(encode_frame(sent))->reading.result.error().detail, "a\uFFFDz");
}

TEST(WorkerFrame, ArrivesInPiecesOfAnySize) {
  const std::string bytes =
      encode_frame(message_with_failure(assess::Reason::timed_out)) + encode_frame(message_with_facts());
  FrameReader reader;
  std::vector<WorkerMessage::Kind> kinds;
  for (const char& byte : bytes) {
    reader.feed(std::span(&byte, 1));
    while (const auto message = reader.next()) kinds.push_back(message->kind);
  }
  EXPECT_EQ(kinds, (std::vector{WorkerMessage::Kind::stage, WorkerMessage::Kind::result}));
  EXPECT_FALSE(reader.broken());
}

TEST(WorkerFrame, ThatIsTooLongBreaksTheReaderAtOnce) {
  FrameReader reader;
  reader.feed(std::string_view("\xff\xff\xff\xff", 4));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
}

TEST(WorkerFrame, NonsenseBreaksTheReader) {
  for (const std::string_view payload :
       {"", "{}", "null", "[]", "{\"kind\":1}", "not json", R"({"kind":"result","stage":"","reading":{}})"}) {
    std::string frame(4, '\0');
    frame[0] = static_cast<char>(payload.size());
    FrameReader reader;
    reader.feed(frame + std::string(payload));
    EXPECT_FALSE(reader.next()) << payload;
    EXPECT_TRUE(reader.broken()) << payload;
    reader.feed(encode_frame(message_with_facts()));
    EXPECT_FALSE(reader.next()) << "a broken reader stays broken";
  }
}

TEST(WorkerFrame, NestingCannotExhaustTheStack) {
  const std::string payload(longest_frame, '[');
  std::string frame(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) frame[i] = static_cast<char>((payload.size() >> (8 * i)) & 0xFF);
  FrameReader reader;
  reader.feed(frame + payload);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
}

TEST(WorkerFrame, EnumeratorsOutsideTheirRangeAreRefused) {
  std::string frame = encode_frame(message_with_facts());
  const auto at = frame.find("\"found_by\":2");
  ASSERT_NE(at, std::string::npos);
  frame[at + 11] = '9';
  EXPECT_FALSE(decoded(frame));
}

/// What a hostile worker may write in place of a number. Found by tests/fuzz: a conversion that C++ leaves undefined, a
/// width that wraps into a valid value of the registry, an instant too far away to be stored.
TEST(WorkerFrame, NumbersThatDoNotFitAreRefused) {
  struct Lie {
    std::string_view instead_of, number;
  };
  const std::string frame = encode_frame(message_with_facts());
  for (const auto& [instead_of, number] : {
           Lie{R"("type":4)", "1e300"},
           Lie{R"("type":4)", "0.5"},
           Lie{R"("type":4)", "-1"},
           Lie{R"("type":4)", "4294967300"},
           Lie{R"("type":4)", "true"},
           Lie{R"("found_by":2)", "4294967296"},
           Lie{R"("key_last_write":-7)", "1e300"},
           Lie{R"("key_last_write":-7)", "18446744073709551615"},
           Lie{R"("key_last_write":-7)", "9223372036854775807"},
           Lie{R"("key_last_write":-7)", "-9223372036854775807"},
           Lie{R"("started_at":1795000000123)", "-9223372036854775808"},
           Lie{R"("finished_at":1795000000456)", "9223372036854775807"},
       }) {
    std::string lying = frame;
    const auto at = lying.find(instead_of);
    ASSERT_NE(at, std::string::npos) << instead_of;
    const auto colon = instead_of.find(':') + 1;
    lying.replace(at + colon, instead_of.size() - colon, number);
    const std::size_t length = lying.size() - 4;
    for (std::size_t i = 0; i < 4; ++i) lying[i] = static_cast<char>((length >> (8 * i)) & 0xFF);
    EXPECT_FALSE(decoded(lying)) << instead_of << " as " << number;
  }
}

TEST(WorkerFrame, CarriesTheLastInstantOfAFiletime) {
  WorkerMessage sent = message_with_facts();
  sent.reading.result->key_last_write = std::chrono::sys_seconds(std::chrono::seconds(1'833'029'933'770));
  expect_same(decoded(encode_frame(sent))->reading, sent.reading);
}

}  // namespace
}  // namespace casweep::sweep
