#include "tools/intake/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <unistd.h>
#include <utility>

namespace stoa::intake {

namespace {

constexpr std::size_t width = 40;
constexpr auto between = std::chrono::milliseconds{100};

}  // namespace

progress::progress(std::size_t whole)
    : whole_(whole == 0 ? 1 : whole), terminal_(::isatty(STDERR_FILENO) == 1) {}

void progress::at(std::size_t done, std::string_view what) {
  const auto percent = std::min<std::size_t>(100 * done / whole_, 100);
  if (!terminal_) {
    if (percent / 10 > last_) {
      last_ = percent / 10;
      std::cerr << fmt::format("{:3} %  {}\n", last_ * 10, what);
    }
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now < next_ && percent < 100)
    return;
  next_ = now + between;
  drawn_ = true;
  const auto full = width * percent / 100;
  std::cerr << fmt::format("\r[{}{}] {:3} %  {}\033[K", std::string(full, '#'),
                           std::string(width - full, '.'), percent, what)
            << std::flush;
}

void progress::say(std::string_view line) {
  end();
  std::cerr << line << '\n';
}

void progress::end() {
  if (std::exchange(drawn_, false))
    std::cerr << "\r\033[K" << std::flush;
}

}  // namespace stoa::intake
