#include "net/handler.hpp"

#include <fmt/format.h>

namespace stoa {

body_plan handler::plan(const request&) {
  return {};
}

void handler::on_upgrade(request&& what, upgrade_sink decide) {
  decide.refuse(
      edge_error(404, fail(fault_code::not_found, "nothing speaks WebSocket here"), what));
}

reply handler::edge_error(int status, const fault& why, const request&) {
  // The texts are the edge's own, without quotes or control characters.
  auto made = json_reply(
      status, fmt::format(R"({{"error":"{}","message":"{}"}})", name_of(why.code), why.text));
  if (why.retry_after != 0)
    made.headers.add("Retry-After", std::to_string(why.retry_after));
  return made;
}

std::string_view handler::fixed_headers() const noexcept {
  return {};
}

}  // namespace stoa
