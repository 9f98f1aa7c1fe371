#pragma once

#include <caf/type_id.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::testing {

/// Every type id of our blocks, ascending: the cluster's alphabet. Call `announce_types` first.
[[nodiscard]] std::vector<caf::type_id_t> wire_types();

/// The name a type id was announced with.
[[nodiscard]] std::string wire_type_name(caf::type_id_t of);

/// One filled message of each type that travels, encoded as CAF's binary protocol does it. A type
/// that is missing here stays on its node: encoding it is refused.
[[nodiscard]] std::map<caf::type_id_t, std::string> wire_samples();

/// What came of reading a message's bytes.
struct wire_reading {
  bool accepted = false;
  std::string again;  ///< encoded once more, when accepted
  std::string shown;  ///< as a log would show it, when accepted
};

/// Reads bytes as one message of a type, with CAF's binary deserializer. Bytes that are left over
/// are ignored, as they would belong to the next element.
[[nodiscard]] wire_reading read_wire(caf::type_id_t as, std::string_view bytes);

}  // namespace stoa::testing
