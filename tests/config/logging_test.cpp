#include "config/logging.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

using namespace stoa;

namespace {

/// What one message looks like.
std::string line_of(std::unique_ptr<spdlog::formatter> format, const std::string& message) {
  std::ostringstream out;
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(out);
  sink->set_formatter(std::move(format));
  spdlog::logger logger{"net", sink};
  logger.warn(message);
  return out.str();
}

}  // namespace

TEST_CASE("a line of JSON has fields, and its text cannot break out") {
  auto line = line_of(json_lines(), with_trace("req-7", "a \"quoted\" word\nand a line"));
  CHECK(line.find(R"("level":"warning","area":"net")") != std::string::npos);
  CHECK(line.find(R"("trace":"req-7")") != std::string::npos);
  CHECK(line.find(R"("message":"a \"quoted\" word\u000aand a line"})") != std::string::npos);
  CHECK(line.find(R"({"time":"20)") == 0);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line_of(json_lines(), "plain").find("trace") == std::string::npos);
}

TEST_CASE("a line for people stays one line") {
  auto line = line_of(human_lines(), with_trace("req-7", "first\nsecond"));
  CHECK(line.find("warning net         [req-7] first\\u000asecond\n") != std::string::npos);
}

TEST_CASE("areas have their own levels, and other names find a logger too") {
  settings how;
  how.log_level = "warning";
  how.log_levels = {{"net", "debug"}, {"special", "trace"}};
  start_logging(how);
  CHECK(log_of("net")->level() == spdlog::level::debug);
  CHECK(log_of("people")->level() == spdlog::level::warn);
  CHECK(log_of("special")->level() == spdlog::level::trace);
  CHECK(log_of("unheard_of") == spdlog::default_logger());
  start_logging(how);  // again, with other settings, is fine
  stop_logging();
  REQUIRE(log_of("net") != nullptr);
  log_of("net")->warn("nobody hears this, and nothing breaks");
}
