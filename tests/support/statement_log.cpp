#include "tests/support/statement_log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <iterator>
#include <mutex>
#include <set>

namespace stoa::testing {

struct statement_log::collector final : spdlog::sinks::base_sink<std::mutex> {
  std::set<std::string> texts;

  void sink_it_(const spdlog::details::log_msg& line) override {
    texts.emplace(line.payload.data(), line.payload.size());
  }
  void flush_() override {}
};

statement_log::statement_log(std::filesystem::path file)
    : file_(std::move(file)), sink_(std::make_shared<collector>()) {
  auto logger = std::make_shared<spdlog::logger>("statements", sink_);
  logger->set_level(spdlog::level::trace);
  spdlog::register_logger(std::move(logger));
}

statement_log::~statement_log() {
  spdlog::drop("statements");
  std::ofstream out{file_, std::ios::binary};
  for (const auto& each : sink_->texts)
    out << each << '\0';
}

std::vector<std::string> read_statement_log(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::vector<std::string> out;
  for (std::string each; std::getline(in, each, '\0');)
    out.push_back(std::move(each));
  return out;
}

}  // namespace stoa::testing
