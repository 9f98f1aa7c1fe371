#pragma once

#include "net/node.hpp"
#include "tests/support/http_client.hpp"

#include <string>
#include <string_view>

namespace stoa::testing {

/// The public base of the contract's site, as proxies would have it.
inline constexpr std::string_view emlyon_base = "https://campus.example.org";
/// What its tokens are signed with, and what they were signed with before.
inline constexpr std::string_view emlyon_key = "the tests' own secret, longer than 32 characters";
inline constexpr std::string_view emlyon_old_key =
    "the secret they had before, longer than 32 chars";

/// The node that all tests of this contract share: demo data, an emlyon connect site and, beside
/// it, a StacGate site over the same database. It believes X-Forwarded-For, so that a test may come
/// from anywhere.
[[nodiscard]] node& emlyon_node();
void forget_emlyon();

/// Somebody with a token, or without one.
class student {
public:
  explicit student(std::string token = {}, std::string id = {});

  http_answer request(std::string_view method, std::string_view target, std::string_view body = {},
                      http_headers more = {}) const;
  http_answer get(std::string_view target) const { return request("GET", target); }
  http_answer post(std::string_view target, std::string_view body = {}) const {
    return request("POST", target, body);
  }
  http_answer put(std::string_view target, std::string_view body) const {
    return request("PUT", target, body);
  }
  http_answer remove(std::string_view target) const { return request("DELETE", target); }

  std::string token;
  std::string id;
  std::string from;  ///< the address it comes from
};

/// A client of the site that shows nothing, from an address of its own.
[[nodiscard]] student stranger();
/// One of the demo people: `alice`, `bob`, `charlie`, `diana`, `ethan`; the same session each time.
[[nodiscard]] const student& demo_student(std::string_view name);
/// Somebody new, with a name that is also part of the address.
[[nodiscard]] student new_student(std::string_view name);

/// `/ws?token=…` of this student.
[[nodiscard]] std::string socket_path(const student& of);
[[nodiscard]] http_client emlyon_client();

/// The status and the sentence of a refusal, which tells nothing of the program's inside.
[[nodiscard]] std::string refusal(const http_answer& answer);

/// A check-in at a place of this name; `more` are whole members.
[[nodiscard]] std::string check_in_body(const std::string& place, const std::string& more = {});
/// An event of this title, with its date as JSON.
[[nodiscard]] std::string event_body(const std::string& title,
                                     const std::string& date = "\"2030-01-02T10:00:00.000Z\"");

}  // namespace stoa::testing
