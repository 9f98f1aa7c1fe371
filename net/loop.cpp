#include "net/loop.hpp"

#include "actors/core/log.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <random>

namespace stoa {

namespace {

// Marks an inbox that takes no more.
struct ended_task final : lane::task {
  void run() noexcept override {}
};
ended_task ended;

}  // namespace

loop::loop(std::chrono::milliseconds tick)
    : alive_(context.get_executor()), timer_(context), tick_(tick) {
  std::random_device dice;
  auto draw = [&] { return (std::uint64_t{dice()} << 32) | dice(); };
  id_base_ = draw();
  id_next_ = draw();
}

loop::~loop() {
  end();
}

void loop::post(std::unique_ptr<task> job) {
  auto* raw = job.release();
  auto* top = inbox_.load(std::memory_order_acquire);
  do {
    if (top == &ended) {
      delete raw;
      return;
    }
    raw->next = top;
  } while (!inbox_.compare_exchange_weak(top, raw, std::memory_order_acq_rel));
  if (top == nullptr)
    boost::asio::post(context, [this] { run_batch(); });
}

bool loop::here() const noexcept {
  return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

void loop::run_batch() noexcept {
  auto* newest = inbox_.exchange(nullptr, std::memory_order_acq_rel);
  task* oldest = nullptr;
  while (newest != nullptr)
    oldest = std::exchange(newest, std::exchange(newest->next, oldest));
  in_batch_ = true;
  while (oldest != nullptr) {
    std::unique_ptr<task> job{std::exchange(oldest, oldest->next)};
    job->run();
  }
  in_batch_ = false;
  flush_all();
}

void loop::start() {
  thread_ = std::thread{[this] {
    owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& why) {
        // Handlers promise not to throw. Running out of memory in one session must not end all.
        log_of("net")->error("an I/O handler threw: {}", why.what());
      }
    }
  }};
}

void loop::end() {
  if (thread_.joinable()) {
    boost::asio::post(context, [this] {
      // Without work the context ends by itself, once everyone has let go.
      ending_ = true;
      timer_.cancel();
      alive_.reset();
      kill();
    });
    thread_.join();
  }
  auto* rest = inbox_.exchange(&ended, std::memory_order_acq_rel);
  while (rest != nullptr && rest != &ended)
    delete std::exchange(rest, rest->next);
}

void loop::enlist(std::shared_ptr<swept> who) {
  auto& added = *who;
  added.self_ = std::move(who);
  added.before_ = nullptr;
  added.after_ = first_;
  if (first_ != nullptr)
    first_->before_ = &added;
  first_ = &added;
  counts.residents.fetch_add(1, std::memory_order_relaxed);
  if (!armed_)
    arm();
  if (killed_)
    post([who = added.shared_from_this()] { who->kill(); });
  else if (draining_)
    post([who = added.shared_from_this(), code = *draining_] { who->drain(code); });
}

void loop::drain(close_code code) {
  draining_ = code;
  each([code](swept& who) { who.drain(code); });
}

void loop::kill() {
  killed_ = true;
  each([](swept& who) { who.kill(); });
}

void loop::delist(swept& who) {
  if (!who.self_)
    return;
  if (who.before_ != nullptr)
    who.before_->after_ = who.after_;
  else
    first_ = who.after_;
  if (who.after_ != nullptr)
    who.after_->before_ = who.before_;
  if (cursor_ == &who)
    cursor_ = who.after_;
  auto last = std::move(who.self_);
  if (counts.residents.fetch_sub(1, std::memory_order_release) == 1 && on_empty)
    on_empty();
}

void loop::touch(flushed& who) {
  if (who.waiting_)
    return;
  who.waiting_ = true;
  touched_.push_back(&who);
  if (in_batch_ || flush_posted_)
    return;
  flush_posted_ = true;
  boost::asio::post(context, [this] {
    flush_posted_ = false;
    flush_all();
  });
}

void loop::untouch(flushed& who) noexcept {
  if (!who.waiting_)
    return;
  who.waiting_ = false;
  std::replace(touched_.begin(), touched_.end(), &who, static_cast<flushed*>(nullptr));
  std::replace(flushing_.begin(), flushing_.end(), &who, static_cast<flushed*>(nullptr));
}

void loop::flush_all() {
  flushing_.swap(touched_);
  for (std::size_t i = 0; i < flushing_.size(); ++i) {
    auto* who = flushing_[i];
    if (who == nullptr)
      continue;
    who->waiting_ = false;
    who->flush();
  }
  flushing_.clear();
}

void loop::arm() {
  if (ending_)
    return;
  armed_ = true;
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& why) {
    armed_ = false;
    if (why)
      return;
    auto now = std::chrono::steady_clock::now();
    each([now](swept& who) { who.sweep(now); });
    // Nobody here means no ticks: an idle server sleeps.
    if (first_ != nullptr)
      arm();
  });
}

std::string_view loop::date_line() {
  auto second = std::chrono::duration_cast<std::chrono::seconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
  if (second != date_second_) {
    date_second_ = second;
    std::time_t when = second;
    std::tm parts{};
    gmtime_r(&when, &parts);
    char text[64];
    // The C locale, which the program never changes, has RFC 9110's English names.
    auto size = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    date_.assign(text, size);
  }
  return date_;
}

std::string loop::fresh_id() {
  // A random base and a bijective mix (splitmix64) of a counter with a random start.
  auto x = id_next_++;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  x ^= x >> 31;
  std::string id(32, '0');
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    id[i] = digits[(id_base_ >> (60 - 4 * i)) & 15];
    id[16 + i] = digits[(x >> (60 - 4 * i)) & 15];
  }
  return id;
}

}  // namespace stoa
