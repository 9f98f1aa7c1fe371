#pragma once

#include "net/node.hpp"
#include "schema/json.hpp"
#include "tests/net/support.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stoa::test {

/// The node that the contracts share: every site speaks the native edition too.
[[nodiscard]] node& native_node();

/// An HTTP answer with its JSON.
struct native_answer {
  int status = 0;
  std::string body;
  json read;

  [[nodiscard]] json_value operator[](std::string_view name) const { return read.root()[name]; }
  [[nodiscard]] std::string text(std::string_view name) const {
    return std::string{(*this)[name].as_string().value_or("")};
  }
  [[nodiscard]] std::int64_t number(std::string_view name) const {
    return (*this)[name].as_int64().value_or(-1);
  }
};

/// Somebody with a session; `demo_user("user-sophie")` makes one without hashing a password.
class native_user {
public:
  native_user(std::string id, std::string token) : id_(std::move(id)), token_(std::move(token)) {}

  [[nodiscard]] native_answer call(std::string_view method, std::string_view path,
                                   std::string_view body = {},
                                   std::string_view more_headers = {}) const;
  [[nodiscard]] native_answer get(std::string_view path) const { return call("GET", path); }
  [[nodiscard]] native_answer post(std::string_view path, std::string_view body) const {
    return call("POST", path, body);
  }
  /// The header line of this user's cookie.
  [[nodiscard]] std::string cookie() const;
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

private:
  std::string id_;
  std::string token_;
};

[[nodiscard]] native_user demo_user(const std::string& id);

/// A GET at the first site of a node; `more` are whole header lines, `from` is the client's own
/// address on loopback.
[[nodiscard]] answer plain_get(const node& where, std::string_view path, std::string_view more = {},
                               const char* from = nullptr);

/// A `stoa.v1` socket of somebody.
class native_socket {
public:
  explicit native_socket(const native_user& who);
  void say(std::string_view text) const { wire_.send_text(text); }
  /// From now on this long may pass between two frames; else ten seconds.
  void wait_for(std::chrono::seconds patience) const;
  /// Reads frames until one fits; fails the test when the connection ends before.
  [[nodiscard]] json until(const std::function<bool(const json_value&)>& fits);
  /// The next frame of this type.
  [[nodiscard]] json next(std::string_view type);

private:
  raw_client wire_;
};

/// A room's id, fresh, with these members, founded by `by`.
[[nodiscard]] std::string fresh_room(const native_user& by, std::string_view members = "[]",
                                     bool is_public = false);

}  // namespace stoa::test
