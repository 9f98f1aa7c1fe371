#pragma once

#include "tools/load/histogram.hpp"
#include "tools/load/target.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace stoa::load {

/// One kept HTTP connection that carries a request at a time, and comes back when it broke between
/// two of them.
class poster : public std::enable_shared_from_this<poster> {
public:
  /// The status (0 when the connection broke) and the body.
  using answered = std::function<void(unsigned status, std::string body)>;

  poster(boost::asio::io_context& on, const target& where) : wire_(on), where_(where) {}

  [[nodiscard]] bool busy() const noexcept { return static_cast<bool>(then_); }
  /// Sends a request with this bearer token; an empty body sends none. Only when not `busy`.
  void ask(const std::string& method, const std::string& path, const std::string& token,
           const std::string& body, answered then);
  void stop();

private:
  void connect();
  void write();
  void hear();
  void done(unsigned status, std::string body);

  boost::asio::ip::tcp::socket wire_;
  const target& where_;
  std::string wanted_;
  answered then_;
  bool fresh_ = true;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser_;
};

}  // namespace stoa::load
