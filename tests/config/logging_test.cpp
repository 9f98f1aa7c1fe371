#include "config/logging.hpp"

#include <catch2/catch.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

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

TEST_CASE("fields are members of JSON, words for people, and whoever fills them adds none") {
  const log_field fields[] = {
      {"path", "/a \"b\"\x1fuser=root\n"}, {"status", "503", true}, {"user", "ana"}};
  const auto text = with_trace("req-7", "request", fields);
  const auto line = line_of(json_lines(), text);
  CHECK(line.find(R"("trace":"req-7","message":"request","path":"/a \"b\" user=root\u000a",)"
                  R"("status":503,"user":"ana"})") != std::string::npos);
  CHECK(line_of(human_lines(), text)
            .find("[req-7] request path=\"/a \"b\" user=root\\u000a\" status=503 user=ana\n") !=
        std::string::npos);
  CHECK(line_of(json_lines(), with_trace({}, "bare", {fields + 2, 1}))
            .find(R"("message":"bare","user":"ana"})") != std::string::npos);
  CHECK(with_trace({}, "plain") == "plain");
}
