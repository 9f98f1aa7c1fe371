#include "tests/support/http_client.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace stoa::testing {

namespace {

int connect_to(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(made, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0)
    throw std::runtime_error("cannot connect");
  const timeval patience{10, 0};
  ::setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int yes = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return made;
}

void send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return;  // what the peer had to say about it is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool receive_more(int from, std::string& into) {
  char piece[16 * 1024];
  const auto got = ::recv(from, piece, sizeof piece, 0);
  if (got <= 0)
    return false;
  into.append(piece, static_cast<std::size_t>(got));
  return true;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

int status_of(std::string_view head) {
  return head.size() < 12 ? 0 : std::stoi(std::string{head.substr(9, 3)});
}

std::string head_of(std::string_view method, std::string_view target, std::uint16_t port,
                    const std::string& cookie, const http_headers& more) {
  std::string out{method};
  out.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
  out.append(std::to_string(port)).append("\r\n");
  if (!cookie.empty())
    out.append("Cookie: ").append(cookie).append("\r\n");
  for (const auto& [name, value] : more)
    out.append(name).append(": ").append(value).append("\r\n");
  return out;
}

}  // namespace

// -- answers ------------------------------------------------------------------------------

std::string http_answer::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const auto end = std::min(rest.find("\r\n"), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name))
      return std::string{line.substr(colon + 2)};
  }
  return {};
}

json_value http_answer::json_at(std::string_view path) const {
  auto here = parsed.root();
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (here.is_array()) {
      std::size_t index = 0;
      std::from_chars(name.data(), name.data() + name.size(), index);
      std::size_t at = 0;
      json_value found;
      for (const auto item : here.items())
        if (at++ == index)
          found = item;
      here = found;
    } else {
      here = here[name];
    }
  }
  return here;
}

std::string text_at(const json_value& from, std::string_view path) {
  auto here = from;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto name = path.substr(0, dot);
    auto found = here.find(name);
    std::size_t index = 0;
    if (here.is_array() &&
        std::from_chars(name.data(), name.data() + name.size(), index).ec == std::errc{})
      for (const auto item : here.items())
        if (index-- == 0)
          found = item;
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (!found)
      return "(absent)";
    here = *found;
  }
  if (const auto text = here.as_string())
    return std::string{*text};
  return here.text();
}

std::string text_at(const json& from, std::string_view path) {
  return text_at(from.root(), path);
}

std::string http_answer::at(std::string_view path) const {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos)
    return text_at(parsed.root(), path);
  return text_at(json_at(path.substr(0, dot)), path.substr(dot + 1));
}

// -- requests -----------------------------------------------------------------------------

http_answer http_client::request(std::string_view method, std::string_view target,
                                 std::string_view body, const http_headers& more) {
  const int socket = connect_to(port_);
  auto bytes = head_of(method, target, port_, cookie_, more);
  bytes += "Connection: close\r\n";
  const bool typed = std::any_of(more.begin(), more.end(), [](const auto& each) {
    return same_name(each.first, "Content-Type");
  });
  if (!body.empty() && !typed)
    bytes += "Content-Type: application/json\r\n";
  if (!body.empty() || method != "GET")
    bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  bytes.append("\r\n").append(body);
  send_all(socket, bytes);
  std::string got;
  while (receive_more(socket, got)) {
  }
  ::close(socket);
  http_answer out;
  const auto end = got.find("\r\n\r\n");
  if (end == std::string::npos)
    return out;
  out.head = got.substr(0, end);
  out.body = got.substr(end + 4);
  out.status = status_of(out.head);
  if (auto read = json::parse(out.body))
    out.parsed = *read;
  if (const auto given = out.header("Set-Cookie"); !given.empty())
    cookie_ = given.substr(0, given.find(';'));
  return out;
}

// -- sockets ------------------------------------------------------------------------------

ws_client::ws_client(const http_client& as, std::string_view path, const http_headers& more)
    : socket_(connect_to(as.port())) {
  auto bytes = head_of("GET", path, as.port(), as.cookie(), more);
  bytes +=
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  send_all(socket_, bytes);
  while (got_.find("\r\n\r\n") == std::string::npos && receive_more(socket_, got_)) {
  }
  status_ = status_of(got_);
  got_.erase(0, got_.find("\r\n\r\n") + 4);
}

ws_client::~ws_client() {
  ::close(socket_);
}

void ws_client::send_frame(unsigned char first, std::string_view payload) {
  std::string out{static_cast<char>(first)};
  const auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80U | size);
  } else {
    const int octets = size < 65'536 ? 2 : 8;
    out += static_cast<char>(octets == 2 ? 0xfe : 0xff);
    for (int i = octets - 1; i >= 0; --i)
      out += static_cast<char>((size >> (8 * i)) & 0xffU);
  }
  out.append(4, '\0');  // a mask of zeros: the payload stays as it is
  out.append(payload);
  send_all(socket_, out);
}

void ws_client::say(std::string_view text) {
  send_frame(0x81, text);
}

bool ws_client::fill(std::size_t wanted) {
  while (got_.size() < wanted)
    if (!receive_more(socket_, got_))
      return false;
  return true;
}

std::optional<std::string> ws_client::hear() {
  while (fill(2)) {
    const auto opcode = static_cast<unsigned char>(got_[0]) & 0x0fU;
    std::size_t size = static_cast<unsigned char>(got_[1]) & 0x7fU;
    std::size_t begin = 2;
    if (size >= 126) {
      const std::size_t octets = size == 126 ? 2 : 8;
      if (!fill(2 + octets))
        return std::nullopt;
      size = 0;
      for (std::size_t i = 0; i < octets; ++i)
        size = size << 8U | static_cast<unsigned char>(got_[2 + i]);
      begin += octets;
    }
    if (!fill(begin + size))
      return std::nullopt;
    auto payload = got_.substr(begin, size);
    got_.erase(0, begin + size);
    if (opcode == 1)
      return payload;
    if (opcode == 9)
      send_frame(0x8a, payload);
    if (opcode == 8) {
      if (payload.size() >= 2) {
        close_code_ =
            static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
        close_reason_ = payload.substr(2);
      }
      return std::nullopt;
    }
  }
  return std::nullopt;
}

json ws_client::heard() {
  const auto text = hear();
  if (!text)
    throw std::runtime_error("the socket closed or nothing came");
  auto read = json::parse(*text);
  if (!read)
    throw std::runtime_error("no JSON: " + *text);
  return *read;
}

json ws_client::heard(std::string_view type) {
  for (;;) {
    auto next = heard();
    if (next.root()["type"].as_string() == type)
      return next;
  }
}

bool ws_client::has_something() const {
  pollfd asked{socket_, POLLIN, 0};
  return !got_.empty() || ::poll(&asked, 1, 0) == 1;
}

}  // namespace stoa::testing
