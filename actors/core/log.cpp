#include "actors/core/log.hpp"

#include <spdlog/spdlog.h>

namespace stoa {

std::shared_ptr<spdlog::logger> log_of(const std::string& area) {
  auto found = spdlog::get(area);
  return found ? found : spdlog::default_logger();
}

std::string in_full(const fault& why) {
  auto out = std::string{name_of(why.code)} + ": " + why.text;
  return why.cause.empty() ? out : out + " (" + why.cause + ")";
}

}  // namespace stoa
