#include "tools/load/poster.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

namespace stoa::load {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using error_code = boost::system::error_code;

namespace {
constexpr std::uint64_t longest_answer = 64UL * 1024 * 1024;
}

void poster::ask(const std::string& method, const std::string& path, const std::string& token,
                 const std::string& body, answered then) {
  then_ = std::move(then);
  wanted_ = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n", method, path,
                        where_.host, token);
  if (!body.empty())
    wanted_ += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
  wanted_ += "\r\n" + body;
  if (wire_.is_open())
    write();
  else
    connect();
}

void poster::stop() {
  then_ = nullptr;
  error_code ignored;
  wire_.close(ignored);
}

void poster::connect() {
  error_code ignored;
  wire_.close(ignored);
  buffer_.clear();
  fresh_ = true;
  wire_.async_connect({asio::ip::make_address(where_.address), where_.port},
                      [me = shared_from_this()](const error_code& why) {
                        if (why)
                          return me->done(0, why.message());
                        error_code unset;
                        me->wire_.set_option(tcp::no_delay{true}, unset);
                        me->write();
                      });
}

void poster::write() {
  asio::async_write(wire_, asio::buffer(wanted_),
                    [me = shared_from_this()](const error_code& why, std::size_t) {
                      if (!why)
                        return me->hear();
                      // A kept connection may have been closed meanwhile; a new one may not.
                      if (me->fresh_)
                        me->done(0, why.message());
                      else
                        me->connect();
                    });
}

void poster::hear() {
  parser_.emplace();
  parser_->body_limit(longest_answer);
  http::async_read(wire_, buffer_, *parser_,
                   [me = shared_from_this()](const error_code& why, std::size_t) {
                     if (why == http::error::end_of_stream && !me->fresh_)
                       return me->connect();
                     if (why) {
                       error_code ignored;
                       me->wire_.close(ignored);
                       return me->done(0, why.message());
                     }
                     me->fresh_ = false;
                     auto answer = me->parser_->release();
                     if (!answer.keep_alive()) {
                       error_code ignored;
                       me->wire_.close(ignored);
                     }
                     me->done(answer.result_int(), std::move(answer.body()));
                   });
}

void poster::done(unsigned status, std::string body) {
  if (auto then = std::exchange(then_, nullptr))
    then(status, std::move(body));
}

}  // namespace stoa::load
