// Any bytes as any message of the cluster's alphabet: what is accepted must encode to something
// that reads back to the very same bytes, and what this code then relies on must hold.
#include "actors/checkins/protocol.hpp"
#include "actors/core/fault.hpp"
#include "actors/forum/protocol.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/intranet/protocol.hpp"
#include "actors/jobs/protocol.hpp"
#include "actors/media/protocol.hpp"
#include "actors/people/protocol.hpp"
#include "persistence/protocol.hpp"
#include "tests/support/wire.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/span.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace stoa;

bool announce() {
  caf::core::init_global_meta_objects();
  caf::init_global_meta_objects<caf::id_block::stoa_core>();
  caf::init_global_meta_objects<caf::id_block::stoa_persistence>();
  caf::init_global_meta_objects<caf::id_block::stoa_people>();
  caf::init_global_meta_objects<caf::id_block::stoa_groups>();
  caf::init_global_meta_objects<caf::id_block::stoa_jobs>();
  caf::init_global_meta_objects<caf::id_block::stoa_intranet>();
  caf::init_global_meta_objects<caf::id_block::stoa_forum>();
  caf::init_global_meta_objects<caf::id_block::stoa_checkins>();
  caf::init_global_meta_objects<caf::id_block::stoa_media>();
  return true;
}

caf::binary_deserializer reader(std::string_view bytes) {
  return {nullptr, caf::make_span(reinterpret_cast<const caf::byte*>(bytes.data()), bytes.size())};
}

void must(bool holds) {
  if (!holds)
    std::abort();
}

void use_rows(std::string_view bytes) {
  results got;
  auto source = reader(bytes);
  if (!source.apply(got))
    return;
  for (const auto& each : got.each)
    for (std::size_t row = 0; row < each.size(); ++row)
      for (std::size_t column = 0; column < each.columns(); ++column) {
        const auto cell = each.cell(row, column);
        must(each.text(row, column).size() == cell.value_or("").size());
        must(cell || each.integer(row, column) == 0);
      }
}

void use_error(std::string_view bytes) {
  caf::error why;
  auto source = reader(bytes);
  if (!source.apply(why))
    return;
  const auto told = to_fault(why);
  must(told.code >= fault_code::invalid && told.code <= fault_code::unavailable);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool announced = announce();
  static const auto types = testing::wire_types();
  must(announced);
  if (size < 2)
    return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
  const auto number = static_cast<caf::type_id_t>(data[0] << 8 | data[1]);
  if (number == caf::type_id_v<caf::error>) {
    use_error(bytes);
    return 0;
  }
  auto as = types[number % types.size()];
  for (const auto each : types)
    if (each == number)
      as = each;
  const auto read = testing::read_wire(as, bytes);
  if (read.accepted) {
    const auto again = testing::read_wire(as, read.again);
    must(again.accepted && again.again == read.again && again.shown == read.shown);
    if (as == caf::type_id_v<results>)
      use_rows(bytes);
  }
  return 0;
}
