#pragma once

#include "tests/support/http_client.hpp"

#include <string>

namespace stoa::testing {

inline constexpr const char* form_boundary = "----stoa-test-boundary";

/// A text field of a form, to go before its file.
[[nodiscard]] inline std::string form_field(const std::string& name, const std::string& value) {
  return std::string{"--"} + form_boundary + "\r\nContent-Disposition: form-data; name=\"" + name +
         "\"\r\n\r\n" + value + "\r\n";
}

/// Sends a form with one file, behind these fields.
inline http_answer send_file(http_client& who, const std::string& where, const std::string& field,
                             const std::string& name, const std::string& content,
                             const std::string& fields = {}) {
  const std::string edge = form_boundary;
  std::string body = fields;
  body += "--" + edge + "\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" +
          name + "\"\r\nContent-Type: image/png\r\n\r\n" + content + "\r\n--" + edge + "--\r\n";
  http_headers more;
  more.emplace_back("Content-Type", "multipart/form-data; boundary=" + edge);
  return who.request("POST", where, body, more);
}

}  // namespace stoa::testing
