#include "net/fault_status.hpp"

#include <string>

namespace stoa {

int http_status(fault_code code) noexcept {
  switch (code) {
    case fault_code::invalid:
      return 400;
    case fault_code::unauthenticated:
      return 401;
    case fault_code::forbidden:
      return 403;
    case fault_code::not_found:
      return 404;
    case fault_code::conflict:
      return 409;
    case fault_code::too_large:
      return 413;
    case fault_code::too_many:
      return 429;
    case fault_code::overloaded:
    case fault_code::unavailable:
      return 503;
  }
  return 500;
}

void say_when_to_retry(reply& answer, const fault& why) {
  if (why.retry_after > 0)
    answer.headers.add("Retry-After", std::to_string(why.retry_after));
  else if (answer.status == 503)
    answer.headers.add("Retry-After", "1");
}

}  // namespace stoa
