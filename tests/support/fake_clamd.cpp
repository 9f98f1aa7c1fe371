#include "tests/support/fake_clamd.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace stoa::testing {

namespace {

bool read_all(int from, void* into, std::size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const auto got = ::recv(from, at, size, 0);
    if (got <= 0)
      return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void say(int to, std::string_view text) {
  // With the NUL that ends an answer to a command of the `z` kind.
  const std::string all = std::string{text} + '\0';
  ::send(to, all.data(), all.size(), MSG_NOSIGNAL);
}

}  // namespace

fake_clamd::fake_clamd(clamd_habits how) : how_(how) {
  static std::atomic<int> count{0};
  if (how_.tcp) {
    door_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (::bind(door_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
        ::getsockname(door_, reinterpret_cast<sockaddr*>(&where), &size) != 0)
      throw std::runtime_error("no port");
    address_ = "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
  } else {
    address_ = (std::filesystem::temp_directory_path() /
                ("stoa-clamd-" + std::to_string(::getpid()) + "-" + std::to_string(++count)))
                   .string();
    ::unlink(address_.c_str());
    door_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    address_.copy(where.sun_path, sizeof where.sun_path - 1);
    if (::bind(door_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0)
      throw std::runtime_error("no socket");
  }
  if (::listen(door_, 16) != 0)
    throw std::runtime_error("nobody listens");
  worker_ = std::thread{[this] { serve(); }};
}

fake_clamd::~fake_clamd() {
  let_go();
  stop();
}

void fake_clamd::stop() {
  if (!worker_.joinable())
    return;
  ::shutdown(door_, SHUT_RDWR);
  worker_.join();
  ::close(door_);
  if (!how_.tcp)
    ::unlink(address_.c_str());
}

void fake_clamd::serve() {
  for (;;) {
    const int client = ::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
      return;
    talk(client);
    ::close(client);
  }
}

void fake_clamd::talk(int client) {
  std::array<char, 10> command{};
  if (!read_all(client, command.data(), command.size()))
    return complain("no command");
  if (std::string_view{command.data(), command.size()} != std::string_view{"zINSTREAM\0", 10})
    return complain("another command");
  std::string content;
  for (;;) {
    std::array<unsigned char, 4> head{};
    if (!read_all(client, head.data(), head.size()))
      return complain("no length");
    const auto size = static_cast<std::size_t>(head[0]) << 24U |
                      static_cast<std::size_t>(head[1]) << 16U |
                      static_cast<std::size_t>(head[2]) << 8U | static_cast<std::size_t>(head[3]);
    if (size == 0)
      break;
    if (content.size() + size > how_.longest) {
      say(client, "INSTREAM size limit exceeded. ERROR");
      // As clamd does: what is still on its way is not read, but neither is the line cut at once.
      ::shutdown(client, SHUT_WR);
      std::array<char, 4096> rest{};
      while (::recv(client, rest.data(), rest.size(), 0) > 0) {
      }
      return;
    }
    const auto before = content.size();
    content.resize(before + size);
    if (!read_all(client, content.data() + before, size))
      return complain("half a piece");
  }
  const bool bad = content.find("STOA-TEST-VIRUS") != std::string::npos;
  {
    std::unique_lock lock{guard_};
    read_.push_back(std::move(content));
    ++waiting_;
    let_go_.wait(lock, [this] { return !how_.held; });
    --waiting_;
  }
  if (!how_.silent)
    say(client, bad ? "stream: Stoa-Test-Signature FOUND" : "stream: OK");
}

void fake_clamd::complain(const char* what) {
  const std::lock_guard lock{guard_};
  complaints_.emplace_back(what);
}

std::vector<std::string> fake_clamd::read() const {
  const std::lock_guard lock{guard_};
  return read_;
}

std::vector<std::string> fake_clamd::complaints() const {
  const std::lock_guard lock{guard_};
  return complaints_;
}

std::size_t fake_clamd::waiting() const {
  const std::lock_guard lock{guard_};
  return waiting_;
}

void fake_clamd::let_go() {
  const std::lock_guard lock{guard_};
  how_.held = false;
  let_go_.notify_all();
}

}  // namespace stoa::testing
