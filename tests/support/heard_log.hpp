#pragma once

#include "config/logging.hpp"

#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::testing {

/// Hears what one area logs, as lines of JSON. What is to be heard starts after it and ends first.
class heard_log {
public:
  explicit heard_log(const std::string& area, spdlog::level::level_enum from = spdlog::level::info)
      : area_(area), sink_(std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(4096)) {
    sink_->set_formatter(json_lines());
    auto logger = std::make_shared<spdlog::logger>(area_, sink_);
    logger->set_level(from);
    spdlog::drop(area_);
    spdlog::register_logger(std::move(logger));
  }
  ~heard_log() { spdlog::drop(area_); }
  heard_log(const heard_log&) = delete;
  heard_log& operator=(const heard_log&) = delete;

  [[nodiscard]] std::vector<std::string> lines() const { return sink_->last_formatted(); }
  /// The first line with this text, empty when nobody said so.
  [[nodiscard]] std::string line(std::string_view text) const {
    for (auto& each : lines())
      if (each.find(text) != std::string::npos)
        return each;
    return {};
  }

private:
  std::string area_;
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> sink_;
};

}  // namespace stoa::testing
