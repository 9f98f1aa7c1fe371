#include "tools/bench/floor_http.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace stoa::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

const std::string small_body = R"({"status":"ok","service":"stoa","items":[1,2,3,4,5,6,7,8]})";

class http_session : public std::enable_shared_from_this<http_session> {
public:
  http_session(tcp::socket socket, const std::string& body)
      : stream_(std::move(socket)), body_(body) {}

  void read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds{30});
    http::async_read(stream_, buffer_, request_,
                     [me = shared_from_this()](beast::error_code why, std::size_t) {
                       if (!why)
                         me->write();
                     });
  }

private:
  void write() {
    answer_ = {http::status::ok, request_.version()};
    answer_.set(http::field::content_type, "application/json; charset=utf-8");
    answer_.keep_alive(request_.keep_alive());
    answer_.body() = body_;
    answer_.prepare_payload();
    http::async_write(stream_, answer_,
                      [me = shared_from_this()](beast::error_code why, std::size_t) {
                        if (!why && me->answer_.keep_alive())
                          me->read();
                      });
  }

  beast::tcp_stream stream_;
  const std::string& body_;  // the server's
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> answer_;
};

}  // namespace

struct floor_http::inner {
  std::string body;
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  std::size_t next = 0;

  void accept() {
    acceptor->async_accept(
        *contexts[next++ % contexts.size()], [this](beast::error_code why, tcp::socket socket) {
          if (why)
            return;
          socket.set_option(tcp::no_delay(true), why);
          auto on = socket.get_executor();
          asio::post(on, [fresh = std::make_shared<http_session>(std::move(socket), body)] {
            fresh->read();
          });
          accept();
        });
  }
};

floor_http::floor_http(unsigned threads, std::string body) : inner_(std::make_unique<inner>()) {
  inner_->body = body.empty() ? small_body : std::move(body);
  for (unsigned i = 0; i < threads; ++i)
    inner_->contexts.push_back(std::make_unique<asio::io_context>(1));
  inner_->acceptor = std::make_unique<tcp::acceptor>(
      *inner_->contexts[0], tcp::endpoint{asio::ip::address_v4::loopback(), 0});
  inner_->port = inner_->acceptor->local_endpoint().port();
  inner_->accept();
  for (auto& context : inner_->contexts)
    inner_->threads.emplace_back([at = context.get()] {
      auto alive = asio::make_work_guard(*at);
      at->run();
    });
}

floor_http::~floor_http() {
  for (auto& context : inner_->contexts)
    context->stop();
  for (auto& thread : inner_->threads)
    thread.join();
}

std::uint16_t floor_http::port() const noexcept {
  return inner_->port;
}

}  // namespace stoa::bench
