#include "actors/core/fault.hpp"

#include "actors/core/wire.hpp"

#include <caf/deep_to_string.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/message.hpp>

namespace stoa {

caf::error to_error(const fault& why) {
  return caf::make_error(why.code, why);
}

fault to_fault(const caf::error& why) {
  if (why.category() == caf::type_id_v<fault_code>) {
    if (why.context().match_elements<fault>())
      return why.context().get_as<fault>(0);
    return fail(static_cast<fault_code>(why.code()), name_of(static_cast<fault_code>(why.code())));
  }
  return fail(fault_code::unavailable, "a part of the server did not answer", caf::to_string(why));
}

}  // namespace stoa
