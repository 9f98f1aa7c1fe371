#include "tools/load/report.hpp"

#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iostream>

namespace stoa::load {

namespace {

const char* word(verdict end) {
  switch (end) {
    case verdict::kept:
      return "every promise was kept";
    case verdict::broken:
      return "A PROMISE WAS BROKEN";
    case verdict::usage:
      return "not run";
    case verdict::unreachable:
      return "the server could not be reached";
  }
  return "?";
}

const char* code(verdict end) {
  switch (end) {
    case verdict::kept:
      return "kept";
    case verdict::broken:
      return "broken";
    case verdict::usage:
      return "usage";
    case verdict::unreachable:
      return "unreachable";
  }
  return "?";
}

double rounded(double x) {
  return std::round(x * 1000) / 1000;
}

}  // namespace

void report::add(const std::string& name, const histogram& times) {
  add(name + "_count", times.count());
  add(name + "_p50_ms", rounded(times.at(0.5)));
  add(name + "_p95_ms", rounded(times.at(0.95)));
  add(name + "_p99_ms", rounded(times.at(0.99)));
  add(name + "_max_ms", rounded(times.most()));
}

std::uint64_t report::count(std::string_view name) const {
  for (const auto& each : sections_)
    for (const auto& [key, value] : each.cells)
      if (const auto* whole = std::get_if<std::uint64_t>(&value); whole != nullptr && key == name)
        return *whole;
  return 0;
}

void report::print() const {
  std::cout << '\n' << scenario_ << '\n';
  for (const auto& each : sections_) {
    std::cout << "  " << each.name << '\n';
    for (const auto& [name, value] : each.cells) {
      std::string text;
      if (const auto* whole = std::get_if<std::uint64_t>(&value))
        text = std::to_string(*whole);
      else if (const auto* real = std::get_if<double>(&value))
        text = fmt::format("{:.2f}", *real);
      else
        text = std::get<std::string>(value);
      std::cout << fmt::format("    {:<28} {:>14}\n", name, text);
    }
  }
  for (const auto& [promise, what] : breaches) {
    std::cout << fmt::format("  broken: {} ({} times)\n", promise, what.count);
    for (const auto& each : what.examples)
      std::cout << "    " << each << '\n';
  }
  std::cout << "verdict: " << word(end) << (reason.empty() ? "" : ": " + reason) << std::endl;
}

std::string report::as_json() const {
  std::string out;
  json_writer json{out};
  json.begin_object().member("scenario", scenario_).member("verdict", code(end));
  json.member("reason", reason);
  for (const auto& each : sections_) {
    json.key(each.name).begin_object();
    for (const auto& [name, value] : each.cells)
      std::visit([&, &key = name](const auto& x) { json.member(key, x); }, value);
    json.end_object();
  }
  json.key("broken").begin_array();
  for (const auto& [promise, what] : breaches) {
    json.begin_object().member("promise", promise).member("count", what.count);
    json.key("examples").begin_array();
    for (const auto& each : what.examples)
      json.value(each);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return out + '\n';
}

outcome<void> report::write(const std::filesystem::path& file) const {
  if (!(std::ofstream{file} << as_json() << std::flush))
    return fail(fault_code::unavailable, "cannot write " + file.string());
  return {};
}

}  // namespace stoa::load
