#include "actors/core/fault.hpp"

#include "actors/core/wire.hpp"

#include <caf/detail/meta_object.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/message.hpp>

namespace stoa {

caf::error to_error(const fault& why) {
  return caf::make_error(why.code, why);
}

fault to_fault(const caf::error& why) {
  if (!why)  // CAF's "no error" has neither number nor category to ask for
    return fail(fault_code::unavailable, "a part of the server did not answer");
  if (why.category() == caf::type_id_v<fault_code>) {
    if (why.context().match_elements<fault>())
      return why.context().get_as<fault>(0);
    // An error that came over a wire may carry any number.
    const auto known = why.code() >= static_cast<std::uint8_t>(fault_code::invalid) &&
                       why.code() <= static_cast<std::uint8_t>(fault_code::unavailable);
    const auto code = known ? static_cast<fault_code>(why.code()) : fault_code::unavailable;
    return fail(code, name_of(code));
  }
  // CAF looks a category's name up without asking whether there is one.
  const auto types = caf::detail::global_meta_objects();
  const bool announced = why.category() < types.size() && !types[why.category()].type_name.empty();
  return fail(fault_code::unavailable, "a part of the server did not answer",
              announced ? caf::to_string(why) : "an error of an unknown kind");
}

}  // namespace stoa
