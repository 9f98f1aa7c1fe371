#include "actors/media/scanner.hpp"

#include <caf/actor_system_config.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace stoa {

namespace {

constexpr const char* address_key = "stoa.clamd";
constexpr std::size_t piece_size = 64 * 1024;
constexpr std::size_t longest_answer = 4096;
constexpr std::uint32_t try_again_in = 30;  // seconds

using clock = std::chrono::steady_clock;

fault no_verdict(std::string cause) {
  auto out = fail(fault_code::unavailable, "Analyse antivirus indisponible, réessayez plus tard",
                  "clamd: " + std::move(cause));
  out.retry_after = try_again_in;
  return out;
}

std::string system_text() {
  return std::strerror(errno);
}

/// A descriptor that is closed with its owner.
class descriptor {
public:
  explicit descriptor(int handle = -1) : handle_(handle) {}
  descriptor(descriptor&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~descriptor() {
    if (handle_ >= 0)
      ::close(handle_);
  }
  [[nodiscard]] int get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ >= 0; }

private:
  int handle_;
};

// A socket whose every call, connecting included, comes back after so long.
descriptor patient_socket(int family, std::chrono::seconds step) {
  descriptor out{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!out)
    return out;
  timeval limit{};
  limit.tv_sec = step.count();
  ::setsockopt(out.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(out.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return out;
}

outcome<descriptor> connect_to_path(const std::string& path, std::chrono::seconds step) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.sun_path)
    return no_verdict(path + " is too long for a socket");
  path.copy(where.sun_path, path.size());
  auto out = patient_socket(AF_UNIX, step);
  if (!out || ::connect(out.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
    return no_verdict(fmt::format("{}: {}", path, system_text()));
  return out;
}

outcome<descriptor> connect_to_host(const std::string& name, std::chrono::seconds step) {
  const auto colon = name.rfind(':');
  if (colon == std::string::npos)
    return no_verdict(name + " is neither a path nor host:port");
  auto host = name.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int why = ::getaddrinfo(host.c_str(), name.c_str() + colon + 1, &hints, &found))
    return no_verdict(fmt::format("{}: {}", name, ::gai_strerror(why)));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
  for (const auto* each = all.get(); each != nullptr; each = each->ai_next) {
    auto out = patient_socket(each->ai_family, step);
    if (out && ::connect(out.get(), each->ai_addr, each->ai_addrlen) == 0)
      return out;
  }
  return no_verdict(fmt::format("{}: {}", name, system_text()));
}

/// One file on its way to clamd (clamd(8), INSTREAM): pieces, each behind its length in four bytes,
/// then a length of zero.
class conversation {
public:
  conversation(descriptor line, std::chrono::seconds whole)
      : line_(std::move(line)), until_(clock::now() + whole) {}

  bool say(const void* bytes, std::size_t size);
  bool piece(const char* bytes, std::size_t size);
  [[nodiscard]] bool is_answering() const;
  std::optional<std::string> hear();

private:
  descriptor line_;
  clock::time_point until_;
};

// Whether a call came back for nothing and may be made again.
bool is_passing() {
  return errno == EINTR || errno == EAGAIN;
}

bool conversation::say(const void* bytes, std::size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const auto sent = ::send(line_.get(), at, size, MSG_NOSIGNAL);
    if (clock::now() > until_)
      return false;
    if (sent < 0 && is_passing())
      continue;
    if (sent <= 0)
      return false;
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool conversation::piece(const char* bytes, std::size_t size) {
  const std::array<unsigned char, 4> length{
      static_cast<unsigned char>(size >> 24U), static_cast<unsigned char>(size >> 16U),
      static_cast<unsigned char>(size >> 8U), static_cast<unsigned char>(size)};
  return say(length.data(), length.size()) && (size == 0 || say(bytes, size));
}

// It does before the end when it has read as much as it takes; what is sent then may cost its
// answer.
bool conversation::is_answering() const {
  pollfd waiting{line_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

// What clamd says, without the NUL at its end; nothing when it says nothing, or half of it.
std::optional<std::string> conversation::hear() {
  std::string out;
  std::array<char, 512> some{};
  while (out.size() < longest_answer && clock::now() < until_) {
    const auto got = ::recv(line_.get(), some.data(), some.size(), 0);
    if (got < 0 && is_passing())
      continue;
    if (got <= 0)
      return std::nullopt;
    out.append(some.data(), static_cast<std::size_t>(got));
    if (const auto end = out.find('\0'); end != std::string::npos)
      return out.substr(0, end);
  }
  return std::nullopt;
}

// `stream: OK`, `stream: NAME FOUND`, anything else is no verdict.
outcome<std::string> verdict_of(const std::string& answer) {
  constexpr std::string_view before = "stream: ";
  constexpr std::string_view after = " FOUND";
  if (answer == "stream: OK")
    return std::string{};
  if (answer.starts_with(before) && answer.ends_with(after) &&
      answer.size() > before.size() + after.size())
    return answer.substr(before.size(), answer.size() - before.size() - after.size());
  if (answer.find("size limit exceeded") != std::string::npos)
    return fail(fault_code::too_large, "longer than clamd reads", answer);
  return no_verdict(answer);
}

}  // namespace

outcome<std::string> scan_with_clamd(const std::string& clamd, const std::string& file,
                                     const scan_patience& patience) {
  const descriptor source{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!source)
    return no_verdict(fmt::format("{}: {}", file, system_text()));
  auto line = clamd.starts_with('/') ? connect_to_path(clamd, patience.connect)
                                     : connect_to_host(clamd, patience.connect);
  if (!line)
    return line.error();
  conversation with{std::move(*line), patience.verdict};
  bool said = with.say("zINSTREAM", 10);  // with its NUL
  std::string piece(piece_size, '\0');
  while (said && !with.is_answering()) {
    const auto got = ::read(source.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return no_verdict(fmt::format("{}: {}", file, system_text()));
    said = with.piece(piece.data(), static_cast<std::size_t>(got));
    if (got == 0)
      break;
  }
  // One that stopped taking pieces may have said why.
  auto answer = with.hear();
  if (!answer)
    return no_verdict(said ? "it did not answer" : "it hung up");
  return verdict_of(*answer);
}

namespace {

/// Has one file scanned on its own thread and ends.
class scanner_state {
public:
  using protocol = scanner_actor;
  static inline const char* name = "media.scanner";

  explicit scanner_state(protocol::pointer self) : self_(self) {}
  protocol::behavior_type make_behavior();

private:
  protocol::pointer self_;
};

scanner_state::protocol::behavior_type scanner_state::make_behavior() {
  return {
      [this](const scan_file& what) -> caf::result<scan_verdict> {
        self_->quit();
        auto found = scan_with_clamd(what.clamd, what.file);
        if (!found)
          return to_error(found.error());
        return scan_verdict{std::move(*found)};
      },
  };
}

std::atomic<std::size_t> being_scanned{0};

}  // namespace

scanner_actor start_scanner(caf::actor_system& host) {
  return launch_detached<scanner_state>(host);
}

void use_clamd(caf::actor_system_config& of, const std::string& where) {
  caf::put(of.content, address_key, where);
}

std::string clamd_of(const caf::actor_system& host) {
  return caf::get_or(host.config(), address_key, std::string{});
}

scan_place::scan_place()
    : bounded_place(being_scanned, most_scans, "too many files at once; try again") {}

}  // namespace stoa
