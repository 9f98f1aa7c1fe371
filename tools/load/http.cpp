#include "tools/load/http.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <csignal>
#include <iostream>

namespace stoa::load {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using error_code = boost::system::error_code;

/// What all connections count together.
struct ledger {
  std::uint64_t asked = 0;
  std::uint64_t most = 0;  // requests; 0: no bound
  std::uint64_t answers = 0;
  std::uint64_t bytes = 0;
  std::uint64_t opened = 0;
  std::uint64_t refused = 0;  // connections that were not made
  std::map<unsigned, std::uint64_t> statuses;
  histogram times;
  std::map<std::string, breach> breaches;
  bool over = false;
  std::function<void()> done;  // all that may be asked has been answered

  void broken(const std::string& promise, const std::string& example) {
    auto& to = breaches[promise];
    ++to.count;
    if (to.examples.size() < 5)
      to.examples.push_back(example);
  }
};

class caller : public std::enable_shared_from_this<caller> {
public:
  caller(asio::io_context& on, const target& where, std::vector<std::string> wires, ledger& all,
         std::size_t first)
      : wire_(on), retry_(on), where_(where), wires_(std::move(wires)), all_(all), turn_(first) {}

  void connect() {
    if (all_.over)
      return;
    error_code ignored;
    wire_.close(ignored);
    buffer_.clear();
    served_ = 0;
    wire_.async_connect({asio::ip::make_address(where_.address), where_.port},
                        [me = shared_from_this()](const error_code& why) {
                          if (why) {
                            ++me->all_.refused;
                            return me->later();
                          }
                          ++me->all_.opened;
                          error_code unset;
                          me->wire_.set_option(tcp::no_delay{true}, unset);
                          me->ask();
                        });
  }

private:
  void later() {
    retry_.expires_after(100ms);
    retry_.async_wait([me = shared_from_this()](const error_code& why) {
      if (!why)
        me->connect();
    });
  }

  void ask() {
    if (all_.over || (all_.most > 0 && all_.asked == all_.most))
      return;
    ++all_.asked;
    sent_ = steady::now();
    const auto& text = wires_[turn_++ % wires_.size()];
    asio::async_write(wire_, asio::buffer(text),
                      [me = shared_from_this()](const error_code& why, std::size_t) {
                        if (why)
                          return me->ended(why);
                        me->hear();
                      });
  }

  void hear() {
    parser_.emplace();
    parser_->body_limit(64UL * 1024 * 1024);
    http::async_read(wire_, buffer_, *parser_,
                     [me = shared_from_this()](const error_code& why, std::size_t size) {
                       if (why)
                         return me->ended(why);
                       me->answered(size);
                     });
  }

  void answered(std::size_t size) {
    ++all_.answers;
    ++served_;
    all_.bytes += size;
    all_.times.add(steady::now() - sent_);
    const auto status = parser_->get().result_int();
    ++all_.statuses[status];
    if (status >= 500)
      all_.broken("requests are answered",
                  fmt::format("{}: {}", status, parser_->get().body().substr(0, 100)));
    if (all_.answers == all_.most)
      all_.done();
    else if (parser_->get().keep_alive())
      ask();
    else
      connect();
  }

  void ended(const error_code& why) {
    if (all_.over)
      return;
    --all_.asked;  // it is asked again
    // A kept connection may be closed between two requests; a fresh one may not.
    if (served_ == 0 || why != http::error::end_of_stream)
      all_.broken("requests are answered", why.message());
    connect();
  }

  tcp::socket wire_;
  asio::steady_timer retry_;
  const target& where_;
  std::vector<std::string> wires_;
  ledger& all_;
  std::size_t turn_;
  std::uint64_t served_ = 0;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  steady::time_point sent_;
};

/// `POST /path {"a":1}` as HTTP spells it; nothing when it is no request.
std::optional<std::string> wire_of(std::string_view request, const std::string& more) {
  const auto space = request.find(' ');
  if (space == 0 || space == request.npos || request.find_first_of("\r\n") != request.npos ||
      request.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != space)
    return std::nullopt;
  const auto end = std::min(request.find(' ', space + 1), request.size());
  const auto path = request.substr(space + 1, end - space - 1);
  if (!path.starts_with('/'))
    return std::nullopt;
  const auto body = end < request.size() ? request.substr(end + 1) : std::string_view{};
  const auto kind = body.empty() ? std::string{}
                                 : fmt::format(
                                       "Content-Type: application/json\r\n"
                                       "Content-Length: {}\r\n",
                                       body.size());
  return fmt::format("{} {} HTTP/1.1\r\n{}{}\r\n{}", request.substr(0, space), path, more, kind,
                     body);
}

std::string credential_of(const http_options& what, const std::string& token) {
  if (what.guests)
    return {};
  return what.cookie.empty() ? "Authorization: Bearer " + token + "\r\n"
                             : "Cookie: " + what.cookie + "=" + token + "\r\n";
}

}  // namespace

outcome<report> run_http(const crew_options& how, const people& who, const http_options& what) {
  if (what.requests.empty() || what.connections == 0)
    return fail(fault_code::invalid, "nothing to ask");
  for (const auto& each : what.requests)
    if (!wire_of(each, ""))
      return fail(fault_code::invalid, each + " is not like GET /api/health");
  asio::io_context io{1};
  ledger all;
  all.most = what.count;
  const auto used_before = usage_of(how.server_pid);
  for (std::uint32_t i = 0; i < what.connections; ++i) {
    std::vector<std::string> wires;
    for (const auto& each : what.requests)
      wires.push_back(
          *wire_of(each, "Host: " + how.where.host + "\r\n" +
                             credential_of(what, who.users[i % who.users.size()].token)));
    std::make_shared<caller>(io, how.where, std::move(wires), all, i)->connect();
  }
  const auto began = steady::now();
  asio::steady_timer clock{io};
  asio::signal_set signals{io, SIGINT, SIGTERM};
  const auto stop = [&] {
    all.over = true;
    io.stop();
  };
  all.done = stop;
  signals.async_wait([&](const error_code& why, int) {
    if (!why)
      stop();
  });
  std::uint64_t before = 0;
  std::function<void()> each_second = [&] {
    clock.expires_after(std::min<steady::duration>(1s, began + what.duration - steady::now()));
    clock.async_wait([&](const error_code& why) {
      if (why)
        return;
      if (!how.quiet)
        std::cout << fmt::format("{:>5.0f}s  {:>9} answers ({}/s)  p50 {:.2f} p99 {:.2f} ms",
                                 std::chrono::duration<double>(steady::now() - began).count(),
                                 all.answers, all.answers - std::exchange(before, all.answers),
                                 all.times.at(0.5), all.times.at(0.99))
                  << std::endl;
      if (steady::now() >= began + what.duration)
        stop();
      else
        each_second();
    });
  };
  each_second();
  io.run();
  const auto took = std::chrono::duration<double>(steady::now() - began).count();

  report out{"http"};
  out.section("requests");
  out.add("seconds", took);
  out.add("connections", std::uint64_t{what.connections});
  out.add("connections_opened", all.opened);
  out.add("connections_refused", all.refused);
  out.add("answers", all.answers);
  out.add("per_second", static_cast<double>(all.answers) / took);
  out.add("megabytes_per_second", static_cast<double>(all.bytes) / took / 1e6);
  for (const auto& [status, count] : all.statuses)
    out.add("status_" + std::to_string(status), count);
  out.section("latency");
  out.add("answer", all.times);
  if (how.server_pid > 0) {
    const auto used = usage_of(how.server_pid);
    out.section("server");
    out.add("cpu_share", (used.cpu_seconds - used_before.cpu_seconds) / took);
    out.add("rss_mb", static_cast<double>(used.resident) / 1e6);
  }
  out.breaches = all.breaches;
  out.end = !out.breaches.empty() ? verdict::broken
            : all.answers == 0    ? verdict::unreachable
                                  : verdict::kept;
  return out;
}

}  // namespace stoa::load
