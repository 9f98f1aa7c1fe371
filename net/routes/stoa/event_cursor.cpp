#include "net/routes/stoa/event_cursor.hpp"

#include "actors/core/task.hpp"
#include "net/routes/stoa/wishes.hpp"

#include <charconv>

namespace stoa::stoa_api {

event_cursor event_cursor::read(std::string_view text, std::size_t streams, std::string_view name) {
  event_cursor out;
  out.positions_.resize(streams);
  if (text.empty())
    return out;
  for (std::size_t i = 0; i < streams; ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i + 1 == streams))
      throw fault_error(fault_code::invalid,
                        std::string{name} + " must have a number for each stream, or -");
    const auto part = text.substr(0, dot);
    if (part != "-") {
      out.positions_[i] = read_number(part, name);
      if (!out.positions_[i])
        throw fault_error(fault_code::invalid, std::string{name} + " lacks a number");
    }
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return out;
}

std::string event_cursor::text() const {
  std::string out;
  for (const auto& each : positions_) {
    if (&each != positions_.data())
      out += '.';
    out += each ? std::to_string(*each) : "-";
  }
  return out;
}

bool cursor_outbox::push(const frame& what, urgency how) {
  const auto where = lane();
  if (!where || where->here())
    return pass(what, how);
  where->post([me = shared_from_this(), what, how] { me->pass(what, how); });
  return true;
}

bool cursor_outbox::pass(const frame& what, urgency how) {
  if (what.number().empty())
    return into_->push(what, how);
  std::uint64_t number = 0;
  const auto text = what.number();
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
    where_->reach(stream_, number);
  return into_->push(frame{std::string{what.text()}, std::string{what.event()}, where_->text()},
                     how);
}

}  // namespace stoa::stoa_api
