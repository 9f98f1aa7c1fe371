#include "net/server.hpp"

#include "actors/core/log.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/loop.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace stoa {

struct server::inner {
  std::shared_ptr<const limits> bounds;
  std::shared_ptr<const proxy_list> proxies;
  std::optional<fault> broken;  // what was wrong with the options
  std::shared_ptr<doorman> door = std::make_shared<doorman>();
  std::vector<std::shared_ptr<loop>> loops;
  std::vector<std::shared_ptr<acceptor>> acceptors;
  std::mutex guard;
  std::condition_variable left;
  bool stopped = false;
};

namespace {

// Deadlines are looked at often enough to matter, and never more than twenty times a second.
std::chrono::milliseconds tick_for(const limits& x) {
  auto shortest = std::min({x.head_time, x.body_time, x.answer_time, x.write_time, x.keep_alive,
                            x.ping_every, x.silence, x.heartbeat, x.closing});
  return std::clamp(shortest / 4, std::chrono::milliseconds{50}, std::chrono::milliseconds{1000});
}

}  // namespace

server::server(server_options options) : inner_(std::make_unique<inner>()) {
  inner_->bounds = std::make_shared<const limits>(options.limits);
  auto proxies = proxy_list::from(options.trusted_proxies);
  if (proxies)
    inner_->proxies = std::make_shared<const proxy_list>(std::move(*proxies));
  else
    inner_->broken = std::move(proxies.error());
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    auto made = std::make_shared<loop>(tick_for(options.limits));
    made->on_empty = [at = inner_.get()] {
      std::lock_guard hold{at->guard};
      at->left.notify_all();
    };
    made->start();
    inner_->loops.push_back(std::move(made));
  }
}

server::~server() {
  stop(std::chrono::milliseconds{0});
}

outcome<std::uint16_t> server::listen(const listener_options& where, handler& to) {
  if (inner_->broken)
    return *inner_->broken;
  if (inner_->stopped)
    return fail(fault_code::unavailable, "the server has stopped");
  auto made = std::make_shared<port>(port{to, where.site, where.deflate, nullptr, inner_->bounds,
                                          inner_->proxies, log_of("http")});
  if (where.tls) {
    auto keys = load_keys(*where.tls);
    if (!keys)
      return std::move(keys.error());
    made->keys = std::move(*keys);
  }
  auto opened = acceptor::open(where, std::move(made), inner_->loops, inner_->door);
  if (!opened)
    return std::move(opened.error());
  auto number = (*opened)->number();
  inner_->acceptors.push_back(std::move(*opened));
  return number;
}

void server::clear(std::chrono::milliseconds patience, close_code code) {
  auto& at = *inner_;
  if (std::exchange(at.stopped, true))
    return;
  for (auto& one : at.acceptors)
    one->close();
  for (auto& one : at.loops)
    one->post([at_loop = one.get(), code] { at_loop->drain(code); });
  const auto nobody = [](const auto& one) { return one->counts.residents.load() == 0; };
  std::unique_lock hold{at.guard};
  // Connections between two loops are in nobody's list for a moment; the door counts them too.
  at.left.wait_for(hold, patience, [&] {
    return at.door->inside() == 0 && std::all_of(at.loops.begin(), at.loops.end(), nobody);
  });
  std::size_t killed = 0;
  for (auto& one : at.loops)
    one->post([&at, &killed, at_loop = one.get()] {
      at_loop->kill();
      std::lock_guard held{at.guard};
      ++killed;
      at.left.notify_all();
    });
  at.left.wait(hold, [&] {
    return killed == at.loops.size() && std::all_of(at.loops.begin(), at.loops.end(), nobody);
  });
}

void server::stop(std::chrono::milliseconds patience, close_code code) {
  clear(patience, code);
  auto& at = *inner_;
  for (auto& one : at.loops)
    one->end();
  for (auto& one : at.loops)
    one->on_empty = nullptr;
}

server_counters server::counters() const {
  server_counters sum;
  sum.open = inner_->door->inside();
  for (auto& one : inner_->acceptors) {
    sum.accepted += one->accepted();
    sum.turned_away += one->turned_away();
  }
  for (auto& one : inner_->loops) {
    const auto& x = one->counts;
    sum.requests += x.requests.load(std::memory_order_relaxed);
    sum.sockets += x.sockets.load(std::memory_order_relaxed);
    sum.frames += x.frames.load(std::memory_order_relaxed);
    sum.writes += x.writes.load(std::memory_order_relaxed);
    sum.skipped += x.skipped.load(std::memory_order_relaxed);
    sum.overrun += x.overrun.load(std::memory_order_relaxed);
  }
  return sum;
}

std::vector<std::shared_ptr<lane>> server::lanes() const {
  return {inner_->loops.begin(), inner_->loops.end()};
}

boost::asio::io_context& server::first_loop() {
  return inner_->loops.front()->context;
}

}  // namespace stoa
