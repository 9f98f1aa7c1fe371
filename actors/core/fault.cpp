#include "actors/core/fault.hpp"

#include "actors/core/wire.hpp"

#include <caf/exit_reason.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/message.hpp>
#include <caf/pec.hpp>
#include <caf/sec.hpp>

#include <string>

namespace stoa {

namespace {

// An error of CAF's own, by its name and what it says. `caf::to_string` shows a code as whatever
// type the category names, and what hangs on it likewise; one that came over a wire may name any.
std::string shown(const caf::error& why) {
  std::string out = "an error of an unknown kind";
  if (why.category() == caf::type_id_v<caf::sec>)
    out = to_string(static_cast<caf::sec>(why.code()));
  else if (why.category() == caf::type_id_v<caf::exit_reason>)
    out = to_string(static_cast<caf::exit_reason>(why.code()));
  else if (why.category() == caf::type_id_v<caf::pec>)
    out = to_string(static_cast<caf::pec>(why.code()));
  if (why.context().match_elements<std::string>())
    out += ": " + why.context().get_as<std::string>(0);
  return out;
}

}  // namespace

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
  return fail(fault_code::unavailable, "a part of the server did not answer", shown(why));
}

}  // namespace stoa
