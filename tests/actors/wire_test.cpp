#include "tests/support/wire.hpp"

#include "actors/core/fault.hpp"
#include "actors/root.hpp"
#include "persistence/protocol.hpp"
#include "tests/support/deterministic.hpp"
#include "tests/support/golden.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using stoa::testing::golden_difference;
using stoa::testing::kept_difference;
using stoa::testing::read_wire;
using stoa::testing::wire_samples;
using stoa::testing::wire_type_name;
using stoa::testing::wire_types;

namespace {

struct wire : stoa::testing::deterministic {};

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

TEST_CASE_METHOD(wire, "every message type comes back the same, or is refused a journey") {
  const auto samples = wire_samples();
  for (const auto id : wire_types()) {
    INFO(wire_type_name(id));
    const auto sample = samples.find(id);
    if (sample == samples.end()) {
      CHECK_FALSE(read_wire(id, std::string(64, '\0')).accepted);
      continue;
    }
    const auto read = read_wire(id, sample->second);
    REQUIRE(read.accepted);
    CHECK(hex(read.again) == hex(sample->second));
    CHECK_FALSE(read.shown.empty());
    // What breaks off in the middle is refused, wherever it breaks.
    for (std::size_t size = 0; size < sample->second.size(); ++size)
      CHECK_FALSE(read_wire(id, std::string_view{sample->second}.substr(0, size)).accepted);
  }
}

TEST_CASE_METHOD(wire, "the cluster's alphabet is what reviewers have seen") {
  const auto samples = wire_samples();
  std::string out = "# type id, name, and how its sample travels; `local` never leaves its node\n";
  for (const auto id : wire_types()) {
    const auto sample = samples.find(id);
    out += fmt::format("{} {} {}\n", id, wire_type_name(id),
                       sample == samples.end() ? "local" : '"' + hex(sample->second) + '"');
  }
  const auto difference = golden_difference("wire.txt", out);
  INFO(difference);
  CHECK(difference.empty());
}

TEST_CASE_METHOD(wire, "the fuzzer of messages starts from today's encoding") {
  std::string wrong;
  for (const auto& [id, bytes] : wire_samples()) {
    std::string seed;
    seed += static_cast<char>(id >> 8);
    seed += static_cast<char>(id & 0xff);
    wrong += kept_difference(fmt::format("tests/fuzz/corpus/core_messages/{}", id), seed + bytes);
  }
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE_METHOD(wire, "rows from a wire that point outside their bytes are refused") {
  const auto encoded = [](std::uint32_t columns, std::uint32_t offset, std::int32_t length) {
    caf::byte_buffer out;
    caf::binary_serializer sink{nullptr, out};
    const bool ok = sink.value(columns) && sink.value(std::uint64_t{1}) &&
                    sink.value(caf::string_view{"abc", 3}) && sink.begin_sequence(1) &&
                    sink.value(offset) && sink.value(length);
    REQUIRE(ok);
    return std::string{reinterpret_cast<const char*>(out.data()), out.size()};
  };
  const auto id = caf::type_id_v<rows>;
  CHECK(read_wire(id, encoded(1, 0, 3)).accepted);
  CHECK(read_wire(id, encoded(1, 9, -1)).accepted);  // NULL has no place
  CHECK_FALSE(read_wire(id, encoded(1, 1, 3)).accepted);
  CHECK_FALSE(read_wire(id, encoded(1, 4'000'000'000U, 2'000'000'000)).accepted);
  CHECK_FALSE(read_wire(id, encoded(2, 0, 3)).accepted);
  CHECK_FALSE(read_wire(id, encoded(0, 0, 3)).accepted);
}

TEST_CASE_METHOD(wire, "a list that claims too many items is refused before it is made") {
  caf::byte_buffer out;
  caf::binary_serializer sink{nullptr, out};
  const bool ok = sink.value(caf::string_view{"demo", 4}) && sink.begin_sequence(4'000'000'000U);
  REQUIRE(ok);
  // Enough bytes for many of its items: empty statements take two each.
  std::string bytes{reinterpret_cast<const char*>(out.data()), out.size()};
  bytes.append(100'000, '\0');
  CHECK_FALSE(read_wire(caf::type_id_v<transaction>, bytes).accepted);
}

TEST_CASE_METHOD(wire,
                 "an error from elsewhere with a number nobody knows means that a part is away") {
  const auto odd = caf::make_error(static_cast<fault_code>(200));
  CHECK(to_fault(odd).code == fault_code::unavailable);
  const auto none = caf::make_error(static_cast<fault_code>(0));
  CHECK(to_fault(none).code == fault_code::unavailable);
  CHECK(to_fault(to_error(fail(fault_code::conflict, "twice"))).text == "twice");
}
